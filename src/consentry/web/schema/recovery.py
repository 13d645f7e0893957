"""Recovery words, and resetting an owner, as JSON."""

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from consentry.web.schema.base import Answer, Body
from consentry.web.schema.session import Password

Owner = Annotated[str, Field(max_length=200)]


class Recovery(Answer):
    """Since when there are recovery words, when the last backup was made; null without."""

    made: str | None
    backup: str | None


class Words(Answer):
    """New recovery words, and the numbers (from 1) of those to type before they count."""

    words: list[str]
    ask: list[int]


class Confirmation(Body):
    """The words that were asked for, by their number."""

    answers: Annotated[
        dict[int, Annotated[str, StringConstraints(max_length=30)]], Field(max_length=24)
    ]


class Restoration(Body):
    """All 24 words with blanks between them, and the owner's new password."""

    words: Annotated[SecretStr, Field(max_length=1000)]
    password: Password
    name: Owner | None = None


class Reset(Body):
    """An owner's new password; ``name`` is needed only where there are several."""

    password: Password
    name: Owner | None = None


class ResetAnswer(Answer):
    """Whose password it was. ``locked_out``: this account cannot open the recordings (yet)."""

    name: str
    locked_out: bool
