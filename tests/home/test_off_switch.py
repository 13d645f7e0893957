"""Off means off: by the switch, by weekly hours, and by a pause, with real cameras on loopback."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from consentry.clock import SystemClock
from consentry.config import Config
from consentry.live.viewer import LivePart, LiveState
from consentry.model.camera import Camera
from consentry.model.errors import CameraState, ConflictError
from consentry.model.hours import Hours
from consentry.model.media import StreamName
from consentry.model.off import OffReason
from consentry.model.time import DAY, HOUR, MINUTE, SECOND, Micros, to_datetime
from consentry.simcam import fault
from consentry.store import gaps, pauses
from tests.home.house import PATIENCE_S, House, breaches, house, recorded, until

ESTABLISHED = "01"


class ShiftedClock(SystemClock):
    """The machine's clocks, which tests move on and set wrong."""

    ahead = Micros(0)
    wrong = Micros(0)

    def wall(self) -> Micros:
        """Return the time, moved and wrong."""
        return Micros(super().wall() + self.ahead + self.wrong)

    def monotonic(self) -> Micros:
        """Return the time since some start, moved."""
        return Micros(super().monotonic() + self.ahead)


def connections(port: int) -> int:
    """Return how many TCP connections to the port this machine has."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    remote = f":{port:04X}"
    return sum(row[2].endswith(remote) and row[3] == ESTABLISHED for row in rows)


async def gone_dark(home: House) -> None:
    """Wait until nothing is connected to the cameras, and for longer than a gap must be."""
    await until(lambda: connections(home.server.port) == 0)
    enough = home.hub.clock.monotonic() + 1.5 * SECOND
    await until(lambda: home.hub.clock.monotonic() > enough)


async def on_again(home: House, camera: Camera) -> None:
    """Wait until the camera is recorded, on a clock that is not the recorder's."""
    home.hub.cameras._look.set()
    await until(lambda: home.hub.cameras.view(camera.id).recording)


def files(data: Path) -> dict[Path, int]:
    """Return the recordings and their sizes."""
    return {path: path.stat().st_size for path in (data / "recordings").rglob("*.seg")}


async def off_reason(home: House, camera: Camera) -> OffReason | None:
    """Return why the camera is off, after the hub has looked."""
    home.hub.cameras._look.set()
    await asyncio.sleep(0)
    off = home.hub.cameras.view(camera.id).off
    return off.reason if off else None


def assert_gap_is_off(data: Path, camera: Camera) -> None:
    """Assert that the time it was off is named so; connecting again may take a second after it."""
    reasons = [gap.reason for gap in recorded(data, camera.id).gaps]
    assert reasons in ([gaps.OFF], [gaps.OFF, "start"])


async def test_off_is_no_connection_no_byte_and_no_picture(tmp_path: Path) -> None:
    """Switched off, the camera's streams are closed, its files rest, and nothing shows it."""
    async with house(tmp_path, "door", config=Config(data=tmp_path)) as home:
        camera = await home.add("door")
        await home.recording(camera)
        assert connections(home.server.port) > 0
        await home.hub.snapshot(camera.id)

        view = await home.hub.cameras.change(replace(camera, enabled=False))
        assert view.off is not None
        assert (view.off.reason, view.off.until) == (OffReason.SWITCH, None)
        assert view.main.state is CameraState.OFF
        await gone_dark(home)
        before, sessions = files(tmp_path), home.server.sessions("door")
        with pytest.raises(ConflictError, match="door is off"):
            await home.hub.snapshot(camera.id)
        async with home.hub.fanout.subscribe(camera.id, StreamName.MAIN) as viewer:
            first = await anext(viewer)
            assert first == LiveState(CameraState.OFF, "Switched off.")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await anext(viewer)
        assert home.hub.health().off == 1
        assert (files(tmp_path), home.server.sessions("door")) == (before, sessions)
        assert connections(home.server.port) == 0

        await home.hub.cameras.change(camera)
        await home.recording(camera)
    assert_gap_is_off(tmp_path, camera)
    assert breaches(tmp_path) == []


