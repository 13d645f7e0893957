"""Group events that are one occurrence: three people who arrive together are one alert."""

from dataclasses import dataclass, field

from consentry.model.ids import EventId
from consentry.model.time import SECOND, Micros

_GAP = Micros(5 * SECOND // 2)
"""A kind that has been out of view for longer comes again as a new incident."""
_MOST = 6
"""In a busy scene the gap grows with the number of events, to 15 s."""


@dataclass(slots=True)
class Incident:
    """A stretch in which things of one kind never left the view for long. Owned by the machine."""

    id: EventId
    seen: Micros
    events: set[EventId] = field(default_factory=set)
    alerted: bool = False

    def joins(self, start: Micros) -> bool:
        """Tell whether something that began at ``start`` belongs to this incident."""
        return start - self.seen <= _GAP * min(max(1, len(self.events)), _MOST)
