"""Locks: a short secret that only a password opens.

    02 | u32 memory, KiB | u8 passes | u8 lanes | salt (16) | nonce (12) | sealed (n + 16)
    | check (4)

Argon2id 1.3 (RFC 9106) makes a key of the password, AES-256-GCM seals under it; everything before
the ciphertext, and the context, is authenticated. The check is the first bytes of SHA-256 of all
before it: a damaged lock says so, and never calls a right password wrong. The cost stands in the
lock itself, so that it can rise later.
"""

import hashlib
import os
import struct
import time
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from consentry.model.errors import IntegrityError
from consentry.model.secret import Secret
from consentry.seal.data_key import KEY_SIZE, NONCE_SIZE, TAG_SIZE

ARGON2ID_AES256GCM = 2
"""Algorithm id of every lock so far."""

TARGET_S = 0.5
"""What one try of a password may cost: bearable at a sign-in, two guesses a second for a thief."""

_HEAD = struct.Struct(">BIBB")
_SALT_SIZE = 16
_CHECK_SIZE = 4
_SMALLEST = _HEAD.size + _SALT_SIZE + NONCE_SIZE + TAG_SIZE + _CHECK_SIZE
_MOST_MEMORY = 256 * 1024  # KiB
_LEAST_MEMORY = 64 * 1024
_MOST_PASSES = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What Argon2id is asked to spend: memory in KiB (8 a lane at least), passes, lanes."""

    memory: int
    passes: int
    lanes: int = 4

    @classmethod
    def calibrated(cls, *, machine: int | None = None, target_s: float = TARGET_S) -> "Cost":
        """Find what takes about ``target_s`` on this machine. Blocking, up to three times that.

        ``machine`` is its memory in KiB (None: ask it). A quarter of that is taken, 64 to 256 MiB:
        memory is what makes guessing dear, so passes are cut before it is.
        """
        machine = _memory() if machine is None else machine
        cost = cls(max(_LEAST_MEMORY, min(_MOST_MEMORY, machine // 4)), 1)
        took = _measured(cost)
        while took > target_s * 1.5 and cost.memory > _LEAST_MEMORY:
            cost = replace(cost, memory=max(_LEAST_MEMORY, cost.memory // 2))
            took = _measured(cost)
        return replace(cost, passes=max(1, min(_MOST_PASSES, round(target_s / took))))


def lock(secret: bytes, password: Secret, context: str, *, cost: Cost) -> bytes:
    """Lock ``secret`` with a password. Blocking, for as long as ``cost`` says."""
    salt, nonce = os.urandom(_SALT_SIZE), os.urandom(NONCE_SIZE)
    head = _HEAD.pack(ARGON2ID_AES256GCM, cost.memory, cost.passes, cost.lanes) + salt + nonce
    sealed = AESGCM(_key(password, salt, cost)).encrypt(nonce, secret, _aad(head, context))
    return head + sealed + _check(head + sealed)


def unlock(locked: bytes, password: Secret, context: str) -> bytes | None:
    """Return the secret, None when the password is wrong. Blocking, as long as locking took.

    Raises IntegrityError when the lock was damaged, or is of a kind that this version lacks.
    """
    cost = _cost(locked, context)
    head_size = _HEAD.size + _SALT_SIZE + NONCE_SIZE
    head, sealed = locked[:head_size], locked[head_size:-_CHECK_SIZE]
    salt, nonce = head[_HEAD.size : -NONCE_SIZE], head[-NONCE_SIZE:]
    try:
        return AESGCM(_key(password, salt, cost)).decrypt(nonce, sealed, _aad(head, context))
    except InvalidTag:
        return None


def _cost(locked: bytes, context: str) -> Cost:
    """Read and verify a lock's head: a flipped bit must not ask for terabytes."""
    if locked[:1] not in {b"", bytes([ARGON2ID_AES256GCM])}:
        message = f"The lock of {context} uses algorithm {locked[0]}, unknown to this version."
        raise IntegrityError(message)
    if len(locked) < _SMALLEST or _check(locked[:-_CHECK_SIZE]) != locked[-_CHECK_SIZE:]:
        message = f"The lock of {context} is damaged: no password opens it any more."
        raise IntegrityError(message)
    _, memory, passes, lanes = _HEAD.unpack_from(locked)
    return Cost(memory, passes, lanes)


def _key(password: Secret, salt: bytes, cost: Cost) -> bytes:
    # What two keyboards write differently is one password (NFKC, as in RFC 8265).
    typed = unicodedata.normalize("NFKC", password.reveal()).encode()
    # Not cryptography's Argon2id: it gives the same bytes, but asked by two threads at once 1995 of
    # 2000 derivations of 32 KiB in 4 lanes failed, and those of 64 MiB hung (50.0.2, OpenSSL 3).
    return hash_secret_raw(
        typed,
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory,
        parallelism=cost.lanes,
        hash_len=KEY_SIZE,
        type=Type.ID,
    )


def _aad(head: bytes, context: str) -> bytes:
    return head + f"consentry/1/lock/{context}".encode()


def _check(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_CHECK_SIZE]


def _measured(cost: Cost) -> float:
    began = time.perf_counter()
    _key(Secret("calibration"), bytes(_SALT_SIZE), cost)
    return time.perf_counter() - began


def _memory() -> int:
    """Return this machine's memory in KiB, or its container's limit when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text("ascii").strip() if limit.exists() else "max"
    return min(total, int(text) // 1024) if text.isdigit() else total
