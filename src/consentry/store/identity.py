"""Which household a database belongs to: a wrong key file is noticed before it seals anything."""

import apsw

from consentry.model.errors import StorageError
from consentry.seal import HouseholdPublic


def require(connection: apsw.Connection, household: HouseholdPublic) -> None:
    """Remember the household at the first start; StorageError when it is another one later.

    Recording on under another key would leave two halves of which no key opens both.
    """
    row = connection.execute("SELECT household FROM facts").fetchone()
    if row is None or row[0] is None:
        connection.execute("UPDATE facts SET household = ?", (household.raw,))
        return
    if row[0] != household.raw:
        message = (
            "keys/household.key is not the key that this data folder was recorded with: "
            "put the right one back from your copy."
        )
        raise StorageError(message)
