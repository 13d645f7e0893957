"""The household's key pair, data keys and envelopes."""

import pickle
from functools import reduce
from operator import and_, or_
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.errors import IntegrityError, StorageError
from consentry.seal import DataKey, Household, Pair

HOUSEHOLD = Household.from_bytes(bytes(range(32)))

# Vectors of our own formats (docs/design/formats.md): made once by this code, kept for ever.
KEY = bytes(range(0x40, 0x60))
KEY_CONTEXT = "segment/cam/main/seg"
KEY_ENVELOPE = bytes.fromhex(
    "018f40c5adf0582f2ce01c4b0ff6e0cb44627f1bb0457a4badc95f9e75a346c4991af9012d807daec571c29ffc8bac8e"
    "51eba5dcd8a4320d5392e35a557d0261ae3bcde5d780052c52d5b172a83063d6d5b5d7df65"
)
BLOB_CONTEXT = "event-picture/e1"
BLOB_ENVELOPE = bytes.fromhex(
    "018f40c5ad9998676a898ed4a0b6ffb7e4c9b5f05b738216531b06d6683224f5f6f9842a646d12f719ba5b7412c6fd3d"
    "3e1b2c756043d854fa69c1182e656c7ce42591d78684e9e85700dcd60a5825d074bba5a50c496b1a392b479e"
    "4f2e71ff982a7320bb261361a8df01721bff165779e1efa9a6322576dcfd"
)
UNIT_NONCE = bytes(range(12))
UNIT_SEALED = bytes.fromhex("5b2519161ef88f3feb8e304fd7062d519b2bd4bfac02")


def test_vectors_of_published_formats_still_open() -> None:
    """Envelopes made by the first version open for ever."""
    assert HOUSEHOLD.open_key(KEY_ENVELOPE, KEY_CONTEXT).reveal() == KEY
    assert HOUSEHOLD.open_blob(BLOB_ENVELOPE, BLOB_CONTEXT) == b"a picture"
    assert DataKey(KEY).seal(b"a unit", b"aad", nonce=UNIT_NONCE) == (UNIT_NONCE, UNIT_SEALED)


def test_key_comes_back_only_in_its_own_context() -> None:
    """A sealed key moved to another camera does not open there."""
    sealed = HOUSEHOLD.public.seal_key(DataKey(KEY), "segment/one")
    assert HOUSEHOLD.open_key(sealed, "segment/one").reveal() == KEY
    with pytest.raises(IntegrityError, match="segment/two"):
        HOUSEHOLD.open_key(sealed, "segment/two")


def test_every_bit_of_a_nonce_is_random() -> None:
    """Of 200 messages under one key none has a bit that never changes, or a nonce of another."""
    key = DataKey.random()
    nonces = [key.seal(b"", b"")[0] for _ in range(200)]
    assert {len(nonce) for nonce in nonces} == {12}
    assert len(set(nonces)) == 200
    every = (1 << 96) - 1
    numbers = [int.from_bytes(nonce, "big") for nonce in nonces]
    assert reduce(or_, numbers) == every
    assert reduce(and_, numbers) == 0


def test_blob_does_not_open_as_key() -> None:
    """An envelope made for one purpose does not serve another."""
    sealed = HOUSEHOLD.public.seal_blob(KEY, "x")
    with pytest.raises(IntegrityError):
        HOUSEHOLD.open_key(sealed, "x")
    with pytest.raises(IntegrityError):
        HOUSEHOLD.open_key(sealed[:85], "x")


def test_while_the_key_is_changed_both_open() -> None:
    """What was sealed to the key before opens, too, until that key is let go."""
    before = HOUSEHOLD.public.seal_key(DataKey(KEY), "x")
    new = Pair.create()
    changing = Household(new, HOUSEHOLD.current)
    after = changing.public.seal_key(DataKey(KEY), "x")
    assert changing.public.raw == new.public
    assert [changing.open_key(sealed, "x").reveal() for sealed in (before, after)] == [KEY, KEY]
    assert Household(new).open_key(after, "x").reveal() == KEY
    with pytest.raises(IntegrityError, match="another home"):
        Household(new).open_key(before, "x")


