"""Recovery words: 24 words of BIP39's English list, which are a key pair.

256 random bits and a checksum of 8 make 24 words of 2048. HKDF-SHA256 of the bits, without salt and
with info "consentry/1/recovery", is the private X25519 key. The words are kept nowhere; the public
half is, and what must survive lost passwords is sealed to it.
"""

import os
from collections.abc import Sequence
from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from mnemonic import Mnemonic

from consentry.model.errors import InputError, Reason
from consentry.seal.pair import Pair

WORDS = 24
_INFO = b"consentry/1/recovery"
_PREFIX = 4
"""No two words of the list begin with the same four letters."""


def new_words() -> tuple[str, ...]:
    """Return 24 words that nobody ever had."""
    return tuple(_list().to_mnemonic(os.urandom(32)).split())


def recovery_pair(words: Sequence[str]) -> Pair:
    """Return the key pair that the words are, however they are written; four letters are enough.

    Raises InputError that says by its number which word is wrong, never the word.
    """
    if len(words) != WORDS:
        message = f"There are {WORDS} recovery words, not {len(words)}."
        raise InputError(message, reason=Reason.WORDS_COUNT, count=len(words))
    known = [_known(number, word) for number, word in enumerate(words, 1)]
    try:
        entropy = bytes(_list().to_entropy(known))
    except ValueError:
        message = "These words do not belong together: one of them is wrong, or two changed places."
        raise InputError(message, reason=Reason.WORDS_MIXED) from None
    return Pair(HKDF(SHA256(), 32, salt=None, info=_INFO).derive(entropy))


def is_word(given: str, word: str) -> bool:
    """Tell whether ``given`` is how somebody writes ``word``."""
    text = given.strip().lower()
    return text == word or (len(text) >= _PREFIX and word.startswith(text))


def _known(number: int, given: str) -> str:
    found = next((word for word in _list().wordlist if is_word(given, word)), None)
    if found is None:
        message = f"Word {number} is not one of the list: check how it is spelled."
        raise InputError(message, reason=Reason.WORD_UNKNOWN, number=number)
    return str(found)


@cache
def _list() -> Mnemonic:
    return Mnemonic("english")
