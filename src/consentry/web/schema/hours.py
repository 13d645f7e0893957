"""Hours of the week as JSON: when it is quiet, when a grant holds."""

from datetime import time
from typing import Annotated

from pydantic import Field, StringConstraints

from consentry.model.hours import Hours as ModelHours
from consentry.web.schema.base import Body

Clock = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["22:00"])
]


class Hours(Body):
    """On these days (0 Monday .. 6 Sunday); an end at or before the start: the next day."""

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    start: Annotated[Clock, Field(alias="from")]
    end: Annotated[Clock, Field(alias="to")]


def hours(model: ModelHours) -> Hours:
    """Return hours as the API tells them."""
    return Hours.model_validate(
        {
            "days": sorted(model.days),
            "from": model.start.isoformat("minutes"),
            "to": model.end.isoformat("minutes"),
        }
    )


def model_hours(given: Hours) -> ModelHours:
    """Read hours."""
    start, end = time.fromisoformat(given.start), time.fromisoformat(given.end)
    return ModelHours(frozenset(given.days), start, end)
