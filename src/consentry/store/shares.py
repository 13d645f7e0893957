"""Shares in the database, and their sealed files below the data folder.

The key of a shared film is in its row (sealed to the household, and wrapped for its link) and
nowhere else: ending a share empties it, so that the file is unreadable before it is unlinked. Rows
go with the member who made them and with the camera; ``sweep`` unlinks files that lost theirs.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

from consentry.model.errors import NotFoundError, StorageError
from consentry.model.ids import CameraId, MemberId
from consentry.model.media import StreamName
from consentry.model.share import Link, Share, ShareId
from consentry.model.time import DAY, HOUR, MINUTE, Micros, Span
from consentry.seal.key_file import sync_folder

DRAFT_LIFE = Micros(HOUR)
"""A draft that nobody made a link of is over after this."""

FETCH_LIFE = Micros(10 * MINUTE)
"""How long after an opening its film can be fetched; the last opening's film stays so long."""

REMEMBERED = Micros(30 * DAY)
"""How long its maker sees what became of a share that ended."""

_FIELDS = (
    "id, account, camera, start, end, stream, sound, duration, size, codec, made, "
    "link_made, expires, opens_left, guarded, opened, last_open, ended"
)

_END = (
    "UPDATE shares SET sealed_key = NULL, token_hash = NULL, envelope = NULL, "
    "sealed_link = NULL, ended = ?"
)


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """What of a link is kept: its token's SHA-256, the film key's envelope, all of it sealed."""

    token_hash: bytes
    envelope: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Opening:
    """What somebody with the link gets: the share and the envelope of its key."""

    share: Share
    envelope: bytes


def add(connection: apsw.Connection, share: Share, *, sealed_key: bytes) -> None:
    """Keep a draft; its file is written already."""
    connection.execute(
        "INSERT INTO shares (id, account, camera, start, end, stream, sound, duration, size, "
        "codec, made, sealed_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            share.id,
            share.maker,
            share.camera,
            share.span.start,
            share.span.end,
            share.stream.value,
            share.sound,
            share.duration,
            share.size,
            share.codec,
            share.made,
            sealed_key,
        ),
    )


def publish(connection: apsw.Connection, share: ShareId, link: Link, keys: LinkKeys) -> None:
    """Give a share its link, in place of the one it had."""
    connection.execute(
        "UPDATE shares SET link_made = ?, expires = ?, opens_left = ?, guarded = ?, opened = 0, "
        "last_open = NULL, token_hash = ?, envelope = ?, sealed_link = ? "
        "WHERE id = ? AND ended IS NULL",
        (
            link.made,
            link.expires,
            link.opens_left,
            link.guarded,
            keys.token_hash,
            keys.envelope,
            keys.sealed,
            share,
        ),
    )
    if connection.changes() == 0:
        raise _gone(share)


def get(connection: apsw.Connection, share: ShareId) -> Share:
    """Return one share; NotFoundError."""
    row = connection.execute(f"SELECT {_FIELDS} FROM shares WHERE id = ?", (share,)).fetchone()  # noqa: S608 - constant
    if row is None:
        raise _gone(share)
    return _share(row)


def all(connection: apsw.Connection) -> tuple[Share, ...]:  # noqa: A001 - reads as shares.all
    """Return every share, the newest first."""
    rows = connection.execute(f"SELECT {_FIELDS} FROM shares ORDER BY made DESC, id")  # noqa: S608 - constant
    return tuple(_share(row) for row in rows)


def sealed_key(connection: apsw.Connection, share: ShareId) -> bytes:
    """Return the film's key as it is sealed to the household; NotFoundError."""
    row = connection.execute("SELECT sealed_key FROM shares WHERE id = ?", (share,)).fetchone()
    if row is None or row[0] is None:
        raise _gone(share)
    return bytes(row[0])


def sealed_link(connection: apsw.Connection, share: ShareId) -> bytes:
    """Return the link as it is sealed to the household; NotFoundError for a draft."""
    row = connection.execute("SELECT sealed_link FROM shares WHERE id = ?", (share,)).fetchone()
    if row is None or row[0] is None:
        raise _gone(share)
    return bytes(row[0])


def open_once(connection: apsw.Connection, token_hash: bytes, *, now: Micros) -> Opening | None:
    """Count one opening and return what it opens; None when the link is not good (any more).

    One statement: of two who come at once at the last allowed opening, one gets it.
    """
    row = connection.execute(
        "UPDATE shares SET opens_left = opens_left - 1, opened = opened + 1, last_open = ? "  # noqa: S608 - constant
        "WHERE token_hash = ? AND expires > ? AND coalesce(opens_left, 1) > 0 "
        f"RETURNING envelope, {_FIELDS}",
        (now, token_hash, now),
    ).fetchone()
    return None if row is None else Opening(_share(row[1:]), bytes(row[0]))


