"""What every schema is made of: answers, bodies, names, numbers, moments, and the error."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from consentry.model.errors import CameraState, Reason
from consentry.model.time import Micros, to_iso


class Answer(BaseModel):
    """Something the API says."""

    model_config = ConfigDict(frozen=True)


class Body(BaseModel):
    """Something the API is told; a setting it does not know is a mistake worth a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Query(BaseModel):
    """Query parameters of a media route; unknown ones (cache busters) are ignored."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        message = "Line breaks and control characters have no place here."
        raise ValueError(message)
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60),
    AfterValidator(_printable),
]
Text = Annotated[str, StringConstraints(max_length=500), AfterValidator(_printable)]
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(_printable),
]
Credential = Annotated[str, StringConstraints(max_length=256), AfterValidator(_printable)]

Iso = Annotated[
    str, StringConstraints(max_length=64), Field(examples=["2026-11-22T10:00:00.000+00:00"])
]
"""ISO 8601; read with the zone of the house when it has no offset."""

END_OF_TIME = Micros(7_258_118_400_000_000)
"""The year 2200: far beyond, a date fits no calendar, and an integer not SQLite."""

MicrosUtc = Annotated[int, Field(ge=0, lt=END_OF_TIME)]

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Width = Annotated[int, Field(ge=16, le=3840)]


def iso(moment: Micros | None) -> str | None:
    """Return the moment as the API writes it, None for none."""
    return to_iso(moment) if moment is not None else None


class Failure(Answer):
    """What went wrong: a stable code for programs, one sentence for people.

    ``reason`` says which it is of the things this code stands for, with the ``facts`` that fill
    the page's own words for it; ``state`` what is the matter with a camera.
    """

    code: str
    message: str
    state: CameraState | None = None
    reason: Reason | None = None
    facts: dict[str, str] = {}


class ErrorAnswer(Answer):
    """Every answer of 400 and above."""

    error: Failure
