"""Vectors for the page's verification, made by the hub's: ``python -m tests.tlog.page_vectors``.

Written to ui/test/diary.json; test_page_vectors.py says when that is out of date.
"""

import base64
import json
from pathlib import Path
from typing import Any

from consentry.store.diary import commitment
from consentry.tlog import Checkpoint, Frontier, Signer, Tree, leaf_hash
from tests.tlog.stored_log import StoredLog

FILE = Path(__file__).resolve().parents[2] / "ui" / "test" / "diary.json"
SIGNER = Signer("consentry/diary/vectors", bytes(range(32)))
OTHER = Signer("consentry/diary/another", bytes(range(1, 33)))
START = 1_790_000_000_000_000
LONG = 70_001

Json = dict[str, Any]

_ADA = {"name": "Ada", "via": "browser", "role": "owner", "member": "ada", "address": "192.0.2.7"}
_NURSERY = {"id": "nursery", "name": "Kinderzimmer ä", "place": "indoor"}


def entries(count: int, *, edited: int | None = None) -> list[str]:
    """Return the texts of the first entries: looks, each followed by its end or an act.

    Every fourth look is one whose end was never written. ``edited`` was not Ada but Eve.
    """
    texts: list[str] = []
    while len(texts) < count:
        index, at = len(texts), START + len(texts) * 60_000_000
        by = _ADA | ({"name": "Eve", "member": "eve"} if index == edited else {})
        begin = {"kind": "begin", "look": "playback", "at": at, "by": by, "camera": _NURSERY}
        texts.append(_text(begin | {"span": {"start": at, "end": at + 5_000_000}, "detail": ""}))
        if index % 4 != 0:
            spans = [{"start": at, "end": at + 25_000_000}]
            texts.append(
                _text(
                    {"kind": "end", "of": index, "at": at + 9_000_000, "seconds": 9.0}
                    | {"spans": spans}
                )
            )
        else:
            texts.append(
                _text(
                    {
                        "kind": "act",
                        "act": "paused",
                        "at": at,
                        "by": by,
                        "camera": None,
                        "detail": "",
                    }
                )
            )
    return texts[:count]


def page(texts: list[str], *, signer: Signer = SIGNER, erased: int | None = None) -> Json:
    """Return all entries as the hub would send them, newest first."""
    salts = [bytes([index]) * 32 for index in range(len(texts))]
    commitments = [commitment(salt, text) for salt, text in zip(salts, texts, strict=True)]
    log = StoredLog(commitments)
    tree = Tree(len(texts), log.read)
    leaves = [
        {
            "index": index,
            "commitment": _base64(commitments[index]),
            "state": "erased" if index == erased else "open",
            "salt": None if index == erased else _base64(salts[index]),
            "entry": None if index == erased else texts[index],
            "now": False,
            "proof": [_base64(hash_) for hash_ in tree.inclusion(index)],
        }
        for index in reversed(range(len(texts)))
    ]
    return signed(log.frontier, signer) | {"leaves": leaves, "next": None}


def signed(frontier: Frontier, signer: Signer = SIGNER) -> Json:
    """Return the signed checkpoint and its key."""
    checkpoint = Checkpoint(signer.verifier.name, frontier.size, frontier.root)
    return {"checkpoint": checkpoint.sign(signer), "key": str(signer.verifier)}


def vectors() -> Json:
    """Return everything the page is tested with."""
    honest, forged = entries(12), entries(12, edited=2)
    grown = StoredLog([commitment(bytes([i]) * 32, text) for i, text in enumerate(honest)])
    return {
        "empty": page([]),
        "early": page(honest[:5]),
        "later": page(honest),
        "erased": page(honest, erased=3),
        "growth": [_base64(hash_) for hash_ in Tree(12, grown.read).consistency(5)],
        "edited": page(forged),
        "edited_early": page(forged[:5]),
        "another": page(honest, signer=OTHER),
        **_long(),
    }


def _long() -> Json:
    """Return proofs in a log of three levels of tiles."""
    log = StoredLog(str(number).encode() for number in range(LONG))
    tree = Tree(LONG, log.read)
    return {
        "long": {
            "size": LONG,
            "root": _base64(tree.root),
            "leaves": [
                {
                    "index": index,
                    "hash": _base64(leaf_hash(str(index).encode())),
                    "proof": [_base64(hash_) for hash_ in tree.inclusion(index)],
                }
                for index in (0, 1, 255, 256, 65_535, 65_536, 69_999, LONG - 1)
            ],
            "older": [
                {
                    "size": size,
                    "root": _base64(Tree(size, log.read).root),
                    "proof": [_base64(hash_) for hash_ in tree.consistency(size)],
                }
                for size in (1, 2, 3, 256, 257, 4096, 65_536, 65_537, LONG - 1, LONG)
            ],
        }
    }


def _text(entry: Json) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def written() -> str:
    """Return the file's content."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")
