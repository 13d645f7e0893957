"""Cameras in: RTSP sources, repaired times, audio to AAC, probing, ONVIF discovery.

Everything here blocks and runs in threads of its caller's; errors are ``CameraError``.
"""

from consentry.ingest.camera_finder import find_streams
from consentry.ingest.onvif import discover
from consentry.ingest.probe import probe
from consentry.ingest.rtsp import RtspSource
from consentry.ingest.source import Source
from consentry.model.probe import CameraReport, FoundDevice, StreamReport

__all__ = [
    "CameraReport",
    "FoundDevice",
    "RtspSource",
    "Source",
    "StreamReport",
    "discover",
    "find_streams",
    "probe",
]
