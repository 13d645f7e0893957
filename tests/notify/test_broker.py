"""MQTT against a real Mosquitto."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiomqtt
import pytest

from consentry.model.camera import Place
from consentry.model.errors import CameraState, DeliveryError
from consentry.model.feed import (
    AlertShown,
    CameraChanged,
    CameraGone,
    EventChanged,
    MotionChanged,
    WatchingChanged,
)
from consentry.model.ids import CameraId
from consentry.model.off import Off, OffReason
from consentry.model.secret import Secret
from consentry.model.settings import ChannelId, MqttChannel, Settings
from consentry.model.time import HOUR, Micros, Span
from consentry.notify.broker import Broker, check
from consentry.notify.homeassistant import HomeAssistant, Retained
from consentry.notify.outbox import Outbox
from tests.notify.house import DOOR, JPEG, SEEN, Complaints, Notes, door, person
from tests.notify.servers import listener, mosquitto
from tests.port import free_port

CONFIG = f"homeassistant/device/consentry_{DOOR}/config"
STATUS = "consentry/status"


def channel(port: int, *, password: str = "", pictures: bool = False) -> MqttChannel:
    """Return a channel to the broker on ``port``."""
    return MqttChannel(
        id=ChannelId("home"),
        name="home",
        host="127.0.0.1",
        port=port,
        user="hub" if password else "",
        password=Secret(password),
        pictures=pictures,
    )


def settings(port: int, *, pictures: bool = False) -> Settings:
    """Return settings with this one channel."""
    return Settings(channels=(channel(port, pictures=pictures),))


@asynccontextmanager
async def outbox(config: Settings) -> AsyncIterator[Outbox]:
    """Run an outbox that knows the camera."""
    async with Outbox(config, Complaints().hear, note=Notes().take) as box:
        box.post(door())
        yield box


async def test_home_assistant_finds_five_things_a_camera(tmp_path: Path) -> None:
    """Motion, last event, online, state and watched are announced, each with its value's topic."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            box.post(MotionChanged(DOOR, moving=True))
            box.post(EventChanged(person()))
            announced = json.loads(await seen.until(CONFIG))
            parts = announced["components"]
            assert announced["device"]["name"] == "Front door"
            assert set(parts) == {"motion", "event", "online", "state", "watched"}
            assert await seen.until(announced["availability"][0]["topic"]) == b"online"
            assert await seen.until(parts["motion"]["state_topic"]) == b"ON"
            assert await seen.until(parts["online"]["state_topic"]) == b"ON"
            event = json.loads(await seen.until(parts["event"]["state_topic"]))
            assert (event["label"], event["start"]) == ("person", "2026-11-22T11:00:00.000+00:00")


async def test_home_assistant_is_led_to_the_page(tmp_path: Path) -> None:
    """The device leads to the camera and the last event to its own page, by ids."""
    port = free_port()
    config = replace(settings(port), address="https://home.example")
    with mosquitto(tmp_path, port):
        async with outbox(config) as box, listener(port) as seen:
            box.post(EventChanged(person()))
            event = json.loads(await seen.until(f"consentry/{DOOR}/event"))
            device = json.loads(await seen.until(CONFIG))["device"]
    assert event["link"] == f"https://home.example/#/events/{person().id}"
    assert device["configuration_url"] == f"https://home.example/#/camera/{DOOR}"


async def test_picture_goes_out_only_where_allowed(tmp_path: Path) -> None:
    """The same alert carries its picture to a channel with pictures and to no other."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with listener(port) as seen:
            async with outbox(settings(port)) as box:
                box.post(AlertShown(person()), picture=JPEG)
                await seen.until(f"consentry/{DOOR}/event")
            await seen.until(STATUS, b"offline")
            assert JPEG not in seen.values.values()
            async with outbox(settings(port, pictures=True)) as box:
                box.post(AlertShown(person()), picture=JPEG)
                await seen.until(f"consentry/{DOOR}/picture", JPEG)


async def test_pictures_no_longer_allowed_leave_the_broker(tmp_path: Path) -> None:
    """What a broker kept from before is taken off it when the owner takes the leave back."""
    port = free_port()
    picture = f"consentry/{DOOR}/picture"
    with mosquitto(tmp_path, port):
        async with outbox(settings(port, pictures=True)) as box, listener(port) as seen:
            box.post(AlertShown(person()), picture=JPEG)
            await seen.until(picture, JPEG)
            await box.apply(settings(port))
            assert await seen.until(picture, b"") == b""
            async with listener(port) as later:
                await later.until(CONFIG)
                assert picture not in later.values


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (OffReason.SWITCH, b"off"),
        (OffReason.SCHEDULE, b"off_hours"),
        (OffReason.PAUSE, b"paused"),
    ],
)
async def test_a_camera_that_is_off_says_so(
    tmp_path: Path, reason: OffReason, state: bytes
) -> None:
    """Off by switch, by its hours or paused is another thing than out of order."""
    port = free_port()
    topic = f"consentry/{DOOR}/state"
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            await seen.until(topic, b"online")
            box.post(CameraChanged(replace(door(CameraState.OFF).view, off=Off(reason))))
            assert await seen.until(topic, state) == state
            assert await seen.until(f"consentry/{DOOR}/online", b"OFF") == b"OFF"
            box.post(door(CameraState.WRONG_PASSWORD))
            assert await seen.until(topic, b"trouble") == b"trouble"


async def test_hub_that_leaves_is_offline(tmp_path: Path) -> None:
    """Ending the hub says offline on purpose; losing it says so by the last will."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with listener(port) as seen:
            async with outbox(settings(port)):
                await seen.until(STATUS, b"online")
            assert await seen.until(STATUS, b"offline") == b"offline"


