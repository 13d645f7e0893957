"""One camera's stream that plays: its announced tracks, then pictures and sound as they come."""

import threading
import time
from collections.abc import Callable

from consentry.fmp4 import CODECS, ParameterSets
from consentry.ingest.failure import disconnected, idle, silent, wedged
from consentry.ingest.picture_joiner import Picture, PictureJoiner
from consentry.ingest.rtp import SenderReport, sender_report
from consentry.ingest.rtsp_session import RtspSession
from consentry.ingest.run_builder import VIDEO_RATE
from consentry.ingest.sdp import Description, Media, parse
from consentry.ingest.sound import spoken
from consentry.ingest.sound_joiner import Sound
from consentry.ingest.sound_track import SoundTrack, path_of
from consentry.ingest.track_time import TrackTime
from consentry.ingest.wire import Frames
from consentry.model.errors import CameraError, CameraState
from consentry.model.secret import Secret
from consentry.model.time import Micros

OPEN_SECONDS = 10.0
PATIENCE_SECONDS = 5.0
"""A camera that sends no packet for so long has stalled: TCP itself repeats what was lost within
six seconds of a break of three.
"""

_FIRST_SECONDS = 12.0
"""Before its first packet a camera may wait for its next key frame: ten seconds, with some."""

_LONGEST_TURN = 1.0
"""Seconds that one read counts for at most: while the hub was stopped or its disk hung, it was not
the camera that was silent, and the first read after may hold only a part of a large picture."""

_SOME_RUBBISH = 1 << 10
"""Bytes. Whoever sends more and no picture sends rubbish; less are reports and answers."""

_NO_CHANNEL = -2


class RtspStream:
    """A connection that plays. Owned by one thread; the caller closes it.

    ``report`` is the latest of the camera's about its video's time; ``unheard`` names the sound
    that was announced and cannot be recorded.
    """

    def __init__(self, session: RtspSession, *, audio: bool) -> None:
        """Ask for video, and for sound if wanted and recordable. Raises CameraError."""
        description = parse(session.describe())
        self.report: SenderReport | None = None
        self.sound: SoundTrack | None = None
        self.unheard: str | None = None
        self.video = _choose_video(description)
        self.announced: ParameterSets = self.video.announced
        self._session = session
        self._time = TrackTime(VIDEO_RATE)
        self._pictures = PictureJoiner(
            self.video.codec,
            self.video.payload_type,
            numbered=self.video.number("sprop-max-don-diff") > 0,
        )
        self._channel = session.set_up(self.video.control)
        self._sound_channel = _NO_CHANNEL
        if audio and (sounds := [media for media in description.of_kind("audio") if media.clock]):
            self._add_sound(sounds[0])
        session.play(description.control)
        self._begun = False
        self._silence = self._unheard = 0.0
        self._ignored = session.received
        self._read_at = time.monotonic()

    def _add_sound(self, media: Media) -> None:
        path = path_of(media)
        if path is None:
            self.unheard = spoken(media.codec)
            return
        try:
            self._sound_channel = self._session.set_up(media.control)
        except CameraError as error:
            if error.state is not CameraState.BROKEN_STREAM:
                raise
            self.unheard = spoken(media.codec)  # announced and refused: the pictures still come
        else:
            self.sound = SoundTrack(media, path, self._time)

    def close(self) -> None:
        """Take leave and hang up."""
        self._session.close()

    @property
    def step(self) -> int:
        """Return the announced duration of a picture in 1/90000 s; 0 when there is none."""
        rate = self.video.frame_rate
        return int(VIDEO_RATE / rate) if rate >= 1 else 0

    @property
    def up_to_date(self) -> bool:
        """Tell whether nothing waits to be read and no picture is half here."""
        return self._session.drained and self._pictures.between

    def read(self, wall: Callable[[], Micros]) -> tuple[Micros, list[Picture | Sound]]:
        """Return what came, or nothing after a short wait, and when. Raises CameraError at the end.

        A ``Sound`` has its stamp in the ticks of its path's track, on the time of the pictures.
        """
        try:
            found = self._session.receive()
        except OSError:
            raise disconnected(self._session.host) from None
        arrival = wall()
        items: list[Picture | Sound] = []
        for frames in found:
            if isinstance(frames, Frames):
                self._take(frames, items, arrival)
        now = time.monotonic()
        self._silence = 0.0 if items else self._silence + min(now - self._read_at, _LONGEST_TURN)
        self._read_at = now
        if self._silence < PATIENCE_SECONDS / 2 or self._session.received == self._ignored:
            # Half a picture, before the camera hung; or nothing: what comes now may become one.
            self._ignored, self._unheard = self._session.received, self._silence
        if self._silence > PATIENCE_SECONDS:
            self._complain()
        self._begun = self._begun or bool(items)
        return arrival, items

    def _complain(self) -> None:
        """Say what is wrong with a camera from which nothing came for so long."""
        for_long = self._silence - self._unheard > PATIENCE_SECONDS / 2
        if for_long and self._session.received - self._ignored > _SOME_RUBBISH:
            raise wedged(self._session.host)
        if self._begun:
            raise silent(self._session.host)
        if self._silence > _FIRST_SECONDS:
            raise idle(self._session.host)

    def _take(self, frames: Frames, items: list[Picture | Sound], arrival: Micros) -> None:
        """Sort what came in by its channel."""
        channel = frames.channel
        if channel == self._channel:
            pictures = self._pictures.feed(frames)
            if pictures:
                self._time.arrived(pictures[-1].stamp, arrival)
                items += pictures
        elif self.sound is not None and channel == self._sound_channel:
            items += self.sound.feed(frames, arrival)
        elif channel in {self._channel + 1, self._sound_channel + 1}:
            self._hear_reports(frames)

    def _hear_reports(self, frames: Frames) -> None:
        for begin, end in frames.spans:
            report = sender_report(frames.data, begin, end)
            if report is None:
                continue
            if frames.channel == self._channel + 1:
                self.report = report
                self._time.report(report, self._pictures.stamp)
            elif self.sound is not None:
                self.sound.report(report)


def open_stream(
    address: Secret, *, audio: bool, stop: threading.Event, timeout: float = OPEN_SECONDS
) -> RtspStream:
    """Connect and let the camera play. Raises CameraError, some or other when told to stop."""
    session = RtspSession(address, stop=stop, timeout=timeout)
    try:
        return RtspStream(session, audio=audio)
    except BaseException:
        session.close()
        raise


def _choose_video(description: Description) -> Media:
    videos = description.of_kind("video")
    if not videos:
        sentence = "The camera's stream carries no video; choose another of its streams."
        raise CameraError(CameraState.NO_VIDEO, sentence)
    for video in videos:
        if video.codec in CODECS:
            return video
    sentence = f"The camera sends {videos[0].codec} video; set it to H.264 or H.265."
    raise CameraError(CameraState.UNSUPPORTED_CODEC, sentence)
