"""One stream of one camera in a recorder: connect, write, tap, copy to the watcher; try again.

The only level that retries is ``StreamRecorder``: the source below fails, the hub above is told.
"""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from consentry.clock import AnchoredClock, Clock
from consentry.home.access_units import AccessUnitWriter, packed
from consentry.home.crash_note import CrashNote
from consentry.home.link import STATUS_EVERY, HubLink
from consentry.home.live_tap import LiveTap
from consentry.home.messages import (
    BeginRecorder,
    CutSegments,
    SealTo,
    StreamPlan,
    StreamStatus,
    Unwatch,
    Watch,
)
from consentry.home.pulse import LOOKS, Pulse
from consentry.home.stream_meter import StreamMeter
from consentry.ingest import RtspSource
from consentry.model.errors import CameraError, CameraState
from consentry.model.media import Part, Run, TrackKind
from consentry.model.secret import redact
from consentry.model.time import SECOND, Micros
from consentry.store.messages import KeyGranted, StorageTrouble
from consentry.store.segment_writer import SegmentWriter
from consentry.thread import NamedThread

log = logging.getLogger(__name__)

FIRST_DELAY_S = 1.0
LAST_DELAY_S = 30.0
STEADY = Micros(30 * SECOND)
"""A connection that held this long was a good one: the next failure starts at the first delay."""

