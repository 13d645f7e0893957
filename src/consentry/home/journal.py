"""The journal: everything the recorders say about segments goes to the database in order.

Messages wait in one queue and go down together, one transaction (one fsync) for all that came
meanwhile. Keys are granted after the commit. When the database's disk fails the batch is tried
again every second: the recorders go on under the keys they have, what they cannot write is a gap.
"""

import asyncio
import logging
from collections.abc import Callable

import apsw

from consentry.model.errors import StorageError
from consentry.model.ids import CameraId
from consentry.store import gaps, identity, segments
from consentry.store.database import Database
from consentry.store.messages import (
    GapSeen,
    KeyGranted,
    KeyWanted,
    SegmentClosed,
    SegmentOpened,
)
from consentry.store.volume import Volume

log = logging.getLogger(__name__)

Entry = KeyWanted | SegmentOpened | SegmentClosed | GapSeen
_RETRY_S = 1.0


class Journal:
    """Writes entries to the index. Bounded by the recorders: no grant, no further segment."""

    def __init__(
        self,
        database: Database,
        volume: Volume,
        *,
        grant: Callable[[KeyGranted], None],
        tell: Callable[[str | None], None],
    ) -> None:
        """Call ``grant`` for each key whose row is durable.

        ``tell`` hears the sentence when the database's disk refuses, None when it takes again.
        """
        self._database = database
        self._volume = volume
        self._grant = grant
        self._entries: asyncio.Queue[Entry] = asyncio.Queue()
        self._stopped = asyncio.Event()
        self._tell = tell
        self._refused = False

    def put(self, entry: Entry) -> None:
        """Queue an entry."""
        self._entries.put_nowait(entry)

    async def settled(self) -> None:
        """Wait until all that was queued is in the database, or nobody writes any more."""
        waits = {
            asyncio.create_task(self._entries.join()),
            asyncio.create_task(self._stopped.wait()),
        }
        _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()

    async def run(self) -> None:
        """Write until cancelled."""
        try:
            await self._write_all()
        finally:
            self._stopped.set()

    async def _write_all(self) -> None:
        while True:
            batch = [await self._entries.get()]
            while not self._entries.empty():
                batch.append(self._entries.get_nowait())
            await self._write(batch)
            for _ in batch:
                self._entries.task_done()

    async def _write(self, batch: list[Entry]) -> None:
        """Write a batch, whole or entry by entry when one of them is bad; then grant its keys."""
        try:
            written = await self._insist(batch)
        except Exception:
            # An entry that cannot be written must not hold up those of other cameras.
            log.exception("entries could not be written: count=%d", len(batch))
            if len(batch) > 1:
                for entry in batch:
                    await self._write([entry])
            return
        for entry in written:
            if isinstance(entry, KeyWanted):
                self._grant(KeyGranted(entry.camera, entry.stream, entry.segment))

    async def _insist(self, batch: list[Entry]) -> list[Entry]:
        """Write in one transaction, again and again while the disk refuses."""
        while True:
            try:
                written = await self._database.run(_write, self._volume, batch)
            except StorageError as error:
                if not self._refused:
                    log.error("the index cannot be written: %s", error)  # noqa: TRY400
                self._refused = True
                self._tell(str(error))
                await asyncio.sleep(_RETRY_S)
            else:
                if self._refused:
                    self._refused = False
                    self._tell(None)
                return written


def _write(connection: apsw.Connection, volume: Volume, batch: list[Entry]) -> list[Entry]:
    """Write what is about cameras there are; return it.

    A recorder may still speak of a camera that was removed a moment ago: its rows have nothing to
    belong to any more. A key that is sealed to a household key that is gone is never granted: its
    recorder has been told of the new one and asks again.
    """
    known = {str(row[0]) for row in connection.execute("SELECT id FROM cameras")}
    written = [
        entry
        for entry in batch
        if _camera(entry) in known
        and (not isinstance(entry, KeyWanted) or identity.accepts(connection, entry.sealed_key))
    ]
    for entry in written:
        match entry:
            case KeyWanted():
                segments.reserve(connection, volume, entry)
            case SegmentOpened():
                segments.opened(connection, entry)
            case SegmentClosed():
                segments.closed(connection, entry)
            case GapSeen(gap):
                gaps.add(connection, gap)
    return written


def _camera(entry: Entry) -> CameraId:
    return entry.gap.camera if isinstance(entry, GapSeen) else entry.camera
