"""Writing a short film to a file that other programs open."""

from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream


def write_movie(path: Path, *, width: int, height: int, seconds: int) -> None:
    """Write some seconds of a moving gradient at 10 fps."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        base = np.add.outer(np.arange(height), np.arange(width)).astype(np.uint8)
        for index in range(10 * seconds):
            gray = np.ascontiguousarray(np.roll(base, 5 * index, axis=1))
            frame = VideoFrame.from_ndarray(gray, format="gray").reformat(format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
