"""The simulated camera: films and painted scenes behind a real RTSP server.

For the demo, the tests and the bench; the hub never imports it.
"""

from consentry.simcam import fault
from consentry.simcam.film import Film
from consentry.simcam.running import CameraProcess, SimulatedCameras
from consentry.simcam.server import CameraServer, SimulatedCamera
from consentry.simcam.testcard import FilmSpec, film

__all__ = [
    "CameraProcess",
    "CameraServer",
    "Film",
    "FilmSpec",
    "SimulatedCamera",
    "SimulatedCameras",
    "fault",
    "film",
]
