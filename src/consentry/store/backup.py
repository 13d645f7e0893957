"""What goes into a backup: settings, members, and the footage of kept clips, nothing else.

Keys of recordings are never in it. So whoever restores it plays what was kept, whatever else the
words could have opened on the old disk: footage that was deleted stays deleted.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path

import apsw

from consentry.model.account import Account
from consentry.model.camera import Camera
from consentry.model.errors import IntegrityError, NotFoundError
from consentry.model.ids import CameraId, MemberId
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.rights import Grant
from consentry.model.secret import Secret
from consentry.model.settings import Settings
from consentry.model.time import Micros, Span
from consentry.seal import Opener
from consentry.store import (
    accounts,
    cameras,
    document,
    identity,
    kept,
    members,
    second_factors,
    segments,
)
from consentry.store import settings as settings_store
from consentry.store.backup_file import Kind, Sealing
from consentry.store.database import Database
from consentry.store.kept import KeptClip
from consentry.store.segment_file import Description, Place, UnitFlag, UnitHeader, pack_parts
from consentry.store.segment_reader import SegmentReader
from consentry.store.segments import Row
from consentry.store.volume import Volume


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody was given."""

    member: MemberId
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A member whose app's code is asked for beside the password, and the secret of the codes."""

    member: MemberId
    totp: Secret


@dataclass(frozen=True, slots=True)
class House:
    """A household without its footage; accounts carry their locks and no share of its key.

    Left out is what would come to life again though it was taken back since: sessions, API tokens,
    passkeys, recovery codes, invitations, links. And the diary: the restored hub begins another.
    """

    mode: UnlockMode
    settings: Settings
    cameras: tuple[Camera, ...]
    accounts: tuple[Account, ...]
    given: tuple[Given, ...]
    kept: tuple[KeptClip, ...]
    codes: tuple[Asked, ...] = ()
    authority: str = ""
    """The certificate authority as it lies in keys/, so that devices need not trust another."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one stream: whole groups of pictures around a kept clip."""

    camera: CameraId
    stream: StreamName
    description: Description


def chunks(
    database: Database, volume: Volume, household: Opener, public: bytes, *, authority: Path
) -> Iterator[bytes]:
    """Yield a backup sealed to the recovery words ``public``, piece by piece. Blocking.

    With the file ``authority`` where there is one.
    Raises LockedError while nobody has unlocked the recordings, StorageError, IntegrityError.
    """
    sealing = Sealing(public)
    house = database.call(_house)
    if authority.exists():
        house = replace(house, authority=authority.read_text("ascii"))
    yield sealing.header
    yield sealing.record(Kind.HOUSE, document.dump(house).encode())
    for camera in house.cameras:
        for stream in StreamName:
            for span in _joined(clip.span for clip in house.kept if clip.camera == camera.id):
                for row in database.call(segments.find, camera.id, span, stream):
                    yield from _piece(database, volume, household, row, span, sealing=sealing)
    yield sealing.record(Kind.END)


def _house(connection: apsw.Connection) -> House:
    known = identity.load(connection)
    everybody = accounts.all(connection)
    return House(
        mode=known.mode if known is not None else UnlockMode.KEY_FILE,
        settings=settings_store.load(connection),
        cameras=cameras.all(connection),
        accounts=everybody,
        given=tuple(
            Given(member.id, tuple(member.grants.values())) for member in members.all(connection)
        ),
        kept=kept.all(connection),
        codes=tuple(
            Asked(member, factor.secret)
            for member in second_factors.members_with_one(connection)
            if (factor := second_factors.of_member(connection, member)) is not None
        ),
    )


def _joined(spans: Iterator[Span]) -> tuple[Span, ...]:
    """Return the spans in order, those that touch as one: nothing is in a backup twice."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def _piece(  # noqa: PLR0913 - where from, what of it, and where to
    database: Database,
    volume: Volume,
    household: Opener,
    row: Row,
    span: Span,
    *,
    sealing: Sealing,
) -> Iterator[bytes]:
    """Yield a piece and its units; nothing where the file is gone. Damaged units are left out."""
    segment = row.segment
    place = Place(segment.camera, segment.stream, segment.id)
    path = volume.segment_path(segment.camera, segment.stream, segment.id)
    key = household.open_key(row.sealed_key, place.context)
    try:
        reader = SegmentReader(path, place)
    except NotFoundError:
        return
    with reader:
        since, units = _around(_units(reader), span, segment.start)
        if not units:
            return
        description = Description(
            database.call(segments.run_of, segment.id),
            Micros(segment.start + since),
            Micros(segment.media_start + since),
        )
        piece = Piece(segment.camera, segment.stream, description)
        yield sealing.record(Kind.PIECE, document.dump(piece).encode())
        for header in units:
            with suppress(IntegrityError):
                plain = pack_parts(reader.parts(header, key))
                entry = bytes([header.flags is UnitFlag.KEY_FRAME])
                yield sealing.record(Kind.UNIT, entry + plain)


def _units(reader: SegmentReader) -> list[UnitHeader]:
    units: list[UnitHeader] = []
    with suppress(IntegrityError):
        for header in reader.headers():
            units.append(header)  # noqa: PERF402 - extend would lose what came before the damage
    return [header for header in units if header.flags is not UnitFlag.DESCRIPTION]


def _around(units: list[UnitHeader], span: Span, start: Micros) -> tuple[Micros, list[UnitHeader]]:
    """Return the units of the groups of pictures that touch the span, and when they begin."""
    first, last = span.start - start, span.end - start
    frames = [unit for unit in units if unit.flags is UnitFlag.KEY_FRAME]
    entry = next((unit for unit in reversed(frames) if unit.media_time <= first), None)
    begin = entry or (frames[0] if frames else None)
    if begin is None:
        return Micros(0), []
    end = next((unit for unit in frames if unit.media_time >= last), None)
    until = end.offset if end is not None else units[-1].end
    taken = takewhile(lambda unit: unit.offset < until, units)
    return begin.media_time, [unit for unit in taken if unit.offset >= begin.offset]
