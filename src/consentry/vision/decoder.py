"""Decode a watched stream: access units from the recorder in, frames out. Bad data never raises."""

from fractions import Fraction

from av import CodecContext, Packet
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext

from consentry.model.media import VideoTrack
from consentry.model.time import Micros
from consentry.vision.frame import Frame


class StreamDecoder:
    """A decoder for one run of one stream. A new ``Init`` needs a new decoder.

    ``skipped`` counts access units that could not be decoded or came before the first key frame.
    """

    def __init__(self, video: VideoTrack) -> None:
        """Open the codec with the track's parameter sets; one thread, as cores are for cameras."""
        codec = CodecContext.create(video.codec, "r")
        assert isinstance(codec, VideoCodecContext)  # noqa: S101 - a video track names a video codec
        codec.extradata = video.extradata
        codec.thread_count = 1
        self._codec = codec
        self._aspect = Fraction(*video.sample_aspect) if all(video.sample_aspect) else Fraction(1)
        self._waiting_for_key = True
        self.skipped = 0

    def decode(self, sample: bytes | memoryview, time: Micros, *, key: bool) -> tuple[Frame, ...]:
        """Decode one access unit (length-prefixed NAL units); return the frames it completed.

        A frame gets the time of its own access unit, also where B-frames reorder them.
        """
        if not len(sample) or (self._waiting_for_key and not key):
            self.skipped += 1  # an empty packet would tell FFmpeg that the stream has ended
            return ()
        packet = Packet(bytes(sample))
        packet.pts = time
        packet.is_keyframe = key
        try:
            frames = self._codec.decode(packet)
        except FFmpegError:
            # FFmpeg conceals what is missing: a second of smear is better than ten of blindness
            # until the next key frame.
            self.skipped += 1
            return ()
        self._waiting_for_key = False
        return tuple(
            Frame(frame, Micros(frame.pts if frame.pts is not None else time), self._aspect)
            for frame in frames
        )
