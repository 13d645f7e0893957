"""Blocking generators as streams: first bytes at once, early errors, nothing left open."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import pytest

from consentry.model.errors import NotFoundError
from consentry.web.readers import Readers
from tests.web.home import until


async def test_everything_comes_in_order_on_a_named_thread() -> None:
    """The stream is the generator's bytes, read on a thread called footage."""
    names: set[str] = set()

    def chunks() -> Iterator[bytes]:
        for index in range(1000):
            names.add(threading.current_thread().name.partition("_")[0])
            yield bytes([index % 256]) * 1000

    stream = await Readers().stream(chunks())
    read = [batch async for batch in stream]
    assert b"".join(read) == b"".join(chunks())
    assert len(read) < 10
    assert "footage" in names


async def test_the_first_byte_waits_for_one_chunk_only() -> None:
    """The first batch is the first chunk, however slow the second is."""
    go_on = threading.Event()

    def chunks() -> Iterator[bytes]:
        yield b"first"
        go_on.wait(60)
        yield b"second"

    stream = await Readers().stream(chunks())
    assert await anext(stream) == b"first"
    go_on.set()
    assert await anext(stream) == b"second"


async def test_an_error_that_comes_at_once_is_raised_before_the_answer() -> None:
    """So it becomes a status and a sentence instead of a broken download."""

    def chunks() -> Iterator[bytes]:
        message = "Nothing was recorded there."
        raise NotFoundError(message)
        yield b""

    with pytest.raises(NotFoundError):
        await Readers().stream(chunks())


async def test_who_leaves_in_the_middle_leaves_nothing_open() -> None:
    """The generator is closed after the read under way has come back, never during it."""
    reading, go_on, closed = threading.Event(), threading.Event(), threading.Event()

    def chunks() -> Iterator[bytes]:
        try:
            yield b"first"
            reading.set()
            go_on.wait(60)
            yield bytes(300_000)
            yield b"never read"
        finally:
            closed.set()

    stream = await Readers().stream(chunks())

    async def consume() -> None:
        async for _ in stream:
            pass

    task = asyncio.create_task(consume())
    await until(reading.is_set)
    task.cancel()
    await asyncio.sleep(0)
    assert not closed.is_set()
    go_on.set()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    await until(closed.is_set)
