"""Household settings: quiet hours across midnight and clock changes; nothing that cannot work."""

from datetime import UTC, datetime, time

import pytest

from consentry.model.errors import InputError
from consentry.model.hours import Hours
from consentry.model.secret import Secret
from consentry.model.settings import (
    AppriseChannel,
    ChannelId,
    EmailChannel,
    MqttChannel,
    Settings,
)
from consentry.model.time import Micros, from_datetime

FRIDAY = frozenset({4})
NIGHT = Hours(FRIDAY, time(22), time(7))
DAY = Hours(FRIDAY, time(9), time(17))


def local(text: str) -> datetime:
    """Return a local time; 2026-11-20 is a Friday."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-11-20 21:59", False),
        ("2026-11-20 22:00", True),
        ("2026-11-21 06:59", True),
        ("2026-11-21 07:00", False),
        ("2026-11-21 23:00", False),  # Saturday evening is not Friday night
        ("2026-11-20 03:00", False),  # Friday's small hours belong to Thursday
    ],
)
def test_night_belongs_to_the_day_it_begins_on(moment: str, *, quiet: bool) -> None:
    """Friday 22:00-07:00 ends on Saturday morning."""
    assert NIGHT.cover(local(moment)) is quiet


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [("2026-11-20 09:00", True), ("2026-11-20 17:00", False), ("2026-11-21 10:00", False)],
)
def test_hours_of_one_day_are_half_open(moment: str, *, quiet: bool) -> None:
    """The first minute is quiet, the last is not."""
    assert DAY.cover(local(moment)) is quiet


def test_equal_ends_mean_a_whole_day() -> None:
    """From 22:00 to 22:00 is 24 hours."""
    hours = Hours(FRIDAY, time(22), time(22))
    assert hours.cover(local("2026-11-20 22:00"))
    assert hours.cover(local("2026-11-21 21:59"))
    assert not hours.cover(local("2026-11-21 22:00"))


def test_quiet_hours_follow_the_household_clock() -> None:
    """22:00 in Berlin is 21:00 UTC in winter and 20:00 UTC in summer."""
    hours = Hours(frozenset(range(7)), time(22), time(23))
    settings = Settings(time_zone="Europe/Berlin", quiet_hours=(hours,))
    winter = from_datetime(datetime(2026, 1, 10, 21, 30, tzinfo=UTC))
    summer = from_datetime(datetime(2026, 7, 10, 20, 30, tzinfo=UTC))
    assert settings.quiet(winter)
    assert settings.quiet(summer)
    assert not settings.quiet(from_datetime(datetime(2026, 7, 10, 21, 30, tzinfo=UTC)))


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd", "/etc/localtime"])
def test_unknown_zone_is_refused(zone: str) -> None:
    """A zone this machine does not know is named in the refusal."""
    with pytest.raises(InputError, match="is not a time zone"):
        Settings(time_zone=zone)


def test_days_beyond_the_week_are_refused() -> None:
    """There is no eighth day, and no quiet hours without a day."""
    for days in (frozenset({7}), frozenset[int]()):
        with pytest.raises(InputError, match="at least one day"):
            Hours(days, time(1), time(2))


def test_negative_cool_down_is_refused() -> None:
    """Time between alerts cannot be negative."""
    with pytest.raises(InputError, match="cool-down"):
        Settings(cool_down=Micros(-1))


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@b.example\nBcc: all@example.org", "a b@c.example", "@x"]
)
def test_addresses_that_forge_headers_are_refused(recipient: str) -> None:
    """An address is one word with a name and a host; a line break would add a header."""
    with pytest.raises(InputError, match=r"name@example\.org"):
        EmailChannel(
            id=ChannelId("a"),
            name="mail",
            host="mail.example",
            sender="hub@home.example",
            recipients=(recipient,),
        )


@pytest.mark.parametrize("prefix", ["", "a/#", "+/x", "/a", "$SYS", "a\nb"])
def test_topics_that_are_patterns_are_refused(prefix: str) -> None:
    """MQTT would read them as something else."""
    with pytest.raises(InputError):
        MqttChannel(id=ChannelId("a"), name="home", host="broker", prefix=prefix)


def test_two_channels_of_one_id_are_refused() -> None:
    """A channel is found by its id."""
    channel = AppriseChannel(id=ChannelId("a"), name="n", url=Secret("json://localhost"))
    with pytest.raises(InputError, match="same id"):
        Settings(channels=(channel, channel))


def test_secrets_of_channels_do_not_show() -> None:
    """Neither repr nor formatting of settings tells a token."""
    channel = AppriseChannel(id=ChannelId("a"), name="n", url=Secret("json://t0ken@localhost"))
    assert "t0ken" not in f"{Settings(channels=(channel,))!r}"
