"""A virtual ONVIF camera in a network of its own is found, asked, and its two streams looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.ingest.movie import write_movie
from tests.programs import program

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run the house once, in a network namespace, and return what was found in it."""
    program("ffmpeg")  # ipycam encodes with it
    folder = tmp_path_factory.mktemp("house")
    write_movie(folder / "film.mp4", width=640, height=360, seconds=4)
    own_network = [program("unshare"), "--net"]
    if os.geteuid() != 0:
        own_network += ["--user", "--map-root-user"]
    done = subprocess.run(
        [*own_network, sys.executable, str(HERE / "onvif_house.py"), str(folder)],
        capture_output=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_a_scan_finds_the_camera(house: dict[str, Any]) -> None:
    """WS-Discovery gives its address, name, and where it speaks ONVIF."""
    assert house["devices"] == [
        {
            "address": "127.0.0.1",
            "name": "Porch",
            "model": "",
            "xaddr": "http://127.0.0.1:8080/onvif/device_service",
        }
    ]


@pytest.mark.slow
def test_the_camera_tells_of_itself(house: dict[str, Any]) -> None:
    """Maker, model, clock and profiles are read with a digest of the password."""
    told = house["told"]
    assert told["name"] == "PythonCam VirtualCam-1"
    assert abs(told["clock_skew"]) < 5
    assert [(profile["width"], profile["height"]) for profile in told["profiles"]] == [
        (640, 360),
        (320, 180),
    ]


@pytest.mark.slow
def test_main_and_sub_stream_are_found_from_the_host_alone(house: dict[str, Any]) -> None:
    """Nobody types a stream's path: both are found, looked at, and carry no password."""
    report = house["by_host"]
    assert (report["main"]["width"], report["sub"]["width"]) == (640, 320)
    assert report["main"]["codec"] == "h264"
    assert report["main"]["fps"] == pytest.approx(10, abs=1)
    assert report["device"] == "PythonCam VirtualCam-1"
    assert "s3cret" not in json.dumps(house)


@pytest.mark.slow
def test_a_wrong_password_and_an_absent_camera_are_told_apart(house: dict[str, Any]) -> None:
    """The one is refused, the other cannot be reached; each in its own words."""
    assert house["wrong"]["state"] == "wrong_password"
    assert house["nowhere"]["state"] == "unreachable"
    assert "192.0.2.1" in house["nowhere"]["sentence"]
