"""``consentry camera``, ``events``, ``export`` and ``check``, beside a running hub and without."""

import asyncio
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import pytest

from consentry import config as settings_file
from consentry.cli.camera import condition, report_text
from consentry.cli.client import Json
from consentry.cli.main import main
from consentry.home.stores import Stores
from consentry.model.event import AlertReason, Event, TimedBox
from consentry.model.ids import EventId
from consentry.model.time import SECOND, Micros, from_datetime
from consentry.model.vision import Box, Label
from consentry.simcam import SimulatedCamera, SimulatedCameras, fault
from consentry.store import cameras, events
from tests.cli.hub_process import HubProcess, consentry, hub_process
from tests.home.house import short_film


@pytest.fixture
def server() -> Iterator[SimulatedCameras]:
    """Serve a camera with a password and one that is not there."""
    films = {
        "door": SimulatedCamera(short_film(), user="admin", password="pa/ss w:rd"),
        "gone": SimulatedCamera(short_film(), faults=(fault.NotFound(),)),
    }
    with SimulatedCameras(films) as running:
        yield running


async def add(data: Path, url: str, *more: str, password: str = "pa/ss w:rd") -> str:  # noqa: S107
    """Add the camera Door; return what the command printed."""
    words: list[str | Path] = ["camera", "add", "Door", url, "--data", data, *more]
    answer = await consentry(*words, "--user", "admin", "--password-stdin", stdin=password + "\n")
    assert (answer.status, answer.err) == (0, "")
    return answer.out


async def plain_folder(data: Path) -> None:
    """Make a data folder whose hub watches nothing: half the processes."""
    await asyncio.to_thread((data / "consentry.toml").write_text, "detect = false\n")


