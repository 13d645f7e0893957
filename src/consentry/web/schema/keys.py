"""The household's key as JSON: how it is kept, and how far a change of it is."""

from consentry.model.keys import UnlockMode
from consentry.web.schema.base import Answer
from consentry.web.schema.recovery import Words


class Changing(Answer):
    """How many keys of recordings and pictures are sealed to the new key, of how many."""

    done: int
    total: int


class Keys(Answer):
    """``changing`` is null unless the key was changed and the old one is not destroyed yet."""

    unlock: UnlockMode
    locked: bool
    changing: Changing | None


class Rotated(Answer):
    """How it is now, and new recovery words, shown this once."""

    keys: Keys
    words: Words