def touching(connection: apsw.Connection, camera: CameraId, span: Span) -> tuple[ShareId, ...]:
    """Return the shares that show something of ``span``: their film may begin before theirs."""
    rows = connection.execute(
        "SELECT id FROM shares WHERE camera = ? AND end > ? AND end - duration < ? "
        "AND ended IS NULL",
        (camera, span.start, span.end),
    )
    return tuple(ShareId(row[0]) for row in rows)


def over(connection: apsw.Connection, *, now: Micros) -> tuple[ShareId, ...]:
    """Return links that expired or have no opening left, and drafts nobody wants."""
    rows = connection.execute(
        "SELECT id FROM shares WHERE ended IS NULL AND (expires <= ? "
        "OR (opens_left = 0 AND last_open < ?) OR (expires IS NULL AND made < ?))",
        (now, now - FETCH_LIFE, now - DRAFT_LIFE),
    )
    return tuple(ShareId(row[0]) for row in rows)


def end(connection: apsw.Connection, share: ShareId, *, now: Micros) -> None:
    """Destroy the share's keys; ``sweep`` unlinks the file. NotFoundError for one that is over."""
    connection.execute(f"{_END} WHERE id = ? AND ended IS NULL", (now, share))
    if connection.changes() == 0:
        raise _gone(share)


def put_right(connection: apsw.Connection, *, latest: Micros, now: Micros) -> None:
    """Go on from ``now``, though ``latest`` was seen: the owner put the clock right.

    A link that ended by the later time has ended, and what was made by it would be good for as
    long again as the clock was ahead: it ends, too.
    """
    connection.execute(
        f"{_END} WHERE ended IS NULL AND (expires <= ? OR made > ? OR link_made > ?)",
        (now, latest, now, now),
    )
    connection.execute(
        "UPDATE shares SET ended = min(ended, ?), last_open = min(last_open, ?)", (now, now)
    )


def forget_old(connection: apsw.Connection, *, now: Micros) -> None:
    """Forget what ended long ago, and drafts at once."""
    connection.execute(
        "DELETE FROM shares WHERE ended < ? OR (ended IS NOT NULL AND expires IS NULL)",
        (now - REMEMBERED,),
    )


def living(connection: apsw.Connection) -> frozenset[ShareId]:
    """Return the shares whose film must be there."""
    rows = connection.execute("SELECT id FROM shares WHERE ended IS NULL")
    return frozenset(ShareId(row[0]) for row in rows)


def write(folder: Path, share: ShareId, chunks: Iterable[bytes]) -> int:
    """Write a sealed film and make it durable; return its bytes. StorageError, and no file left."""
    path = film_path(folder, share)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        with path.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            for chunk in chunks:
                file.write(chunk)
            size = file.tell()
            file.flush()
            os.fsync(file.fileno())
        sync_folder(folder)
    except OSError as error:
        path.unlink(missing_ok=True)
        message = f"The clip cannot be written to {folder}: {error.strerror}."
        raise StorageError(message) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size


def sweep(folder: Path, living: Iterable[ShareId]) -> None:
    """Unlink the films of all other shares. StorageError."""
    keep = {film_path(folder, share).name for share in living}
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.name not in keep:
                path.unlink(missing_ok=True)
    except OSError as error:
        message = f"The film of an ended share cannot be deleted: {error}."
        raise StorageError(message) from error


def film_path(folder: Path, share: ShareId) -> Path:
    """Return where a share's sealed film lies."""
    return folder / f"{share}.film"


def _share(row: tuple[Any, ...]) -> Share:
    id_, account, camera, start, end, stream, sound, duration, size, codec, made, *rest = row
    link_made, expires, opens_left, guarded, opened, last, ended = rest
    link = None
    if expires is not None:
        last = Micros(last) if last is not None else None
        link = Link(Micros(link_made), Micros(expires), opens_left, bool(guarded), opened, last)
    return Share(
        id=ShareId(id_),
        maker=MemberId(account) if account is not None else None,
        camera=CameraId(camera),
        span=Span(Micros(start), Micros(end)),
        stream=StreamName(stream),
        sound=bool(sound),
        duration=Micros(duration),
        size=size,
        codec=codec,
        made=Micros(made),
        link=link,
        ended=Micros(ended) if ended is not None else None,
    )


def _gone(share: ShareId) -> NotFoundError:
    return NotFoundError(f"There is no share {share} (any more).")
