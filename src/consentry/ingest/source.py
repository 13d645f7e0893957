"""What the recorder asks of a camera, whatever it speaks."""

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from consentry.model.media import Part, Run


class Source(Protocol):
    """One stream of one camera, for one connection.

    Use as a context manager in a thread of its own; iterate once. A ``Run`` comes first and before
    every change of parameters or time; parts follow in the order they were sent. Iteration blocks,
    ends when the owner's stop event is set, and raises CameraError when the camera is at fault. It
    never retries: the caller's loop does. Nothing is durable here.
    """

    def __enter__(self) -> Self:
        """Take nothing yet; connecting happens while iterating."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""

    def __iter__(self) -> Iterator[Run | Part]:
        """Connect and yield until the end."""
