"""Streams for the MP4 tests, encoded once per run."""

import pytest

from tests.fmp4.encoded_streams import Unit, encode_video


@pytest.fixture(scope="session")
def plain_h264() -> list[Unit]:
    """Return H.264 without B-frames."""
    return encode_video("libx264")


@pytest.fixture(scope="session")
def reordered_h264() -> list[Unit]:
    """Return H.264 with B-frames and pixels that are not square."""
    return encode_video("libx264", b_frames=3, sample_aspect="4/3")


@pytest.fixture(scope="session")
def reordered_hevc() -> list[Unit]:
    """Return H.265 with B-frames and pixels that are not square."""
    return encode_video("libx265", b_frames=3, sample_aspect="16/11")