def test_another_household_opens_nothing() -> None:
    """Sealed to one home, closed to every other."""
    sealed = HOUSEHOLD.public.seal_blob(b"picture", "x")
    with pytest.raises(IntegrityError):
        Household.create().open_blob(sealed, "x")


def test_unknown_algorithm_is_named() -> None:
    """An envelope from a newer version is refused by its number."""
    with pytest.raises(IntegrityError, match="algorithm 7"):
        HOUSEHOLD.open_blob(b"\x07" + bytes(200), "x")


@given(st.binary(max_size=300), st.integers(min_value=0))
def test_one_flipped_bit_never_opens(plain: bytes, position: int) -> None:
    """Any single flipped bit of an envelope is an IntegrityError."""
    sealed = bytearray(HOUSEHOLD.public.seal_blob(plain, "x"))
    bit = position % (len(sealed) * 8)
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError):
        HOUSEHOLD.open_blob(bytes(sealed), "x")


@given(st.binary(max_size=300))
def test_random_bytes_never_crash_an_envelope(sealed: bytes) -> None:
    """Random bytes are refused with an IntegrityError, whatever they are."""
    for opened in (HOUSEHOLD.open_blob, HOUSEHOLD.open_key):
        with pytest.raises(IntegrityError):
            opened(sealed, "x")


def test_saved_pair_is_private_and_comes_back(tmp_path: Path) -> None:
    """The key file is 0600, loads again, and is never overwritten."""
    path = tmp_path / "keys" / "household.key"
    HOUSEHOLD.save(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert Household.load(path).public == HOUSEHOLD.public
    assert Household.load_or_create(path).public == HOUSEHOLD.public
    with pytest.raises(StorageError, match="never overwritten"):
        HOUSEHOLD.save(path)


def test_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """A key readable by the group is refused with the command that mends it."""
    path = tmp_path / "household.key"
    HOUSEHOLD.save(path)
    path.chmod(0o640)
    with pytest.raises(StorageError, match="chmod 600"):
        Household.load(path)


@given(st.integers(min_value=0, max_value=58 * 8 - 1))
def test_one_flipped_bit_in_a_key_file_is_never_taken_for_the_key(bit: int) -> None:
    """It is no key file any more, or another household's key; five bits X25519 itself ignores."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "household.key"
        HOUSEHOLD.save(path)
        content = bytearray(path.read_bytes())
        content[bit // 8] ^= 1 << bit % 8
        path.write_bytes(content)
        ignored = {(26, 0), (26, 1), (26, 2), (57, 6), (57, 7)}
        if bit // 8 < 26:
            with pytest.raises(StorageError, match="not a household key"):
                Household.load(path)
        else:
            same = Household.load(path).public == HOUSEHOLD.public
            assert same is ((bit // 8, bit % 8) in ignored)


@pytest.mark.parametrize("content", [b"", b"consentry household key 1\n", b"x" * 58])
def test_broken_key_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    """A file that holds no key says so."""
    path = tmp_path / "household.key"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="not a household key"):
        Household.load(path)


def test_missing_key_file_is_one_sentence(tmp_path: Path) -> None:
    """A missing file says what to do."""
    with pytest.raises(StorageError, match="missing"):
        Household.load(tmp_path / "household.key")


def test_keys_never_show_in_text() -> None:
    """Neither repr nor str of a key holds a byte of it."""
    key = DataKey(KEY)
    assert KEY.hex()[:8] not in repr(key) + str(key) + f"{key}"
    assert bytes(range(32)).hex()[:8] not in repr(HOUSEHOLD)


def test_public_half_crosses_to_another_process() -> None:
    """The public half pickles, so that a recorder can seal."""
    public = pickle.loads(pickle.dumps(HOUSEHOLD.public))  # noqa: S301 - our own bytes
    assert HOUSEHOLD.open_blob(public.seal_blob(b"x", "y"), "y") == b"x"
