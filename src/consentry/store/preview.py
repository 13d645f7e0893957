"""One key frame as a small JPEG: decoded on demand, in memory only."""

import io

import av
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from PIL import Image

from consentry.model.errors import IntegrityError
from consentry.model.media import VideoTrack
from consentry.model.secret import redact

_QUALITY = 75
_WIDEST = 3840


def jpeg(video: VideoTrack, sample: bytes, *, width: int) -> bytes:
    """Return the picture ``width`` pixels wide (never enlarged) in its true shape, as JPEG.

    IntegrityError when the sample holds no picture.
    """
    frame = decode_key_frame(video, sample)
    shown = frame.width * video.sample_aspect[0] / video.sample_aspect[1]
    width = max(16, min(width, round(shown), _WIDEST))
    height = max(2, round(frame.height * width / shown))
    small = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA")
    picture = Image.fromarray(small.to_ndarray())
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def decode_key_frame(video: VideoTrack, sample: bytes) -> VideoFrame:
    """Decode one key frame on its own."""
    decoder = av.CodecContext.create(video.codec, "r")
    assert isinstance(decoder, VideoCodecContext)  # noqa: S101 - a VideoTrack's codec is video
    decoder.extradata = video.extradata
    decoder.thread_count = 1  # frame threads would hold the picture back
    try:
        frames = [*decoder.decode(av.Packet(sample)), *decoder.decode(None)]
    except av.FFmpegError as error:
        message = f"A recorded picture cannot be decoded: {redact(str(error))}."
        raise IntegrityError(message) from error
    if not frames:
        message = "A recorded picture cannot be decoded: it is incomplete."
        raise IntegrityError(message)
    return frames[0]
