"""The programs others use, doing the same on the same streams."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

_MOTION = """\
daemon off
setup_mode off
log_level 4
webcontrol_port 0
stream_port 0
target_dir {folder}
"""

_MOTION_CAMERA = """\
camera_name {name}
netcam_url {sub}
netcam_high_url {main}
netcam_params rtsp_transport=tcp
netcam_high_params rtsp_transport=tcp
width 640
height 360
framerate 10
movie_passthrough on
movie_output on
movie_codec mkv
movie_max_time 60
emulate_motion on
picture_output off
target_dir {folder}/{name}
"""
"""Continuous recording of the 1080p stream as it comes, detection on the 360p one."""


def missing(program: str) -> str | None:
    """Return a sentence when a reference program is not installed."""
    return None if shutil.which(program) else f"{program} is not installed"


@contextmanager
def ffmpeg_copies(urls: Sequence[str], folder: Path) -> Iterator[list[int]]:
    """Record each stream with an ``ffmpeg -c copy`` of its own, in files of a minute."""
    folder.mkdir(parents=True, exist_ok=True)
    source = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i"]
    copy = ["-c", "copy", "-f", "segment", "-segment_time", "60"]
    commands = [[*source, url, *copy, f"{folder}/{place}-%d.mp4"] for place, url in enumerate(urls)]
    with _running(commands, folder) as pids:
        yield pids


@contextmanager
def motion_program(streams: Sequence[tuple[str, str]], folder: Path) -> Iterator[list[int]]:
    """Record and watch (main, sub) streams with Debian's ``motion``."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [_MOTION.format(folder=folder)]
    for place, (main, sub) in enumerate(streams):
        path = folder / f"camera{place}.conf"
        path.write_text(_MOTION_CAMERA.format(name=place, main=main, sub=sub, folder=folder))
        lines.append(f"camera {path}\n")
    settings = folder / "motion.conf"
    settings.write_text("".join(lines))
    with _running([["motion", "-n", "-c", str(settings)]], folder) as pids:
        yield pids


@contextmanager
def _running(commands: Sequence[Sequence[str]], folder: Path) -> Iterator[list[int]]:
    with (folder / "reference.log").open("ab") as log:
        processes = [
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
            for command in commands
        ]
    try:
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.send_signal(signal.SIGINT)
        for process in processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
