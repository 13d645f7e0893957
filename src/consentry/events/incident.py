"""Group events that are one occurrence: three people who arrive together are one alert."""

from dataclasses import dataclass, field

from consentry.model.ids import EventId
from consentry.model.time import SECOND, Micros

_GAP = Micros(5 * SECOND // 2)
"""A kind that has been out of view for longer comes again as a new incident."""
_MOST = 6
"""In a busy scene the gap grows with the number of things at once, to 15 s."""


@dataclass(slots=True)
class Incident:
    """A stretch in which things of one kind never left the view for long. Owned by the machine."""

    id: EventId
    seen: Micros
    open: set[EventId] = field(default_factory=set)
    busiest: int = 1
    """Most events that were open at once."""
    alerted: bool = False

    def joins(self, start: Micros, now: Micros) -> bool:
        """Tell whether something that began at ``start`` and is seen now belongs to this incident.

        After a clock was set back the incident lies in the future, and nothing joins it.
        """
        return now >= self.seen and start - self.seen <= _GAP * min(self.busiest, _MOST)

    def begin(self, event: EventId) -> None:
        """Count another event in."""
        self.open.add(event)
        self.busiest = max(self.busiest, len(self.open))

    def end(self, event: EventId) -> None:
        """Count an event out."""
        self.open.discard(event)
