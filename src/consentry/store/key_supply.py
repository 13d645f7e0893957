"""The data keys of one camera stream: made here, made durable by the hub, used once each.

One granted key lies ready ahead of its segment, so that a new segment never waits for the hub.
"""

import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from consentry.model.ids import CameraId, SegmentId, random_id
from consentry.model.media import StreamName
from consentry.seal import DataKey, HouseholdPublic
from consentry.store.messages import KeyWanted
from consentry.store.segment_file import Place


@dataclass(frozen=True, slots=True)
class GrantedKey:
    """A key whose sealed form is durable in the row of its segment."""

    place: Place
    key: DataKey


class KeySupply:
    """Owner: the stream's thread. ``grant`` and ``seal_to`` may come from any thread."""

    def __init__(
        self,
        camera: CameraId,
        stream: StreamName,
        public: HouseholdPublic,
        emit: Callable[[KeyWanted], None],
    ) -> None:
        """Ask for the first key at once: connecting to a camera takes longer than a grant."""
        self._camera, self._stream = camera, stream
        self._public, self._emit = public, emit
        self._said: queue.SimpleQueue[SegmentId | HouseholdPublic] = queue.SimpleQueue()
        self._wanted: dict[SegmentId, GrantedKey] = {}
        self._granted: deque[GrantedKey] = deque()
        self.want()

    def want(self) -> None:
        """Make a key and ask the hub to make its row durable."""
        place = Place(self._camera, self._stream, SegmentId(random_id()))
        wanted = GrantedKey(place, DataKey.random())
        self._wanted[place.segment] = wanted
        sealed = self._public.seal_key(wanted.key, place.context)
        self._emit(KeyWanted(self._camera, self._stream, place.segment, sealed))

    def grant(self, segment: SegmentId) -> None:
        """Take the hub's word that the row of ``segment`` is durable."""
        self._said.put(segment)

    def seal_to(self, public: HouseholdPublic) -> None:
        """Seal to another household key from now on."""
        self._said.put(public)

    @property
    def ready(self) -> bool:
        """Tell whether a granted key lies ready."""
        while not self._said.empty():
            match self._said.get():
                case HouseholdPublic() as public:
                    self._change(public)
                case segment:
                    granted = self._wanted.pop(segment, None)
                    if granted is not None:
                        self._granted.append(granted)
        return bool(self._granted)

    def _change(self, public: HouseholdPublic) -> None:
        """Ask again for what was not granted yet: the hub may refuse what is sealed to the old."""
        self._public = public
        if self._wanted:
            self._wanted.clear()
            self.want()

    @property
    def next(self) -> GrantedKey:
        """The key for the next segment; only when ``ready``."""
        return self._granted[0]

    def used(self) -> None:
        """Forget the key that ``next`` gave: its segment was begun."""
        self._granted.popleft()