async def test_a_camera_is_found_added_listed_and_removed(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """Adding says what the camera delivers; it is listed as recording and removed for good."""
    await plain_folder(tmp_path)
    async with hub_process(tmp_path) as hub:
        out = await add(tmp_path, server.url("door"))
        assert "main: h264 320x180, 10 pictures a second, a key frame every 1.0 s" in out
        assert "Added Door (" in out
        await hub.recording(1)
        (line,) = (await consentry("camera", "list", "--data", tmp_path)).out.splitlines()
        assert "recording" in line
        listed = await consentry("camera", "list", "--data", tmp_path, "--json")
        camera = json.loads(listed.out)
        assert (camera["name"], camera["main"]["codec"]) == ("Door", "h264")
        assert "pa/ss" not in listed.out
        refused = await consentry("camera", "remove", "Door", "--data", tmp_path)
        assert refused.status == 2
        removed = await consentry("camera", "remove", "Door", "--yes", "--data", tmp_path)
        assert removed.status == 0
        assert (await hub.health())["total"] == 0


async def test_what_is_wrong_with_a_camera_is_one_sentence(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """A wrong password, a wrong path and nobody there: a sentence each, nothing added."""
    wrong = await consentry(
        *("camera", "add", "Door", server.url("door"), "--data", tmp_path),
        *("--user", "admin", "--password-stdin"),
        stdin="nonsense\n",
    )
    assert wrong.status == 1
    assert "password" in wrong.err
    assert "nonsense" not in wrong.err
    for url in (server.url("gone"), "rtsp://127.0.0.1:1/x", "rtsp://nobody.invalid/x"):
        answer = await consentry("camera", "test", url)
        assert answer.status == 1
        assert answer.err.startswith("consentry: ")
        assert len(answer.err.splitlines()) == 1
    for words in (("test",), ("add", "Door", "--data", tmp_path)):
        answer = await consentry("camera", *words, "rtsp://me:hush@[::1")
        assert (answer.status, answer.out) == (2, "")
        assert answer.err.startswith("consentry: A stream's address must look like rtsp://")
        assert "hush" not in answer.err
    listed = await consentry("camera", "list", "--data", tmp_path)
    assert listed.out == ""


async def test_a_named_sub_stream_is_looked_at_too(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """The report shows the sub stream that --sub-url names; a wrong one adds no camera."""
    url = server.url("door")
    assert (
        f"sub: h264 320x180, 10 pictures a second, a key frame every 1.0 s, sound: none\n{url}"
        in (await add(tmp_path, url, "--sub-url", url)).replace("       ", "")
    )
    more = ("--user", "admin", "--password-stdin", "--sub-url", server.url("gone"))
    answer = await consentry(
        "camera", "add", "Yard", url, "--data", tmp_path, *more, stdin="pa/ss w:rd\n"
    )
    assert (answer.status, answer.out) == (1, "")
    assert "has no stream at /gone" in answer.err


def test_rare_key_frames_are_said() -> None:
    """Where no second key frame came while looking, the report says so in words."""
    stream: Json = {"url": "rtsp://10.0.0.2/1", "codec": "h264", "width": 1280, "height": 720}
    stream |= {"fps": 15.0, "key_frame_s": None, "audio_codec": "aac"}
    report: Json = {"main": stream, "sub": None, "device": "", "clock_skew_s": None, "advice": []}
    assert report_text(report) == (
        " main: h264 1280x720, 15 pictures a second, rare key frames, sound: aac\n"
        "       rtsp://10.0.0.2/1\n"
        "  sub: none found\n"
    )


async def test_a_pasted_password_is_split_off_with_a_warning(tmp_path: Path) -> None:
    """A URL with credentials is stored without them, and the person is warned."""
    answer = await consentry(
        *("camera", "add", "Door", "rtsp://me:hush@127.0.0.1:1/x", "--unchecked", "--outdoor"),
        *("--data", tmp_path),
    )
    assert answer.status == 0
    assert "warning: the password in that URL" in answer.err
    listed = json.loads((await consentry("camera", "list", "--json", "--data", tmp_path)).out)
    assert listed["main"]["url"] == "rtsp://127.0.0.1:1/x"
    assert (listed["user"], listed["has_password"]) == ("me", True)
    assert listed["place"] == "outdoor"
    assert "not running" in (await consentry("camera", "list", "--data", tmp_path)).out


@pytest.mark.parametrize(
    ("off", "state", "recording", "mode", "told"),
    [
        (None, "online", True, "all", "recording"),
        (None, "online", False, "all", "not recorded"),
        (None, "online", False, "off", "online"),
        (None, "wrong_password", False, "all", "wrong password"),
        (None, "off", False, "all", "not running"),
        ("switch", "off", False, "all", "off"),
        ("pause", "off", False, "all", "paused"),
        ("schedule", "off", False, "all", "off by hours"),
    ],
)
def test_a_camera_is_listed_by_what_it_does(
    *, off: str | None, state: str, recording: bool, mode: str, told: str
) -> None:
    """Off is what its owner switched off; online with the recording disk away is not recorded."""
    camera: Json = {"enabled": off != "switch", "state": state, "recording": recording}
    camera["off"] = {"reason": off, "until": None} if off else None
    assert condition({**camera, "retention": {"mode": mode}}) == told


async def test_a_camera_is_switched_off_on_and_paused(tmp_path: Path) -> None:
    """Each says how the camera is then; switching it on ends its pause too."""
    address = ("rtsp://127.0.0.1:1/x", "--unchecked", "--data", tmp_path)
    await consentry("camera", "add", "Door", *address)

    async def told(*words: str) -> str:
        answer = await consentry("camera", words[0], "door", *words[1:], "--data", tmp_path)
        assert (answer.status, answer.err) == (0, "")
        return answer.out

    assert await told("off") == "Door is off.\n"
    assert await told("on") == "Door is not running.\n"
    assert (await told("pause", "--minutes", "30")).startswith("Door is paused until 20")
    assert " off " not in (await consentry("camera", "list", "--data", tmp_path)).out
    assert await told("on") == "Door is not running.\n"
    unknown = await consentry("camera", "off", "Yard", "--data", tmp_path)
    assert unknown.status == 2


async def test_an_address_of_another_kind_is_wrong_input() -> None:
    """A file server is no camera: one sentence, exit 2."""
    answer = await consentry("camera", "test", "ftp://192.0.2.1/x")
    assert answer.status == 2
    assert answer.err == (
        "consentry: Only rtsp and rtsps addresses of cameras are known, not ftp.\n"
    )


@pytest.mark.parametrize(
    "addresses",
    [
        ("rtsp://192.0.2.1:99999/x",),
        ("rtsp://192.0.2.1:99999/x", "--unchecked"),
        ("rtsp://192.0.2.1/x", "--sub-url", "ftp://192.0.2.1/y"),
        ("rtsp://192.0.2.1/x", "--sub-url", "ftp://192.0.2.1/y", "--unchecked"),
    ],
)
async def test_an_address_that_cannot_be_one_is_wrong_usage(
    addresses: tuple[str, ...], tmp_path: Path
) -> None:
    """An impossible port or another protocol: one sentence, exit 2, and no camera is added."""
    answer = await consentry("camera", "add", "Door", *addresses, "--data", tmp_path)
    assert answer.status == 2
    assert "must look like rtsp://192.168.1.20/stream" in answer.err
    assert (await consentry("camera", "list", "--data", tmp_path)).out == ""


async def test_a_data_folder_may_be_deep(tmp_path: Path) -> None:
    """Commands reach the hub of a folder whose path is longer than a socket's address may be."""
    data = tmp_path / ("x" * 120) / "data"
    data.parent.mkdir()
    arguments = ("rtsp://127.0.0.1:1/x", "--unchecked", "--data", data)
    assert (await consentry("camera", "add", "Door", *arguments)).status == 0
    assert "Door" in (await consentry("camera", "list", "--data", data)).out


async def test_two_cameras_of_one_name_are_refused(tmp_path: Path) -> None:
    """A second camera of one name: one sentence, exit 2."""
    arguments = ("rtsp://127.0.0.1:1/x", "--unchecked", "--data", tmp_path)
    assert (await consentry("camera", "add", "Door", *arguments)).status == 0
    again = await consentry("camera", "add", "door", *arguments)
    assert (again.status, again.err) == (
        2,
        "consentry: There is already a camera named 'door': choose another name.\n",
    )


async def test_export_and_check_work_with_and_without_the_hub(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """The same stretch is exported and checked beside the hub and after it has ended."""
    await plain_folder(tmp_path)
    await add(tmp_path, server.url("door"), "--unchecked")
    async with hub_process(tmp_path) as hub:
        await hub.recording(1)
        start = datetime.now(UTC) + timedelta(seconds=1)
        await hub.footage_until(start + timedelta(seconds=3))
        beside = await exported(hub.data, start, tmp_path / "beside.mp4")
        assert (await consentry("check", "--data", tmp_path)).status == 0
    assert await exported(tmp_path, start, tmp_path / "after.mp4") == beside
    checked = await consentry("check", "--data", tmp_path)
    assert (checked.status, checked.out.split()[0]) == (0, "No")


async def exported(data: Path, start: datetime, file: Path) -> list[int]:
    """Export two seconds from ``start``; return the times of the pictures shown."""
    answer = await consentry(
        *("export", "--data", data, "--camera", "door", "--from", start.isoformat()),
        *("--to", (start + timedelta(seconds=2)).isoformat(), file),
    )
    assert (answer.status, answer.err) == (0, "")
    assert f"Wrote {file}: 2." in answer.out or f"Wrote {file}: 1.9" in answer.out
    with av.open(str(file)) as film:
        times = [frame.pts for frame in film.decode(video=0) if frame.pts is not None]
    assert len(times) >= 19
    return times


async def test_recordings_elsewhere_are_found_without_the_hub(
    tmp_path: Path, server: SimulatedCameras
) -> None:
    """Where --config put the recordings, check and export find them later, and make no other."""
    data, settings = tmp_path / "data", tmp_path / "hub.toml"
    disk = tmp_path / "disk"
    settings.write_text(f'recordings = "{disk}"\ndetect = false\n')
    await add(data, server.url("door"), "--unchecked")
    async with hub_process(data, "--config", str(settings)) as hub:
        await hub.recording(1)
        start = datetime.now(UTC) + timedelta(seconds=1)
        await hub.footage_until(start + timedelta(seconds=3))
    assert len(await exported(data, start, tmp_path / "after.mp4")) >= 19
    checked = await consentry("check", "--data", data)
    assert checked.status == 0
    assert not checked.out.startswith("No breaches in 0 segments")


async def test_an_export_replaces_nothing_but_a_file(tmp_path: Path) -> None:
    """A folder or device in the file's place: exit 2, it stays, and nothing is asked of a hub."""
    times = ("--from", "2026-11-22T18:00", "--to", "2026-11-22T18:01")
    device = tmp_path / "null"
    os.mkfifo(device)
    for place, what in ((tmp_path, "folder"), (device, "device")):
        answer = await consentry("export", "--data", tmp_path, "--camera", "Door", *times, place)
        assert answer.status == 2
        assert answer.err == f"consentry: {place} is a {what}: name the file to write.\n"
    assert device.is_fifo()


async def test_check_names_a_breach(tmp_path: Path, server: SimulatedCameras) -> None:
    """One flipped byte in a recording: exit 1 and the file is named."""
    await plain_folder(tmp_path)
    await add(tmp_path, server.url("door"), "--unchecked")
    async with hub_process(tmp_path) as hub:
        await hub.recording(1)
        await hub.footage(20_000)
    (file, *_) = (tmp_path / "recordings").rglob("*.seg")
    damaged = bytearray(file.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    file.write_bytes(damaged)
    answer = await consentry("check", "--data", tmp_path)
    assert answer.status == 1
    assert file.name in answer.out


def happen(data: Path) -> Event:
    """Let a person have been at the door, in the database of a hub that does not run."""
    stores = Stores.open(settings_file.load(data))
    try:
        camera = stores.database.call(cameras.named, "Door").id
        start = from_datetime(datetime(2026, 11, 22, 18, 0, tzinfo=UTC))
        seen = TimedBox(start, Box(0.1, 0.2, 0.3, 0.9), 0.87)
        event = Event(
            id=EventId("0123456789abcdef"),
            camera=camera,
            label=Label.PERSON,
            start=start,
            end=Micros(start + 9 * SECOND),
            score=0.87,
            alert=True,
            reason=AlertReason.ALERTED,
            incident=EventId("0123456789abcdef"),
            path=(seen,),
            best=seen,
        )
        stores.database.call(events.put, event)
        return event
    finally:
        stores.database.close()


async def test_events_are_listed_with_and_without_the_hub(tmp_path: Path) -> None:
    """Each event is one JSON object a line; camera and time narrow the list."""
    await plain_folder(tmp_path)
    assert (
        await consentry(
            "camera", "add", "Door", "rtsp://127.0.0.1:1/x", "--unchecked", "--data", tmp_path
        )
    ).status == 0
    happen(tmp_path)
    alone = await consentry("events", "--data", tmp_path, "--json")
    assert json.loads(alone.out) == {
        "id": "0123456789abcdef",
        "camera": "Door",
        "label": "person",
        "start": "2026-11-22T18:00:00.000+00:00",
        "end": "2026-11-22T18:00:09.000+00:00",
        "score": 0.87,
        "alert": True,
        "reason": "alerted",
        "correction": None,
    }
    async with hub_process(tmp_path) as hub:
        await events_narrowed(hub)


async def events_narrowed(hub: HubProcess) -> None:
    """Ask a running hub for some of its events."""
    asked = ("events", "--data", hub.data, "--json")
    assert len((await consentry(*asked, "--camera", "door")).out.splitlines()) == 1
    later = await consentry(*asked, "--since", "2026-11-22T18:01:00Z")
    assert (later.status, later.out) == (0, "")
    unknown = await consentry(*asked, "--camera", "attic")
    assert unknown.status == 2
    assert unknown.err == "consentry: There is no camera named 'attic'. Cameras: Door.\n"
    assert (await consentry(*asked, "--since", "yesterday")).status == 2


async def test_a_folder_without_a_hub_is_said(tmp_path: Path) -> None:
    """Commands that read refuse a folder that is none of ours, and make nothing there."""
    for command in ("events", "check"):
        answer = await consentry(command, "--data", tmp_path)
        assert answer.status == 2
        assert "is not a Consentry data folder" in answer.err
    assert await asyncio.to_thread(os.listdir, tmp_path) == []


@pytest.mark.parametrize("command", ["run", "camera", "events", "export", "check"])
def test_help_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command's help has examples and exit codes."""
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    out = capsys.readouterr().out
    assert "examples:" in out
    assert "exit codes:" in out
