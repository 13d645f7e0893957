"""A house with one virtual ONVIF camera, for a network namespace of its own.

ipycam binds every interface, and discovery speaks to everybody in the network: so neither may run
in the machine's own. Started inside the namespace, with a folder; prints what was found as JSON.
"""

import dataclasses
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from consentry.ingest import discover, find_streams, onvif
from consentry.model.errors import CameraError, CameraState
from consentry.model.probe import FoundDevice
from consentry.model.secret import Secret

Answer = TypeVar("Answer")

USER, PASSWORD = "owner", "s3cret"
ONVIF_PORT, RTSP_PORT = 8080, 8554
"""ipycam's own; nobody else is in its network."""

CONFIG = {
    "local_ip": "127.0.0.1",
    "name": "Porch",
    "username": USER,
    "password": PASSWORD,
    "hw_accel": "cpu",
    "main_width": 640,
    "main_height": 360,
    "main_fps": 10,
    "sub_width": 320,
    "sub_height": 180,
    "sub_fps": 10,
}


def wait_for(port: int, seconds: float) -> None:
    """Wait until the camera listens there: it answers scans before it does."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=seconds).close()
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, f"nobody listens on port {port}"
            time.sleep(0.1)
        else:
            return


def found_within(seconds: float) -> list[FoundDevice]:
    """Scan until the camera is up."""
    deadline = time.monotonic() + seconds
    while not (found := discover(1.0)) and time.monotonic() < deadline:
        pass
    return found


def patiently(ask: Callable[[], Answer], seconds: float) -> Answer:
    """Ask until there is an answer: a camera in Python on a busy machine may take its time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return ask()
        except CameraError as error:
            if error.state is not CameraState.STALLED or time.monotonic() > deadline:
                raise


def refusal(url: str, user: str, password: str) -> dict[str, str]:
    """Return state and sentence of the failure to look at ``url``."""
    try:
        patiently(lambda: find_streams(url, user, Secret(password), 5.0), 60.0)
    except CameraError as error:
        return {"state": error.state, "sentence": str(error)}
    return {}


def look(seconds: float) -> dict[str, object]:
    """Do what a new owner does: scan, add what was found, mistype the password once."""
    for port in (ONVIF_PORT, RTSP_PORT):
        wait_for(port, seconds)
    devices = found_within(seconds)
    if not devices:
        return {"devices": []}
    xaddr = devices[0].xaddr
    told = patiently(lambda: onvif.ask(xaddr, USER, Secret(PASSWORD), timeout=30.0), seconds)
    here = f"127.0.0.1:{RTSP_PORT}"
    by_host = patiently(lambda: find_streams(here, USER, Secret(PASSWORD)), seconds)
    return {
        "devices": [dataclasses.asdict(device) for device in devices],
        "told": dataclasses.asdict(told),
        "by_host": dataclasses.asdict(by_host),
        "wrong": refusal(xaddr, USER, "wrong"),
        "nowhere": refusal("rtsp://192.0.2.1/stream", "", ""),
    }


def main(folder: Path) -> None:
    """Bring up the network, start the camera, look, print, and end it."""
    for change in (["up"], ["multicast", "on"]):
        subprocess.run(["ip", "link", "set", "lo", *change], check=True)
    (folder / "camera.json").write_text(json.dumps(CONFIG))
    command = [sys.executable, "-m", "ipycam", "--config", "camera.json", "--source", "film.mp4"]
    with (folder / "camera.log").open("wb") as log:
        camera = subprocess.Popen([*command, "--hw", "cpu"], cwd=folder, stdout=log, stderr=log)
        try:
            sys.stdout.write(json.dumps(look(60.0)))
        finally:
            camera.terminate()
            camera.wait(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
