"""Reading footage away from the event loop: a few named threads, generators made into streams.

Decrypting, decoding a preview and cutting an export block; each runs on a thread called "footage".
A stream takes its thread for one batch at a time, so that four threads serve any number of viewers.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_BATCH = 256 * 1024
"""Bytes read before they are sent: one hop to a thread (0.1 ms) for about forty fragments."""


class Readers:
    """The threads; owned by the web application."""

    def __init__(self) -> None:
        """Start no thread yet."""
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="footage")

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking function on one of the threads."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, lambda: function(*args, **kwargs))

    async def stream(self, chunks: Iterator[bytes]) -> AsyncGenerator[bytes]:
        """Return ``chunks`` as a stream, its first one read already.

        So an error that comes at once still becomes an answer with a status, and the first byte
        waits for one fragment only.
        """
        first = await self.run(_batch, chunks, 1)
        return self._rest(first, chunks)

    async def _rest(self, first: bytes, chunks: Iterator[bytes]) -> AsyncGenerator[bytes]:
        batch, least = first, 1
        reading: asyncio.Future[bytes] | None = None
        try:
            while batch:
                yield batch
                if len(batch) < least:
                    return  # there was no more: that needs no further question
                least = _BATCH
                reading = asyncio.ensure_future(self.run(_batch, chunks, least))
                batch = await asyncio.shield(reading)
        finally:
            await asyncio.shield(self._close(chunks, reading))

    async def _close(
        self, chunks: Iterator[bytes], reading: "asyncio.Future[bytes] | None"
    ) -> None:
        """Close a generator now, so that its file is freed; not while a thread is still in it."""
        if reading is not None:
            await asyncio.wait({reading})
        if isinstance(chunks, Generator):
            await self.run(chunks.close)


def _batch(chunks: Iterator[bytes], least: int) -> bytes:
    """Take chunks until there are ``least`` bytes; empty at the end."""
    taken: list[bytes] = []
    size = 0
    for chunk in chunks:
        taken.append(chunk)
        size += len(chunk)
        if size >= least:
            break
    return taken[0] if len(taken) == 1 else b"".join(taken)