async def test_the_room_knows_that_somebody_watches(tmp_path: Path) -> None:
    """An indoor camera says ON while somebody watches, and nobody's name goes to the broker."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            topic = f"consentry/{DOOR}/watched"
            assert await seen.until(topic, b"OFF") == b"OFF"
            box.post(WatchingChanged(DOOR, "Front door", ("Ada", "Eve")))
            assert await seen.until(topic, b"ON") == b"ON"
            box.post(door())
            box.post(WatchingChanged(DOOR, "Front door", ()))
            assert await seen.until(topic, b"OFF") == b"OFF"
    assert not any(b"Ada" in value for value in seen.values.values())


async def test_an_outdoor_camera_is_not_announced_as_watched(tmp_path: Path) -> None:
    """Who looks at the street is nobody's secret in the house: no sensor for it."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            await seen.until(f"consentry/{DOOR}/watched", b"OFF")
            inside = door().view
            camera = replace(inside.camera, place=Place.OUTDOOR)
            box.post(CameraChanged(replace(inside, camera=camera)))
            assert await seen.until(f"consentry/{DOOR}/watched", b"") == b""
            assert "watched" not in json.loads(seen.values[CONFIG])["components"]


async def test_removed_camera_disappears(tmp_path: Path) -> None:
    """Removing a camera takes its announcement and values off the broker."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            await seen.until(f"consentry/{DOOR}/online", b"ON")
            box.post(CameraGone(DOOR))
            assert await seen.until(CONFIG, b"") == b""
            assert await seen.until(f"consentry/{DOOR}/online", b"") == b""


async def test_a_camera_removed_while_the_broker_was_away_leaves_at_the_next_start(
    tmp_path: Path,
) -> None:
    """What one hub could not say, the next one does before all else, and knows when it is done."""
    port = free_port()
    channel_id = settings(port).channels[0].id
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)), listener(port) as seen:
            await seen.until(f"consentry/{DOOR}/watched", b"OFF")
            before = await kept(port)
        assert CONFIG in before
        paid: list[tuple[ChannelId, frozenset[CameraId]]] = []
        box = Outbox(settings(port), Complaints().hear)
        box.owe({channel_id: frozenset({DOOR})}, lambda *done: paid.append(done))
        async with box, listener(port) as seen:
            await seen.until(STATUS, b"online")
            async with asyncio.timeout(60):
                while not paid:  # noqa: ASYNC110 - what it waits for tells nobody
                    await asyncio.sleep(0.01)
            assert await kept(port) == {STATUS}
    assert paid == [(channel_id, frozenset({DOOR}))]


async def test_a_camera_removed_while_the_channel_is_off_leaves_when_it_is_on(
    tmp_path: Path,
) -> None:
    """A channel that is switched off keeps what its broker must forget."""
    port = free_port()
    config = settings(port)
    off = Settings(channels=(replace(config.channels[0], enabled=False),))
    with mosquitto(tmp_path, port):
        async with outbox(config) as box, listener(port) as seen:
            await seen.until(CONFIG)
            await box.apply(off)
            box.post(CameraGone(DOOR))
            assert CONFIG in await kept(port)
            await box.apply(config)
            assert await seen.until(CONFIG, b"") == b""


async def kept(port: int) -> set[str]:
    """Return the topics that a broker has for whoever comes now."""
    async with aiomqtt.Client("127.0.0.1", port) as client:
        await client.subscribe("#")
        await client.publish("end", b"-", qos=1)  # comes after all that is retained
        found: set[str] = set()
        async with asyncio.timeout(60):
            async for message in client.messages:
                if message.topic.value == "end":
                    return found
                found.add(message.topic.value)
    return found


@pytest.mark.parametrize("first_off", [False, True])
async def test_a_removed_channel_leaves_nothing_on_the_broker(
    tmp_path: Path, *, first_off: bool
) -> None:
    """Names, last event and picture leave with the channel, also one that was switched off."""
    port = free_port()
    config = settings(port, pictures=True)
    with mosquitto(tmp_path, port):
        async with outbox(config) as box, listener(port) as seen:
            box.post(AlertShown(person()), picture=JPEG)
            await seen.until(f"consentry/{DOOR}/picture", JPEG)
            off = Settings(channels=(replace(config.channels[0], enabled=False),))
            if first_off:
                await box.apply(off)
                assert CONFIG in await kept(port)
            await box.apply(Settings())
            assert await kept(port) == set()


async def test_a_removed_channel_of_a_dead_broker_is_gone_all_the_same(tmp_path: Path) -> None:
    """A broker that is away keeps what it has; the channel is removed without it."""
    port = free_port()
    with mosquitto(tmp_path, port):
        async with outbox(settings(port)) as box, listener(port) as seen:
            await seen.until(CONFIG)
    async with outbox(settings(port)) as box:
        await box.apply(Settings())


async def test_what_was_erased_leaves_the_broker(tmp_path: Path) -> None:
    """The last event goes with its picture when its time is erased, and not with another's."""
    port = free_port()
    event, picture = f"consentry/{DOOR}/event", f"consentry/{DOOR}/picture"
    with mosquitto(tmp_path, port):
        async with outbox(settings(port, pictures=True)) as box, listener(port) as seen:
            box.post(AlertShown(person()), picture=JPEG)
            await seen.until(picture, JPEG)
            box.forget(DOOR, Span(Micros(SEEN - HOUR), Micros(SEEN - HOUR // 2)))
            box.post(MotionChanged(DOOR, moving=True))
            await seen.until(f"consentry/{DOOR}/motion", b"ON")
            assert {event, picture} <= await kept(port)
            then = Micros(SEEN + HOUR)
            later = person(start=then)
            box.post(EventChanged(replace(later, best=replace(later.best, time=then))))
            box.forget(DOOR, Span(SEEN, Micros(SEEN + 1)))
            assert await seen.until(picture, b"") == b""
            assert event in await kept(port)
            box.forget(DOOR, Span(SEEN, Micros(SEEN + 2 * HOUR)))
            assert await seen.until(event, b"") == b""


async def test_broker_that_comes_back_gets_the_newest_values(tmp_path: Path) -> None:
    """A broker that lost everything is told the state of now, not what happened meanwhile."""
    port = free_port()
    complaints = Complaints()
    broker = Broker(
        channel(port), STATUS, lambda text: complaints.hear(channel(port), text), pauses=(0.05,)
    )
    task = asyncio.create_task(broker.run())
    assert "cannot be reached" in str(await complaints.next())
    with mosquitto(tmp_path, port):
        while await complaints.next() is not None:
            pass
        broker.put(Retained("consentry/x/motion", b"ON"))
        async with listener(port) as seen:
            await seen.until("consentry/x/motion", b"ON")
    assert "closed the connection" in str(await complaints.next())
    for value in (b"OFF", b"ON", b"OFF"):
        broker.put(Retained("consentry/x/motion", value))
    with mosquitto(tmp_path, port):
        while await complaints.next() is not None:
            pass
        async with listener(port) as seen:
            assert await seen.until("consentry/x/motion", b"OFF") == b"OFF"
    task.cancel()
    await asyncio.wait((task,))


async def test_wrong_password_is_a_sentence(tmp_path: Path) -> None:
    """A broker that refuses the sign-in is named; the password is not."""
    port = free_port()
    with mosquitto(tmp_path, port, password="right"):
        with pytest.raises(DeliveryError, match="refused the user name or password") as caught:
            await check(channel(port, password="hunter22"))
        await check(channel(port, password="right"))
    assert "hunter22" not in str(caught.value)


def test_correction_of_an_old_event_is_not_the_last_event() -> None:
    """Only the newest event of a camera, or a newer one, changes "last event"."""
    home = HomeAssistant(channel(1883), Settings().language)
    newer = person(start=Micros(SEEN + HOUR))
    assert home.topics(EventChanged(newer), None)
    assert home.topics(EventChanged(person()), None) == ()
    assert home.topics(EventChanged(replace(newer, end=Micros(SEEN + 2 * HOUR))), None)


def test_camera_that_does_not_answer_is_off() -> None:
    """Every state but online is OFF for Home Assistant."""
    home = HomeAssistant(channel(1883), Settings().language)
    values = {
        state: home.topics(door(state), None)[1].payload
        for state in (CameraState.ONLINE, CameraState.STALLED, CameraState.OFF)
    }
    assert list(values.values()) == [b"ON", b"OFF", b"OFF"]
