"""Whether the wall clock may be believed: a wrong clock must not delete a year.

Each pass of retention compares how far both clocks moved since the last: the monotonic one cannot
jump. They must agree within five minutes; over a reboot, where the monotonic clock begins anew,
the wall clock may have gone on by a week of absence. While they disagree the reference stays, so
that a clock which is put right again is believed again; otherwise the owner confirms.
"""

from typing import Any

import apsw

from consentry.clock import Clock
from consentry.model.time import DAY, MINUTE, Micros

TOLERANCE = Micros(5 * MINUTE)
LONGEST_ABSENCE = Micros(7 * DAY)


def check(connection: apsw.Connection, clock: Clock, boot_id: str) -> str | None:
    """Return None when the time is believed, else the sentence for the owner."""
    wall, monotonic = clock.wall(), clock.monotonic()
    row: tuple[Any, ...] | None = connection.execute(
        "SELECT clock_wall, clock_monotonic, clock_boot FROM facts"
    ).fetchone()
    if row is not None and row[0] is not None:
        last_wall, last_monotonic, last_boot = row
        jump = wall - last_wall
        most = LONGEST_ABSENCE
        if last_boot == boot_id:
            jump -= monotonic - last_monotonic
            most = TOLERANCE
        if not -TOLERANCE <= jump <= most:
            return _sentence(jump)
    believe(connection, clock, boot_id)
    return None


def believe(connection: apsw.Connection, clock: Clock, boot_id: str) -> None:
    """Take the wall clock as right from now on: the owner confirmed it, or it agreed."""
    connection.execute(
        "UPDATE facts SET clock_wall = ?, clock_monotonic = ?, clock_boot = ?",
        (clock.wall(), clock.monotonic(), boot_id),
    )


def _sentence(jump: int) -> str:
    size = abs(jump)
    amount = f"{size / DAY:.0f} days" if size >= 2 * DAY else f"{size / MINUTE:.0f} minutes"
    direction = "ahead" if jump > 0 else "back"
    return (
        f"The clock of this machine went {amount} {direction}: nothing is deleted for its age "
        "until it is right again or you confirm the time."
    )