_REST = Micros(SECOND // 4)
"""How long a stream that is only recorded is left to the kernel before it is read in one burst."""
_WATCHER_REST = Micros(SECOND // 2)
"""The same where motion is looked for: it adds as much to the way from a thing to its alert. A
multiple of the other, so that all streams are read together (ADR 0023)."""

_MUTE_DISK = (
    f"The disk of the recordings has not answered for {LOOKS} s: it fails or is overloaded."
)

_PATIENT = frozenset({CameraState.WRONG_PASSWORD, CameraState.UNSUPPORTED_CODEC})
"""States that trying again soon doesn't mend; many cameras lock an account after five attempts."""


@dataclass(frozen=True, slots=True)
class Pipes:
    """What the streams of one recorder share."""

    link: HubLink
    watcher: AccessUnitWriter
    note: CrashNote
    clock: Clock


class Backoff:
    """Delays between attempts: 1 s doubling to 30 s, each up to a quarter shorter by chance."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        """Start at the shortest delay; ``chance`` gives 0..1."""
        self._delay = FIRST_DELAY_S
        self._chance = chance

    def after(self, state: CameraState, *, lasted: Micros) -> float:
        """Return the seconds to wait after a connection that ``lasted`` and ended in ``state``."""
        if lasted >= STEADY:
            self._delay = FIRST_DELAY_S
        delay = LAST_DELAY_S if state in _PATIENT else self._delay
        self._delay = min(self._delay * 2, LAST_DELAY_S)
        return delay * (1 - self._chance() / 4)


class StreamRecorder(NamedThread):
    """The thread of one stream. Everything but ``pulse``, ``tap`` and ``handle`` is its own."""

    def __init__(self, plan: StreamPlan, begin: BeginRecorder, pipes: Pipes) -> None:
        """Prepare; ``start`` connects."""
        super().__init__(target=self._record, name=f"{plan.stream} {plan.camera}", daemon=True)
        self.plan = plan
        self.tap = LiveTap(plan, pipes.link)
        self._pipes = pipes
        self._clock = AnchoredClock(pipes.clock)
        self.pulse = Pulse()
        self._writer = (
            SegmentWriter(
                plan.camera,
                plan.stream,
                volume=begin.volume,
                public=begin.public,
                emit=pipes.link.send,
                clock=pipes.clock,
            )
            if plan.record
            else None
        )
        self._meter: StreamMeter | None = None
        self._source: RtspSource | None = None
        self._track = b""
        self._skipping = False
        self._skipped = 0
        self._state = CameraState.CONNECTING
        self._message = ""
        self._told_at = Micros(0)
        self._told_recording = False
        self._disk_is_mute = False

    def ask_to_stop(self) -> None:
        """End soon: the source notices within a second."""
        self.pulse.set()

    def handle(self, message: KeyGranted | Watch | Unwatch | CutSegments | SealTo) -> None:
        """Do what the hub says; called by the process's main thread."""
        match message:
            case Watch():
                self.tap.watch()
                self._pace()
            case Unwatch():
                self.tap.unwatch()
                self._pace()
            case KeyGranted(segment=segment) if self._writer is not None:
                self._writer.grant(segment)
            case SealTo(public) if self._writer is not None:
                self._writer.seal_to(public)
            case CutSegments() if self._writer is not None:
                self._writer.cut()
            case _:
                pass  # a stream that is not recorded has no segments

    def tell_of_disk(self, *, mute: bool) -> None:
        """Tell the hub when the disk has not answered for long, and when it does again.

        Called by the process's main thread: the stream's own waits for that disk.
        """
        if self._writer is not None and mute is not self._disk_is_mute:
            self._disk_is_mute = mute
            sentence = _MUTE_DISK if mute else self._writer.trouble
            self._pipes.link.send(StorageTrouble(self.plan.camera, self.plan.stream, sentence))

    def _record(self) -> None:
        """Connect and record until told to stop, waiting longer after each failure."""
        backoff = Backoff()
        self._pipes.note.working_on(self.plan.index)
        self._tell(CameraState.CONNECTING, "Connecting.")
        while not self.pulse.is_set():
            began = self._clock.monotonic()
            try:
                self._run_once()
            except CameraError as error:
                state, sentence = error.state, str(error)
            except Exception as error:
                # A bug must cost one stream a second, not its process eight cameras.
                log.exception("stream failed: camera=%s", self.plan.camera)
                state, sentence = CameraState.BROKEN_STREAM, f"Internal error: {error}."
            else:
                break
            self._end_run(state)
            self._tell(state, redact(sentence))
            lasted = Micros(self._clock.monotonic() - began)
            self.pulse.wait(backoff.after(state, lasted=lasted))
        if self._writer is not None:
            with self.pulse.at_disk:
                self._writer.close("stopped")
        self.tap.end()

    def _run_once(self) -> None:
        """Handle one connection. Raises CameraError when it ends otherwise than by ``stop``."""
        source = RtspSource(
            self.plan.address, clock=self._clock, audio=self.plan.audio, stop=self.pulse
        )
        self._source = source
        self._pace()
        with source:
            for item in source:
                if isinstance(item, Part):
                    self._part(item)
                else:
                    self._begin(item)

    def _pace(self) -> None:
        """Read each part as it comes while somebody watches live, in bursts otherwise."""
        if self._source is not None:
            rest = _WATCHER_REST if self.plan.watch else _REST
            self._source.rest = Micros(0) if self.tap.is_wanted else rest

    def _begin(self, run: Run) -> None:
        if self._writer is not None:
            with self.pulse.at_disk:
                self._writer.begin(run)
        self.tap.begin(run.init)
        unheard = self._source.unheard if self._source is not None else None
        self._meter = StreamMeter(run, unheard=unheard)
        self._track = packed(run.init.video)
        self._skipping = True
        self._tell(CameraState.ONLINE, "")

    def _part(self, part: Part) -> None:
        if self._writer is not None:
            with self.pulse.at_disk:
                self._writer.write(part)
        self.tap.put(part)
        if part.kind is TrackKind.VIDEO and self._meter is not None:
            self._video(part, self._meter)

    def _video(self, part: Part, meter: StreamMeter) -> None:
        meter.video(part)
        if self.plan.watch:
            self._copy_to_watcher(part, meter.shown(part))
        began = self._writer is not None and self._writer.recording is not self._told_recording
        if began or self._clock.monotonic() - self._told_at >= STATUS_EVERY:
            self._tell(CameraState.ONLINE, "")

    def _copy_to_watcher(self, part: Part, shown: Micros) -> None:
        """Copy a picture; after one that had no room, nothing until a key frame."""
        if self._skipping and not part.key:
            self._skipped += 1
            return
        placed = self._pipes.watcher.put(self.plan.index, part, shown, track=self._track)
        self._skipping = not placed

    def _end_run(self, state: CameraState) -> None:
        if self._writer is not None:
            with self.pulse.at_disk:
                self._writer.end(state.value)
        self.tap.end()
        self._meter = None

    def _log(self, state: CameraState, message: str) -> None:
        """Write the state down when it changes, with what of the camera is not recorded."""
        trouble = state not in {CameraState.ONLINE, CameraState.CONNECTING}
        level = logging.WARNING if trouble else logging.INFO
        where = (self.plan.camera, self.plan.stream)
        log.log(level, "camera %s: camera=%s stream=%s %s", state, *where, message)
        if state is CameraState.ONLINE and self._source is not None and self._source.unheard:
            sound = self._source.unheard
            log.warning("sound is not recorded: camera=%s stream=%s codec=%s", *where, sound)

    def _tell(self, state: CameraState, message: str) -> None:
        """Send the state; a repeated one may get lost."""
        recording = self._writer is not None and self._writer.recording
        told = (state, message, recording)
        changed = told != (self._state, self._message, self._told_recording)
        if (state, message) != (self._state, self._message):
            self._log(state, message)
        self._state, self._message, self._told_recording = told
        self._told_at = self._clock.monotonic()
        facts = self._meter.facts() if self._meter else None
        status = StreamStatus(
            self.plan.camera,
            self.plan.stream,
            state,
            message,
            recording,
            facts=facts,
            lag=self._meter.lag if self._meter else Micros(0),
            dropped=self._writer.dropped if self._writer else 0,
            skipped=self._skipped,
        )
        if changed:
            self._pipes.link.send(status)
        else:
            self._pipes.link.offer(status)
