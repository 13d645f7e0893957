"""Sealing: key pairs and data keys, locks of passwords, envelopes that say how they were made.

Bytes in, bytes out; nothing here knows about cameras, and about files only how keys lie in them.
The formats stand in docs/design/formats.md with test vectors in tests/seal.
"""

from consentry.seal.data_key import DataKey
from consentry.seal.household import Household, HouseholdPublic, Opener
from consentry.seal.pair import Pair, seal_to

__all__ = ["DataKey", "Household", "HouseholdPublic", "Opener", "Pair", "seal_to"]
