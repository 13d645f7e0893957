"""Sealing: the household's key pair, data keys, and envelopes that say which algorithm made them.

Bytes in, bytes out; nothing here knows about cameras or files but ``Household.load`` and ``save``.
The formats stand in docs/design/formats.md with test vectors in tests/seal.
"""

from consentry.seal.data_key import DataKey
from consentry.seal.household import Household, HouseholdPublic

__all__ = ["DataKey", "Household", "HouseholdPublic"]
