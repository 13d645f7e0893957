"""Recovery words."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.errors import InputError
from consentry.seal import Pair, seal_to
from consentry.seal.words import new_words, recovery_pair

# From BIP39's published vectors (256 bits of 0x7f), and our key from them, made once by this code.
WORDS = [
    "legal",
    "winner",
    "thank",
    "year",
    "wave",
    "sausage",
    "worth",
    "useful",
    "legal",
    "winner",
    "thank",
    "year",
    "wave",
    "sausage",
    "worth",
    "useful",
    "legal",
    "winner",
    "thank",
    "year",
    "wave",
    "sausage",
    "worth",
    "title",
]
ENTROPY = b"\x7f" * 32


def test_published_words_make_the_key_of_their_description() -> None:
    """BIP39's own vector, then HKDF by hand (RFC 5869): the pair that docs/design describes."""
    extracted = hmac.digest(bytes(32), ENTROPY, hashlib.sha256)
    private = hmac.digest(extracted, b"consentry/1/recovery\x01", hashlib.sha256)
    assert recovery_pair(WORDS).public == Pair(private).public


def test_new_words_are_a_pair_and_never_the_same() -> None:
    """What is sealed to words opens with them, and with no others."""
    first, second = new_words(), new_words()
    assert len(first) == len(second) == 24
    assert first != second
    sealed = seal_to(recovery_pair(first).public, b"secret", "household", "recovery")
    assert recovery_pair(first).open(sealed, "household", "recovery") == b"secret"


def test_words_may_be_written_as_people_do() -> None:
    """Capital letters and the first four letters are enough."""
    written = [word[:4].upper() if len(word) > 4 else f" {word} " for word in WORDS]
    assert recovery_pair(written).public == recovery_pair(WORDS).public


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (WORDS[:23], "24 recovery words, not 23"),
        ([*WORDS[:6], "consentry", *WORDS[7:]], "Word 7 is not one of the list"),
        ([*WORDS[:6], "wor", *WORDS[7:]], "Word 7 is not one of the list"),
        ([WORDS[1], WORDS[0], *WORDS[2:]], "one of them is wrong, or two changed places"),
    ],
)
def test_wrong_words_are_named_by_number(words: list[str], sentence: str) -> None:
    """The sentence says where the mistake is, and never repeats a word."""
    with pytest.raises(InputError, match=sentence) as caught:
        recovery_pair(words)
    assert "consentry" not in str(caught.value)


@given(st.lists(st.text(max_size=12), min_size=24, max_size=24))
def test_random_words_are_refused(words: list[str]) -> None:
    """Whatever is typed, it is a sentence or a key, never a crash."""
    with pytest.raises(InputError):
        recovery_pair(words)
