"""Locks of passwords."""

import hashlib
import unicodedata

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.errors import IntegrityError
from consentry.model.secret import Secret
from consentry.seal.lock import Cost, lock, unlock

CHEAP = Cost(memory=32, passes=1, lanes=4)
PASSWORD = Secret("correct horse")
SECRET = bytes(range(32))

# Made once by this code (docs/design/formats.md), kept for ever: 64 KiB, two passes, four lanes.
LOCKED = bytes.fromhex(
    "02000000400204000102030405060708090a0b0c0d0e0f000102030405060708090a0b89cb7c0b32ececaed070db"
    "bbc93a3f76837a2843bdcbd631f470aa949cd4302d2c22b6e9a8f57db5a3034f9bcc05616e1eaf5faa"
)


def test_vector_of_the_published_format_still_opens() -> None:
    """A lock made by the first version opens for ever."""
    assert unlock(LOCKED, PASSWORD, "member/ada") == SECRET


def test_a_lock_opens_by_its_description_alone() -> None:
    """Whoever has the password and docs/design/formats.md can open it without our code."""
    head, sealed = LOCKED[:35], LOCKED[35:-4]
    memory, passes, lanes = int.from_bytes(head[1:5], "big"), head[5], head[6]
    kdf = Argon2id(salt=head[7:23], length=32, iterations=passes, lanes=lanes, memory_cost=memory)
    cipher = AESGCM(kdf.derive(b"correct horse"))
    assert cipher.decrypt(head[23:], sealed, head + b"consentry/1/lock/member/ada") == SECRET
    assert hashlib.sha256(LOCKED[:-4]).digest()[:4] == LOCKED[-4:]


def test_only_the_password_opens_it_and_only_in_its_place() -> None:
    """Another password is wrong; so is the right one on a lock moved to another member."""
    locked = lock(SECRET, PASSWORD, "member/ada", cost=CHEAP)
    assert unlock(locked, PASSWORD, "member/ada") == SECRET
    assert unlock(locked, Secret("correct hors"), "member/ada") is None
    assert unlock(locked, PASSWORD, "member/eve") is None


def test_two_locks_of_one_secret_share_nothing() -> None:
    """Salt and nonce are new each time: equal passwords are not seen to be equal."""
    first, second = (lock(SECRET, PASSWORD, "member/ada", cost=CHEAP) for _ in range(2))
    assert first[7:35] != second[7:35]
    assert first[35:] != second[35:]


def test_keyboards_that_compose_letters_differently_type_one_password() -> None:
    """An accented letter opens the lock, whether it was typed as one character or as two."""
    composed = Secret(unicodedata.normalize("NFC", "schöne Straße"))
    parted = Secret(unicodedata.normalize("NFD", "schöne Straße"))
    assert composed != parted
    assert unlock(lock(SECRET, composed, "x", cost=CHEAP), parted, "x") == SECRET


@given(st.integers(min_value=0, max_value=len(LOCKED) * 8 - 1))
def test_a_damaged_lock_never_calls_the_right_password_wrong(bit: int) -> None:
    """Any single flipped bit is an IntegrityError, and none asks for terabytes of memory."""
    damaged = bytearray(LOCKED)
    damaged[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IntegrityError, match=r"damaged|algorithm"):
        unlock(bytes(damaged), PASSWORD, "member/ada")


@given(st.binary(max_size=120))
def test_random_bytes_are_no_lock(content: bytes) -> None:
    """Random bytes are refused with an IntegrityError, whatever they are."""
    with pytest.raises(IntegrityError):
        unlock(content, PASSWORD, "member/ada")


@pytest.mark.parametrize("memory", [64 * 1024, 1 << 40])
def test_calibration_stays_within_bounds(memory: int) -> None:
    """From the smallest machine to the largest: 64 to 256 MiB, and at least one pass."""
    cost = Cost.calibrated(machine=memory, target_s=0.01)
    assert 64 * 1024 <= cost.memory <= 256 * 1024
    assert cost.passes == 1


def test_calibration_takes_more_passes_for_more_time() -> None:
    """Where half a second allows it, memory is passed over more than once."""
    quick, slow = (Cost.calibrated(machine=0, target_s=target) for target in (0.001, 30.0))
    assert quick == Cost(64 * 1024, 1)
    assert slow.passes > 1
