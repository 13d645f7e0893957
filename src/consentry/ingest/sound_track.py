"""The sound of one stream: what was announced, its way into the recording, its place in time."""

from consentry.ingest.rtp import SenderReport
from consentry.ingest.sdp import Media
from consentry.ingest.sound import SoundPath, sound_path
from consentry.ingest.sound_joiner import Sound, SoundJoiner, aac_config
from consentry.ingest.track_time import Agreement, TrackTime
from consentry.ingest.wire import Frames
from consentry.model.errors import InputError
from consentry.model.time import SECOND, Micros


class SoundTrack:
    """One audio media beside the video whose time is given. Owned by one thread."""

    def __init__(self, media: Media, path: SoundPath, video: TrackTime) -> None:
        """Begin without a packet."""
        self.codec = "aac" if media.codec == "latm" else media.codec
        self.path = path
        self._joiner = SoundJoiner(media)
        self._clock = media.clock
        self._time = TrackTime(media.clock)
        self._agreement = Agreement(video, self._time)

    def feed(self, frames: Frames, arrival: Micros) -> list[Sound]:
        """Return frames with their times among the pictures, in ticks of the path's track.

        Until a picture was seen there is no such time, and nothing is returned.
        """
        sounds = self._joiner.feed(frames)
        if sounds:
            self._time.arrived(sounds[-1].stamp, arrival)
        shift = self._agreement.shift
        if shift is None:
            return []
        scale = self.path.track.timescale
        later = shift * scale // SECOND
        return [Sound(data, stamp * scale // self._clock + later) for data, stamp in sounds]

    def report(self, report: SenderReport) -> None:
        """Take a sender report of this track."""
        self._time.report(report, self._joiner.stamp)


def path_of(media: Media) -> SoundPath | None:
    """Return the way into the recording; None where there is none."""
    codec = "aac" if media.codec == "latm" else media.codec
    config = aac_config(media)
    try:
        return sound_path(codec, rate=media.clock, channels=media.channels, extradata=config)
    except InputError:
        return None
