"""The latest time ever seen, kept so that a clock set back revives nothing that had expired."""

import apsw

from consentry.model.time import SECOND, Micros
from consentry.store import accounts, shares


def load(connection: apsw.Connection) -> Micros:
    """Return it; 0 before the first time."""
    return Micros(connection.execute("SELECT clock_latest FROM facts").get)


def note(connection: apsw.Connection, now: Micros) -> None:
    """Remember ``now`` if nothing later was seen."""
    connection.execute("UPDATE facts SET clock_latest = max(clock_latest, ?)", (now,))


def believe(connection: apsw.Connection, now: Micros) -> None:
    """Take ``now`` as the time, though a later one was seen: the owner confirmed the clock.

    What ended by the later time stays ended, and what was stamped with it ends with it: it would
    otherwise live again, or for ever.
    """
    latest = load(connection)
    connection.execute("DELETE FROM grants WHERE until <= ?", (latest,))
    connection.execute("DELETE FROM invitations WHERE expires <= ? OR made > ?", (latest, now))
    connection.execute("DELETE FROM tokens WHERE expires <= ? OR created > ?", (latest, now))
    accounts.forget_over(connection, latest)
    connection.execute("DELETE FROM sessions WHERE used > ? OR created > ?", (now, now))
    shares.put_right(connection, latest=latest, now=now)
    # Codes of an authenticator app are for times, too: those of now must work again.
    step = now // SECOND // 30
    connection.execute("UPDATE second_factors SET last_step = min(last_step, ?)", (step,))
    connection.execute("UPDATE facts SET clock_latest = ?", (now,))
