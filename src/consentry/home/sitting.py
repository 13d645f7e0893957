"""A sitting: one person looking at one camera in one way, as long as it lasts."""

import asyncio
from dataclasses import dataclass, field
from itertools import pairwise

from consentry.model.diary import Begin, End, Viewer
from consentry.model.time import SECOND, Micros, Span

MOST_SPANS = 64
"""Stretches an end names; beyond, those closest to each other become one: never less is said."""

_TOGETHER = Micros(2 * SECOND)
"""A player asks for the next seconds before the last ones are over, a minute's file at a time."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody, and what they sit at: a session, a token. Requests from there are one sitting."""

    viewer: Viewer
    id: str


def joined(spans: tuple[Span, ...], span: Span) -> tuple[Span, ...]:
    """Return the stretches with one more, in order; neighbours made one."""
    merged: list[Span] = []
    for each in sorted((*spans, span)):
        if merged and each.start - merged[-1].end <= _TOGETHER:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, each.end))
        else:
            merged.append(each)
    if len(merged) > MOST_SPANS:
        gaps = [later.start - earlier.end for earlier, later in pairwise(merged)]
        at = gaps.index(min(gaps))
        merged[at : at + 2] = [Span(merged[at].start, merged[at + 1].end)]
    return tuple(merged)


@dataclass(slots=True)
class Sitting:
    """What goes on between a begin and its end; owned by the diary.

    ``begun`` gives the index of the begin once that is durable. Times are monotonic. ``holders``
    are open sockets: while there is one, the sitting does not end by itself.
    """

    begin: Begin
    begun: asyncio.Task[int]
    started: Micros
    used: Micros
    spans: tuple[Span, ...] = field(default=())
    holders: int = 0

    def touch(self, now: Micros, span: Span | None) -> None:
        """Note that it goes on, and which stretch was looked at."""
        self.used = now
        if span is not None:
            self.spans = joined(self.spans, span)

    def is_over(self, now: Micros, *, idle: Micros) -> bool:
        """Tell whether nobody asked for anything for ``idle``."""
        return self.holders == 0 and now - self.used > idle

    def end(self, of: int) -> End:
        """Return its end: when it was last used, not when that was noticed."""
        took = self.used - self.started
        return End(of, Micros(self.begin.at + took), round(took / SECOND, 3), self.spans)
