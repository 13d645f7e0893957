"""The second factor of an account: a TOTP secret (RFC 6238), and recovery codes as hashes."""

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from consentry.model.ids import MemberId
from consentry.model.secret import Secret


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A TOTP secret in base32; ``confirmed`` once a code of it was typed: then it is asked for."""

    secret: Secret
    confirmed: bool


def of_member(connection: apsw.Connection, member: MemberId) -> SecondFactor | None:
    """Return the member's second factor, confirmed or not; None without one."""
    row = connection.execute(
        "SELECT secret, confirmed FROM second_factors WHERE account = ?", (member,)
    ).fetchone()
    return None if row is None else SecondFactor(Secret(row[0]), bool(row[1]))


def members_with_one(connection: apsw.Connection) -> frozenset[MemberId]:
    """Return who is asked for a code beside the password."""
    rows = connection.execute("SELECT account FROM second_factors WHERE confirmed = 1")
    return frozenset(MemberId(account) for (account,) in rows)


def propose(connection: apsw.Connection, member: MemberId, secret: Secret) -> None:
    """Keep a secret that is not confirmed yet, in the place of another such one."""
    connection.execute(
        "INSERT INTO second_factors (account, secret, confirmed, last_step) VALUES (?, ?, 0, 0) "
        "ON CONFLICT (account) DO UPDATE SET secret = excluded.secret WHERE confirmed = 0",
        (member, secret.reveal()),
    )


def use_step(connection: apsw.Connection, member: MemberId, step: int) -> bool:
    """Tell whether the code of that time step is used for the first time, and none after it was."""
    connection.execute(
        "UPDATE second_factors SET last_step = ? WHERE account = ? AND last_step < ?",
        (step, member, step),
    )
    return connection.changes() == 1


def confirm(connection: apsw.Connection, member: MemberId, code_hashes: Iterable[bytes]) -> None:
    """Ask for codes from now on, and replace the recovery codes."""
    connection.execute("UPDATE second_factors SET confirmed = 1 WHERE account = ?", (member,))
    replace_codes(connection, member, code_hashes)


def remove(connection: apsw.Connection, member: MemberId) -> None:
    """Ask for no code any more; the recovery codes go too."""
    connection.execute("DELETE FROM second_factors WHERE account = ?", (member,))
    connection.execute("DELETE FROM recovery_codes WHERE account = ?", (member,))


def replace_codes(
    connection: apsw.Connection, member: MemberId, code_hashes: Iterable[bytes]
) -> None:
    """Keep new recovery codes; the old ones open nothing any more."""
    connection.execute("DELETE FROM recovery_codes WHERE account = ?", (member,))
    connection.executemany(
        "INSERT INTO recovery_codes (account, code_hash) VALUES (?, ?)",
        ((member, code_hash) for code_hash in code_hashes),
    )


def use_code(connection: apsw.Connection, member: MemberId, code_hash: bytes) -> bool:
    """Tell whether that is one of the recovery codes; it is none from now on."""
    connection.execute(
        "DELETE FROM recovery_codes WHERE account = ? AND code_hash = ?", (member, code_hash)
    )
    return connection.changes() == 1


def codes_left(connection: apsw.Connection, member: MemberId) -> int:
    """Return how many recovery codes are still good."""
    return int(
        connection.execute("SELECT count(*) FROM recovery_codes WHERE account = ?", (member,)).get
    )