async def test_a_camera_that_is_off_stays_so_over_a_restart(tmp_path: Path) -> None:
    """The hub starts without asking it anything; the whole time has its reasons."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        await home.hub.cameras.change(replace(camera, enabled=False))
        await gone_dark(home)
    async with house(tmp_path, "door") as home:
        moved = replace(camera, main=replace(camera.main, url=home.server.url("door")))
        await home.hub.cameras.change(replace(moved, enabled=False))
        assert home.hub.cameras.view(camera.id).main.state is CameraState.OFF
        assert home.server.sessions("door") == 0
        await home.hub.cameras.change(moved)
        await home.recording(camera)
    reasons = {gap.reason for gap in recorded(tmp_path, camera.id).gaps}
    assert gaps.OFF in reasons
    assert reasons <= {gaps.OFF, gaps.HUB_OFF, "start"}
    assert breaches(tmp_path) == []


async def test_who_watches_sees_off_and_then_pictures_again(tmp_path: Path) -> None:
    """A page stays open while a camera is off: no picture comes meanwhile, then they go on."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        async with home.hub.fanout.subscribe(camera.id, StreamName.MAIN) as viewer:
            async for item in viewer:
                if isinstance(item, LivePart):
                    break
            await home.hub.cameras.change(replace(camera, enabled=False))
            async for item in viewer:
                if item == LiveState(CameraState.OFF, "Switched off."):
                    break
            await gone_dark(home)
            await home.hub.cameras.change(camera)
            async for item in viewer:
                assert not isinstance(item, LiveState) or item.state is not CameraState.OFF
                if isinstance(item, LivePart):
                    break


async def test_a_pause_survives_a_restart_and_ends_by_itself(tmp_path: Path) -> None:
    """After the restart no connection is made; when the rest of the time is over, it records."""
    clock = ShiftedClock()
    async with house(tmp_path, "door", clock=clock) as home:
        camera = await home.add("door")
        await home.recording(camera)
        view = await home.hub.cameras.pause(camera.id, Micros(15 * MINUTE))
        assert view.off is not None
        assert view.off.reason is OffReason.PAUSE
        assert view.off.until is not None
        assert 14 * MINUTE < view.off.until - clock.wall() <= 15 * MINUTE
        await gone_dark(home)
    clock.ahead = Micros(5 * MINUTE)
    async with house(tmp_path, "door", clock=clock) as home:
        moved = replace(camera, main=replace(camera.main, url=home.server.url("door")))
        await home.hub.cameras.change(moved)
        assert await off_reason(home, camera) is OffReason.PAUSE
        assert home.server.sessions("door") == 0
        clock.ahead = Micros(16 * MINUTE)
        await on_again(home, camera)
        assert home.hub.cameras.view(camera.id).off is None
    async with house(tmp_path, "door", clock=clock) as home:
        assert home.hub.cameras.view(camera.id).off is None


async def test_a_pause_ends_when_somebody_ends_it(tmp_path: Path) -> None:
    """Before its time, and once: the camera records again, the gap says that it was off."""
    async with house(tmp_path, "door") as home:
        camera = await home.add("door")
        await home.recording(camera)
        await home.hub.cameras.pause(camera.id, Micros(60 * MINUTE))
        await gone_dark(home)
        assert (await home.hub.cameras.resume(camera.id)).off is None
        assert (await home.hub.cameras.resume(camera.id)).off is None
        await home.recording(camera)
    assert_gap_is_off(tmp_path, camera)


