"""Child processes: started, talked to, restarted, ended."""

import asyncio
import os
import signal
import sys

from consentry.home.child import BEAT_S, Crash, LiveFrame
from tests.home.echo import IMPATIENT, Echo, started
from tests.home.house import PATIENCE_S


async def test_messages_go_both_ways() -> None:
    """A child is greeted, answers, sends live parts, and ends with status 0 when asked to."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks)
        child.send({"number": 7, "big": bytes(3_000_000)})
        assert await role.received.get() == {"number": 7, "big": bytes(3_000_000)}
        child.send("live")
        assert await role.live.get() == LiveFrame(
            5,
            is_video=True,
            key=True,
            arrival=99,
            frame=bytes([2, 1, *bytes(6)]) + (99).to_bytes(8) + b"media",
        )
        await child.end()
    assert role.crashes == []


async def test_a_killed_child_is_replaced_at_once() -> None:
    """A child ended by a signal is reported with it, restarted and greeted again."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks)
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE_S):
            assert await role.received.get() == "hello"
        assert child.pid != first
        await child.end()
    assert role.crashes == [Crash("echo", -signal.SIGKILL, None)]
    assert role.crashes[0].sentence == "The echo was ended by SIGKILL."


async def test_a_crash_names_the_stream_it_was_busy_with() -> None:
    """A real segmentation fault in a thread that worked on stream 42 names stream 42."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks)
        child.send("crash")
        assert await role.received.get() == "hello"
        await child.end()
    assert role.crashes == [Crash("echo", -signal.SIGSEGV, 42)]


async def test_a_renewed_child_did_not_crash() -> None:
    """A child that is renewed ends cleanly, is started afresh and counts as no crash."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks)
        child.renew()
        assert await role.received.get() == "hello"
        await child.end()
    assert role.crashes == []


async def test_a_child_that_hangs_is_killed() -> None:
    """A child that does not end after its pipe was closed is killed, and its end is no crash."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks)
        child.send("hang")
        assert await role.received.get() == "hanging"
        await child.end()
    assert role.crashes == []


async def test_a_child_that_stands_still_is_replaced() -> None:
    """A child that is alive and answers no more is killed, reported as hung, and started again."""
    role = Echo()
    async with asyncio.TaskGroup() as tasks:
        child = await started(role, tasks, patience=IMPATIENT)
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        async with asyncio.timeout(PATIENCE_S):
            assert await role.received.get() == "hello"
        assert child.pid != first
        await child.end()
    assert role.crashes == [Crash("echo", -signal.SIGKILL, None, hung=True)]
    assert "hung" in role.crashes[0].sentence


async def test_a_stopped_hub_kills_no_child() -> None:
    """A hub that was stopped for longer than a child may hang finds the same child at work."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.home.echo_hub", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    process.send_signal(signal.SIGSTOP)
    await asyncio.sleep((IMPATIENT.later + 2) * BEAT_S)  # what passes is what is tested
    process.send_signal(signal.SIGCONT)
    await asyncio.sleep(2 * BEAT_S)  # it would be killed at the first beat
    os.kill(child, 0)
    process.kill()
    await process.wait()
    assert await process.stdout.read() == b""  # no other child was started


async def test_a_child_ends_with_its_hub() -> None:
    """When the hub is killed its children read EOF and exit by themselves."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.home.echo_hub", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    child = int(await process.stdout.readline())
    os.kill(child, 0)  # it runs
    process.kill()
    await process.wait()
    async with asyncio.timeout(PATIENCE_S):
        # The pipe to us was inherited by the child: it closes when the child has gone.
        assert await process.stdout.read() == b""
