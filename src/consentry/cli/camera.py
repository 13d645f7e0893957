"""``consentry camera``: add, list, test and remove cameras; switch them off and on; lock them."""

import argparse
import asyncio
import getpass
import json
import sys
from collections.abc import Iterator

import httpx

from consentry.cli.client import Json, camera_named, checked, with_hub
from consentry.cli.command import Exit, Subparsers, add_action, add_command, add_data
from consentry.home.cameras import PROBE_TIMEOUT_S
from consentry.ingest import find_streams
from consentry.model.camera import Place, RecordMode
from consentry.model.errors import CameraState, InputError
from consentry.model.off import OffReason
from consentry.model.secret import Secret, split_credentials
from consentry.web.schema import search as schema

_OFF = {
    OffReason.SWITCH: "off",
    OffReason.PAUSE: "paused",
    OffReason.SCHEDULE: "off by hours",
}


def register(subparsers: Subparsers) -> None:
    """Add the command and its actions."""
    parser = add_command(
        subparsers,
        "camera",
        _no_action,
        text="Add, list, test or remove cameras; switch them off, on, or pause them.\n\n"
        "Off means off: the hub ends the connection, and nothing is recorded or shown.\n"
        "doors asks each camera without a password; password gives an ONVIF camera a random one\n"
        "that is shown once, and tries that the old one and the makers' are refused then.\n"
        "A password is asked for, or read from standard input with --password-stdin; it is never\n"
        "an argument, which others could read in the shell's history or the list of processes.",
        examples="  consentry camera add Door rtsp://192.168.1.20/stream1 --user admin\n"
        "  consentry camera add Yard 192.168.1.21 --user admin --password-stdin < password.txt\n"
        "  consentry camera list\n"
        "  consentry camera test rtsp://192.168.1.20/stream1 --user admin\n"
        "  consentry camera remove Door\n"
        "  consentry camera off Bedroom\n"
        "  consentry camera pause Bedroom --minutes 60",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action in (*_of_a_camera(actions), *_switches(actions), *_doors_of_all(actions)):
        add_data(action)


def _of_a_camera(actions: Subparsers) -> Iterator[argparse.ArgumentParser]:
    add = add_action(actions, "add", "add a camera and start recording it")
    add.add_argument("name", metavar="NAME", help="what you call it, such as Door")
    _add_address(add)
    add.add_argument("--sub-url", metavar="URL", help="second, smaller stream, if not found")
    add.add_argument(
        "--outdoor",
        action="store_true",
        help="it looks outside; without this it is indoors, where every adult sees every look",
    )
    add.add_argument(
        "--unchecked", action="store_true", help="add it even though it does not answer now"
    )
    add.set_defaults(handler=_add)
    listing = add_action(actions, "list", "list cameras and how each is doing")
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    listing.set_defaults(handler=_list)
    test = add_action(actions, "test", "connect to a camera and say what it delivers")
    _add_address(test)
    test.add_argument("--json", action="store_true", help="the report as JSON")
    test.set_defaults(handler=_test)
    remove = add_action(actions, "remove", "remove a camera with all its recordings, for good")
    remove.add_argument("name", metavar="NAME", help="its name or id")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    remove.set_defaults(handler=_remove)
    yield from (add, listing, test, remove)


def _switches(actions: Subparsers) -> Iterator[argparse.ArgumentParser]:
    off = add_action(actions, "off", "switch a camera off until somebody switches it on")
    off.set_defaults(handler=_off)
    on = add_action(actions, "on", "switch a camera on, and end its pause")
    on.set_defaults(handler=_on)
    pause = add_action(actions, "pause", "switch a camera off for a while")
    pause.set_defaults(handler=_pause)
    for action in (off, on, pause):
        action.add_argument("name", metavar="NAME", help="its name or id")
    how_long = pause.add_mutually_exclusive_group()
    how_long.add_argument("--minutes", type=int, default=15, metavar="N", help="(15)")
    how_long.add_argument("--until-morning", action="store_true", help="until 7 o'clock")
    yield from (off, on, pause)


def _doors_of_all(actions: Subparsers) -> Iterator[argparse.ArgumentParser]:
    doors = add_action(actions, "doors", "list which cameras answer without a password")
    doors.set_defaults(handler=_doors)
    password = add_action(actions, "password", "give a camera a random password of its own")
    password.add_argument("name", metavar="NAME", help="its name or id")
    password.set_defaults(handler=_password)
    yield from (doors, password)


def _no_action(_arguments: argparse.Namespace) -> int:
    return Exit.USAGE


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("url", metavar="URL", help="rtsp://..., or just its address")
    parser.add_argument("--user", default="", metavar="NAME", help="user name in the camera")
    parser.add_argument(
        "--password-stdin", action="store_true", help="read the password from standard input"
    )


def _add(arguments: argparse.Namespace) -> int:
    url, user, password = _address(arguments)
    place = Place.OUTDOOR if arguments.outdoor else Place.INDOOR
    camera = {
        "name": arguments.name,
        "url": url,
        "user": user,
        "password": password.reveal(),
        "place": place,
    }

    async def work(client: httpx.AsyncClient) -> Json:
        if arguments.unchecked:
            body = {**camera, "sub_url": arguments.sub_url, "check": False}
            return _object(await checked(await client.post("/api/cameras", json=body)))
        asked = {"url": url, "user": user, "password": password.reveal()}
        asked |= {"sub_url": arguments.sub_url} if arguments.sub_url else {}
        found = _object(await checked(await client.post("/api/cameras/probe", json=asked)))
        sys.stdout.write(report_text(found))
        main, sub = found["main"], found["sub"]
        body = {
            **camera,
            "url": main["url"],
            "sub_url": sub["url"] if sub else None,
            "check": False,
        }
        return _object(await checked(await client.post("/api/cameras", json=body)))

    added = with_hub(arguments, work, create=True)
    sys.stdout.write(f"Added {added['name']} ({added['id']}).\n")
    return Exit.OK


def _list(arguments: argparse.Namespace) -> int:
    async def work(client: httpx.AsyncClient) -> list[Json]:
        cameras: list[Json] = (await checked(await client.get("/api/cameras"))).json()
        return cameras

    for camera in with_hub(arguments, work):
        if arguments.json:
            sys.stdout.write(json.dumps(camera) + "\n")
        else:
            sys.stdout.write(_line(camera) + "\n")
    return Exit.OK


def _line(camera: Json) -> str:
    url = camera["main"]["url"]
    return f"{camera['id']}  {camera['name']:<20} {condition(camera):<14} {url}"


def condition(camera: Json) -> str:
    """Say how a camera is doing in two words at most."""
    if camera["off"]:
        return _OFF[OffReason(camera["off"]["reason"])]
    if camera["recording"]:
        return "recording"
    wanted = camera["enabled"] and camera["retention"]["mode"] != RecordMode.OFF
    match camera["state"]:
        case CameraState.OFF:
            return "not running"  # the hub
        case CameraState.ONLINE if wanted:
            return "not recorded"
    return str(camera["state"]).replace("_", " ")


def _test(arguments: argparse.Namespace) -> int:
    url, user, password = _address(arguments)
    # No hub is asked: the machine that types the command must reach the camera all the same.
    report = schema.report(find_streams(url, user, password, PROBE_TIMEOUT_S)).model_dump()
    if arguments.json:
        sys.stdout.write(json.dumps(report) + "\n")
    else:
        sys.stdout.write(report_text(report))
    return Exit.OK


def _remove(arguments: argparse.Namespace) -> int:
    async def work(client: httpx.AsyncClient) -> None:
        cameras = (await checked(await client.get("/api/cameras"))).json()
        camera = camera_named(cameras, arguments.name)
        await checked(await client.delete(f"/api/cameras/{camera['id']}"))

    if not arguments.yes and not _agreed(arguments.name):
        sys.stderr.write("Nothing was removed.\n")
        return Exit.FAILED
    with_hub(arguments, work)
    sys.stdout.write(f"Removed {arguments.name} with all its recordings.\n")
    return Exit.OK


def _off(arguments: argparse.Namespace) -> int:
    return _change(arguments, ("PATCH", "", {"enabled": False}))


def _on(arguments: argparse.Namespace) -> int:
    return _change(arguments, ("PATCH", "", {"enabled": True}), ("POST", "/pause", {"minutes": 0}))


def _pause(arguments: argparse.Namespace) -> int:
    morning = {"until": "morning"}
    body = morning if arguments.until_morning else {"minutes": arguments.minutes}
    return _change(arguments, ("POST", "/pause", body))


def _change(arguments: argparse.Namespace, *requests: tuple[str, str, Json]) -> int:
    """Ask the hub for one change after the other, and say how the camera is then."""

    async def work(client: httpx.AsyncClient) -> Json:
        cameras = (await checked(await client.get("/api/cameras"))).json()
        camera = camera_named(cameras, arguments.name)
        for method, path, body in requests:
            address = f"/api/cameras/{camera['id']}{path}"
            camera = _object(await checked(await client.request(method, address, json=body)))
        return camera

    camera = with_hub(arguments, work)
    off = camera["off"]
    until = f" until {off['until']}" if off is not None and off["until"] else ""
    sys.stdout.write(f"{camera['name']} is {condition(camera)}{until}.\n")
    return Exit.OK


def _doors(arguments: argparse.Namespace) -> int:
    async def work(client: httpx.AsyncClient) -> list[tuple[str, Json]]:
        cameras = (await checked(await client.get("/api/cameras"))).json()
        asked = [client.get(f"/api/cameras/{camera['id']}/openness") for camera in cameras]
        answers = [_object(await checked(answer)) for answer in await asyncio.gather(*asked)]
        return [(str(camera["name"]), told) for camera, told in zip(cameras, answers, strict=True)]

    for name, told in with_hub(arguments, work):
        sys.stdout.write(f"{name:<20} pictures {told['rtsp']:<8} accounts {told['onvif']}\n")
    return Exit.OK


def _password(arguments: argparse.Namespace) -> int:
    async def work(client: httpx.AsyncClient) -> Json:
        cameras = (await checked(await client.get("/api/cameras"))).json()
        camera = camera_named(cameras, arguments.name)
        address = f"/api/cameras/{camera['id']}/password"
        return _object(await checked(await client.post(address)))

    told = with_hub(arguments, work)
    old = "is refused" if told["old_refused"] else "STILL WORKS"
    defaults = "are refused" if told["defaults_refused"] else "STILL WORK"
    sys.stdout.write(
        f"{arguments.name} has the password {told['password']}, which the hub uses from now on.\n"
        f"The old one {old}; the makers' usual ones {defaults}.\n"
    )
    return Exit.OK


def _agreed(name: str) -> bool:
    """Ask; a script without a terminal must say --yes."""
    if not sys.stdin.isatty():
        message = "Say --yes to remove a camera with all its recordings from a script."
        raise InputError(message)
    return input(f"Remove {name} with all its recordings, for good? [y/N] ").lower() in {"y", "yes"}


def _address(arguments: argparse.Namespace) -> tuple[str, str, Secret]:
    """Return (url without credentials, user, password); the password comes from a safe place."""
    url, pasted_user, password = split_credentials(arguments.url)
    user = arguments.user or pasted_user
    if password:
        sys.stderr.write(
            "consentry: warning: the password in that URL now stands in your shell's history and "
            "in the list of processes; leave it out and you will be asked for it.\n"
        )
    if arguments.password_stdin:
        password = Secret(sys.stdin.readline().rstrip("\r\n"))
    elif user and not password:
        if not sys.stdin.isatty():
            message = "No terminal to ask for the password: use --password-stdin."
            raise InputError(message)
        password = Secret(getpass.getpass(f"Password of {user} in the camera: "))
    return url, user, password


def _object(answer: httpx.Response) -> Json:
    found: Json = answer.json()
    return found


def report_text(report: Json) -> str:
    """Return what was found, for a person: a line or two a stream, then advice."""
    lines = [report["device"]] if report["device"] else []
    for name in ("main", "sub"):
        lines += _stream_lines(name, report[name])
    if report["clock_skew_s"] is not None:
        lines.append(f"clock: {report['clock_skew_s']:+.1f} s against this machine")
    lines += [f"advice: {advice['message']}" for advice in report["advice"]]
    return "".join(f"{line}\n" for line in lines)


def _stream_lines(name: str, stream: Json | None) -> list[str]:
    if stream is None:
        return [f"{name:>5}: none found"]
    distance = stream["key_frame_s"]  # null: too rare to be met twice while looking
    key_frames = "rare key frames" if distance is None else f"a key frame every {distance:.1f} s"
    sound = stream["audio_codec"] or "none"
    size, rate = f"{stream['width']}x{stream['height']}", f"{stream['fps']:.0f} pictures a second"
    return [
        f"{name:>5}: {stream['codec']} {size}, {rate}, {key_frames}, sound: {sound}",
        f"       {stream['url']}",
    ]