async def test_a_clock_set_back_neither_prolongs_nor_revives_a_pause(tmp_path: Path) -> None:
    """A year back, now and over a restart: what is left stays what it was; what is over is over."""
    clock = ShiftedClock()
    async with house(tmp_path, clock=clock) as home:
        camera = await home.add_unreachable("door")
        await home.hub.cameras.pause(camera.id, Micros(15 * MINUTE))
        clock.wrong = Micros(-365 * DAY)
        assert await off_reason(home, camera) is OffReason.PAUSE
    async with house(tmp_path, clock=clock) as home:
        off = home.hub.cameras.view(camera.id).off
        assert off is not None
        assert off.until is not None
        assert off.until - clock.wall() <= 15 * MINUTE
        clock.ahead = Micros(15 * MINUTE)
        home.hub.cameras._look.set()
        await until(lambda: home.hub.cameras.view(camera.id).off is None)
        async with asyncio.timeout(PATIENCE_S):  # it is over in memory a moment before on the disk
            while await home.hub.database.run(pauses.all):  # noqa: ASYNC110 - a disk tells nobody
                await asyncio.sleep(0.02)
    clock.wrong = Micros(-2 * 365 * DAY)
    async with house(tmp_path, clock=clock) as home:
        assert home.hub.cameras.view(camera.id).off is None


async def test_weekly_hours_switch_by_themselves(tmp_path: Path) -> None:
    """Within the hours the camera is off, after them on, in the house's time zone."""
    clock = ShiftedClock()
    async with house(tmp_path, "door", clock=clock) as home:
        settings = replace(home.hub.settings, time_zone="Pacific/Auckland")
        await home.hub.change_settings(lambda _: settings)
        camera = await home.add("door")
        await home.recording(camera)
        local = to_datetime(clock.wall(), settings.zone)
        ends = (local + timedelta(hours=1)).time().replace(minute=0, second=0, microsecond=0)
        hours = Hours(frozenset(range(7)), local.time().replace(microsecond=0), ends)
        view = await home.hub.cameras.change(replace(camera, off_hours=(hours,)))
        assert view.off is not None
        assert view.off.reason is OffReason.SCHEDULE
        assert view.off.until is not None
        assert to_datetime(view.off.until, settings.zone).time() == ends
        await gone_dark(home)
        clock.ahead = Micros(view.off.until - clock.wall() + 1)
        await on_again(home, camera)
        assert home.hub.cameras.view(camera.id).off is None
    assert gaps.OFF in {gap.reason for gap in recorded(tmp_path, camera.id).gaps}


async def test_changing_a_camera_does_not_end_its_pause(tmp_path: Path) -> None:
    """A pause is nobody's setting: saving the camera's others leaves it, removing it ends it."""
    async with house(tmp_path) as home:
        camera = await home.add_unreachable("door")
        await home.hub.cameras.pause(camera.id, Micros(15 * MINUTE))
        await home.hub.cameras.change(replace(camera, audio=False))
        assert await off_reason(home, camera) is OffReason.PAUSE
        await home.hub.remove_camera(camera.id)
        assert home.hub.cameras._switches._ends == {}


async def test_a_full_disk_switches_nothing_on_and_ends_nothing(tmp_path: Path) -> None:
    """With a database that takes nothing hours still begin; they are explained when it does."""
    clock = ShiftedClock()
    async with house(tmp_path, "door", clock=clock) as home:
        camera = await home.add("door")
        await home.recording(camera)
        local = to_datetime(clock.wall(), home.hub.settings.zone)
        begins = (local + timedelta(hours=2)).time().replace(microsecond=0)
        hours = Hours(frozenset(range(7)), begins, local.time().replace(microsecond=0))
        await home.hub.cameras.change(replace(camera, off_hours=(hours,)))
        home.server.set_faults("door", fault.NotFound())
        home.server.disconnect("door")
        lost = CameraState.NOT_FOUND
        await until(lambda: home.hub.cameras.view(camera.id).main.state is lost)
        await home.hub.database.run(take_writes, allowed=False)
        clock.ahead = Micros(3 * HOUR)
        home.hub.cameras._look.set()
        await until(lambda: home.hub.cameras.view(camera.id).main.state is CameraState.OFF)
        await home.hub.database.run(take_writes, allowed=True)
        clock.ahead = Micros(0)
        home.hub.forward.believe()
        home.server.set_faults("door")
        await on_again(home, camera)


def take_writes(connection: apsw.Connection, *, allowed: bool) -> None:
    """Let the database refuse every change, as one on a full or read-only disk does."""
    connection.execute(f"PRAGMA query_only = {0 if allowed else 1}")
