"""The house's settings as JSON, changed one by one or several at once."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field

from consentry.model.settings import Language
from consentry.model.settings import Settings as ModelSettings
from consentry.model.time import SECOND, Micros
from consentry.web.schema.base import Answer, Body
from consentry.web.schema.hours import Hours, hours, model_hours


class Settings(Answer):
    """What the owner decided for the whole house.

    Links in messages begin with ``address``, or when it is "" with ``known_address``, which the hub
    found out by itself; null: it could not, and messages carry no link.
    """

    language: Language
    time_zone: str
    quiet_hours: list[Hours]
    cool_down_s: float
    address: str
    known_address: str | None


class SettingsChange(Body):
    """Any of the settings; lists are replaced whole."""

    language: Language | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    quiet_hours: Annotated[list[Hours], Field(max_length=32)] | None = None
    cool_down_s: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None


def settings(model: ModelSettings, *, reached: str | None) -> Settings:
    """Return the settings; ``reached`` is where the hub knows it is."""
    return Settings(
        language=model.language,
        time_zone=model.time_zone,
        quiet_hours=[hours(each) for each in model.quiet_hours],
        cool_down_s=model.cool_down / SECOND,
        address=model.address,
        known_address=reached,
    )


def changed(model: ModelSettings, change: SettingsChange) -> ModelSettings:
    """Return ``model`` with what ``change`` names. Raises InputError."""
    if change.language is not None:
        model = replace(model, language=change.language)
    if change.time_zone is not None:
        model = replace(model, time_zone=change.time_zone)
    if change.quiet_hours is not None:
        quiet = tuple(model_hours(given) for given in change.quiet_hours)
        model = replace(model, quiet_hours=quiet)
    if change.cool_down_s is not None:
        model = replace(model, cool_down=Micros(round(change.cool_down_s * SECOND)))
    if change.address is not None:  # as it is copied from a browser: with a slash at its end
        model = replace(model, address=change.address.strip().rstrip("/"))
    return model
