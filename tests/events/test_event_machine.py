"""The machine opens, updates and closes events, and alerts once for what belongs together."""

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentry.events.machine import Machine
from consentry.events.outputs import (
    AlertRaised,
    EventClosed,
    EventOpened,
    EventUpdated,
    MotionSeen,
    Output,
    Tick,
)
from consentry.model.camera import Camera, LabelRule, Zone
from consentry.model.event import AlertReason, Event
from consentry.model.hours import Hours
from consentry.model.settings import Settings
from consentry.model.time import MINUTE, SECOND, Micros
from consentry.model.vision import Box, Label, Motion, Sighting
from tests.events.passing_things import (
    CAMERA,
    alerts,
    at,
    closed,
    micros,
    opened,
    sighting,
    stand,
    walk,
    watch,
)

QUIET_ALL_DAY = Hours(frozenset(range(7)), time(0), time(0))
DOORSTEP = Zone("doorstep", ((0.0, 0.9), (1.0, 0.9), (1.0, 1.0), (0.0, 1.0)))


def ruled(rule: LabelRule) -> Camera:
    """Return the camera with a rule for people."""
    return replace(CAMERA, rules={Label.PERSON: rule})


def test_a_visitor_is_one_event_with_one_alert() -> None:
    """Somebody who walks through the picture is one event, alerted within a second, then closed."""
    outputs = watch(Machine(CAMERA), [walk(0, 6)], 20)
    (event,) = closed(outputs)
    (alert,) = alerts(outputs)
    assert (event.label, event.alert, event.reason) == (Label.PERSON, True, AlertReason.ALERTED)
    assert alert.path[-1].time - alert.start <= SECOND
    assert event.start == 0
    assert event.end == pytest.approx(micros(5.8), abs=1)
    assert len(event.path) == 30


def test_order_of_messages() -> None:
    """An event is opened before it alerts and closed last."""
    kinds = [type(o) for o in watch(Machine(CAMERA), [walk(0, 6)], 20) if type(o) is not MotionSeen]
    assert kinds[:2] == [EventOpened, AlertRaised]
    assert set(kinds[2:-1]) == {EventUpdated}
    assert kinds[-1] is EventClosed


def test_a_better_picture_is_handed_on() -> None:
    """The picture of the best look comes with an update, and only when it is better."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for index in range(30):
        box = at(0.1 + 0.02 * index, 0.5)
        score = 0.9 if index == 15 else 0.5
        outputs += machine.step(sighting(index / 5, [(box, score)]), micros(index / 5))
    pictures = [o.picture for o in outputs if isinstance(o, EventUpdated) and o.picture]
    assert pictures == [b"picture at 3.0"]


@pytest.mark.parametrize(("score", "jitter"), [(0.7, 0.05), (0.6, 0.08), (0.45, 0.2)])
def test_parked_cars_say_nothing(score: float, jitter: float) -> None:
    """A parked car whose box jitters under moving shadows is no event; unclear ones jitter more."""
    car = stand(0.5, 0.5, jitter=jitter)
    outputs = watch(Machine(CAMERA), [car], 60, label=Label.VEHICLE, score=score)
    assert opened(outputs) == []


def test_a_parked_car_that_is_uncovered_says_nothing() -> None:
    """A car that was half hidden by a passer-by when it was first seen has not moved."""

    def where(seconds: float) -> Box:
        return Box(0.4 + 0.1 * max(0.0, 1 - seconds), 0.4, 0.6, 0.5)

    outputs = watch(Machine(CAMERA), [where], 10, label=Label.VEHICLE, score=0.8)
    assert opened(outputs) == []


def test_two_parked_cars_taken_for_one_say_nothing() -> None:
    """Small cars far off, under a passing cloud: the one is lost and the next one found for it."""
    machine = Machine(CAMERA)
    part, near = Box(0.437, 0.446, 0.470, 0.475), Box(0.427, 0.462, 0.488, 0.521)
    far = Box(0.511, 0.410, 0.542, 0.436)
    seen = [(0.4, part, 0.32), (0.6, part, 0.23), (0.8, part, 0.24), (1.4, near, 0.26)]
    seen += [(1.7, near, 0.33), (2.0, near, 0.43), (2.3, near, 0.35), (3.3, near, 0.42)]
    seen += [(4.3, near, 0.28), (5.3, near, 0.40), (7.3, far, 0.26), (8.3, far, 0.80)]
    outputs: list[Output] = []
    for moment, box, score in seen:
        look = sighting(moment, [(box, score)], label=Label.VEHICLE)
        outputs += machine.step(look, micros(moment))
    assert not opened([*outputs, *machine.close(micros(9))])


def test_somebody_who_comes_straight_towards_the_camera_alerts() -> None:
    """A person who grows without moving aside in the picture is an event."""

    def where(seconds: float) -> Box:
        size = 0.1 * 1.35**seconds
        return at(0.5, 0.3 + size, width=size / 2, height=2 * size)

    outputs = watch(Machine(CAMERA), [where], 4)
    assert len(alerts(outputs)) == 1


def test_a_parked_car_that_drives_off_alerts() -> None:
    """What stood there when the hub began and then leaves its place is an event."""

    def where(seconds: float) -> Box:
        return at(0.2 + max(0.0, seconds - 10) * 0.1, 0.5, height=0.1)

    outputs = watch(Machine(CAMERA), [where], 17, label=Label.VEHICLE)
    (alert,) = alerts(outputs)
    assert alert.label is Label.VEHICLE


def test_a_car_that_parked_does_not_alert_again() -> None:
    """A car that came, parked and stands among moving shadows later is one event, one alert."""

    def where(seconds: float) -> Box | None:
        if 30 <= seconds < 60:
            return None  # nothing moves near it, so nobody looks
        return at(0.2 + min(seconds, 4) * 0.1, 0.5, height=0.1)

    outputs = watch(Machine(CAMERA), [where], 120, label=Label.VEHICLE)
    assert len(opened(outputs)) == len(alerts(outputs)) == 1


def test_people_who_come_together_are_one_incident() -> None:
    """Three people at once: three events, one alert, the others say why they kept quiet."""
    things = [walk(0, 6, y=0.2), walk(0.5, 6.5, y=0.5), walk(1, 7, y=0.8)]
    outputs = watch(Machine(CAMERA), things, 20)
    events = closed(outputs)
    assert len(events) == 3
    assert len({event.incident for event in events}) == 1
    assert sorted(event.reason for event in events) == ["alerted", "same_incident", "same_incident"]


def test_separate_visits_are_separate_incidents() -> None:
    """Somebody who comes back after half a minute alerts again."""
    outputs = watch(Machine(CAMERA), [walk(0, 6), walk(36, 42)], 60)
    assert len(alerts(outputs)) == 2


def test_a_gardener_is_one_incident() -> None:
    """Somebody who works in the garden, walks now and then, and is seldom looked at alerts once."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for index in range(1000):
        moment, phase = index / 5, index % 100
        x = 0.2 + phase * 0.03 if phase < 15 else 0.3 + (phase // 25) * 0.15
        looked = phase < 15 or phase % 25 == 0
        seen = [(at(x, 0.5), 0.7)]
        outputs += machine.step(sighting(moment, seen, looked=looked), micros(moment))
    assert len(opened(outputs)) >= 5
    assert len(alerts(outputs)) == 1


def test_cool_down_keeps_the_second_visit_quiet() -> None:
    """Within the cool-down a visit is an event without an alert, and says so."""
    machine = Machine(CAMERA, Settings(cool_down=Micros(2 * MINUTE)))
    events = closed(watch(machine, [walk(0, 6), walk(36, 42), walk(180, 186)], 220))
    assert [e.reason for e in events] == ["alerted", "cool_down", "alerted"]


@pytest.mark.parametrize(
    ("camera", "house", "why"),
    [
        (ruled(LabelRule(enabled=False)), Settings(), AlertReason.LABEL_OFF),
        (ruled(LabelRule(threshold=0.8)), Settings(), AlertReason.LOW_SCORE),
        (ruled(LabelRule(min_area=0.2)), Settings(), AlertReason.TOO_SMALL),
        (replace(CAMERA, zones=(DOORSTEP,)), Settings(), AlertReason.OUTSIDE_ZONES),
        (replace(CAMERA, snoozed_until=micros(100)), Settings(), AlertReason.SNOOZED),
        (CAMERA, Settings(quiet_hours=(QUIET_ALL_DAY,)), AlertReason.QUIET_HOURS),
    ],
)
def test_an_event_says_why_it_did_not_alert(
    camera: Camera, house: Settings, why: AlertReason
) -> None:
    """Each rule of the owner keeps the event and silences the alert, with its own reason."""
    outputs = watch(Machine(camera, house), [walk(0, 6)], 20)
    (event,) = closed(outputs)
    assert (event.alert, event.reason) == (False, why)
    assert alerts(outputs) == []


def test_entering_a_zone_raises_the_alert_late() -> None:
    """Somebody who walks into the zone after a while alerts then; the event names the zone."""
    zone = Zone("gate", ((0.6, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0)), frozenset({Label.PERSON}))
    outputs = watch(Machine(replace(CAMERA, zones=(zone,))), [walk(0, 7)], 20)
    (alert,) = alerts(outputs)
    assert alert.path[-1].box.center[0] >= 0.6
    assert closed(outputs)[0].zones == ("gate",)


def test_a_zone_for_vehicles_ignores_people() -> None:
    """A zone that asks for vehicles does not alert for a person in it."""
    zone = Zone(
        "road", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), frozenset({Label.VEHICLE})
    )
    (event,) = closed(watch(Machine(replace(CAMERA, zones=(zone,))), [walk(0, 6)], 20))
    assert event.reason is AlertReason.OUTSIDE_ZONES


@pytest.mark.parametrize("every", [0.2, 0.5, 1.0])
def test_seldom_looks_lose_no_event(every: float) -> None:
    """Under load, with one look a second instead of five, the visitor is still an alerted event."""
    outputs = watch(Machine(CAMERA), [walk(0, 7)], 25, every=every)
    assert len(alerts(outputs)) == 1


def test_whoever_stands_there_in_the_first_look_has_come() -> None:
    """Under load somebody walked to the door between two looks: standing there is an event."""

    def where(seconds: float) -> Box | None:
        return at(0.5, 0.5) if seconds >= 5 else None

    outputs = watch(Machine(CAMERA), [where], 10, every=1.0, score=0.8)
    assert len(alerts(outputs)) == 1


def test_who_was_there_from_the_start_has_not_come() -> None:
    """Somebody, or something like somebody, in the first picture of all is no event."""
    outputs = watch(Machine(CAMERA), [stand(0.5, 0.5)], 10, score=0.8)
    assert opened(outputs) == []


def test_nobody_is_hidden_by_who_stood_there_before() -> None:
    """The second visitor to the same doorstep is an event though the first was not seen to go."""

    def where(seconds: float) -> Box | None:
        return at(0.5, 0.5) if 5 <= seconds < 10 or 30 <= seconds < 35 else None

    outputs = watch(Machine(CAMERA), [where], 50, every=0.5, score=0.8)
    assert len(alerts(outputs)) == 2


def test_a_shadow_over_a_statue_says_nothing() -> None:
    """Motion much larger than the thing is a cloud's: what stands under it has not come."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for index in range(30):
        shown = sighting(index / 5, [(at(0.5, 0.5), 0.8)])
        cloud = replace(shown.motion, boxes=(Box(0.2, 0.1, 0.9, 0.9),))
        outputs += machine.step(replace(shown, motion=cloud), micros(index / 5))
    assert opened(outputs) == []


def test_weak_looks_add_up() -> None:
    """Headlights: many looks slightly under the threshold say as much as three over it."""
    outputs = watch(Machine(CAMERA), [walk(0, 6)], 20, label=Label.VEHICLE, score=0.34)
    assert len(alerts(outputs)) == 1


def test_one_lucky_look_is_not_enough() -> None:
    """A single confident box, or two ordinary ones, are no event."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for moment, score in ((0.0, 0.95), (5.0, 0.45), (5.2, 0.45)):
        outputs += machine.step(
            sighting(moment, [(at(0.3 + moment / 20, 0.5), score)]), micros(moment)
        )
    assert opened(outputs) == []


def test_late_sightings_are_ignored_for_tracking() -> None:
    """A look that arrives after a newer one changes nothing."""
    machine = Machine(CAMERA)
    watch(machine, [walk(0, 3)], 3)
    late = machine.step(sighting(1.0, [(at(0.9, 0.9), 0.9)]), micros(3))
    assert [o for o in late if not isinstance(o, MotionSeen)] == []


@pytest.mark.parametrize("jump", [-3600.0, 365 * 86400.0])
def test_a_jump_of_the_clock_loses_no_visitor(jump: float) -> None:
    """After the clock was set back an hour, or a year ahead, the next visitor alerts as ever."""
    machine = Machine(CAMERA)
    base = 10_000.0
    outputs = watch(machine, [walk(base, base + 6)], 4, start=base)
    later = base + 4 + jump
    outputs += watch(machine, [walk(later, later + 6)], 20, start=later)
    assert len(alerts(outputs)) == 2
    assert len(closed(outputs)) == len(opened(outputs)) == 2
    for output in outputs:
        if isinstance(output, MotionSeen):
            assert output.span.duration <= 31 * SECOND


def test_changed_settings_keep_what_is_tracked() -> None:
    """Drawing a zone while somebody walks does not open a second event."""
    machine = Machine(CAMERA)
    outputs = watch(machine, [walk(0, 6)], 3)
    machine.update(replace(CAMERA, zones=()), Settings())
    outputs += watch(machine, [walk(0, 6)], 17, start=3)
    assert len(opened(outputs)) == len(closed(outputs)) == 1


def test_a_visit_of_an_hour_stays_small() -> None:
    """Somebody who walks to and fro for an hour is one event with a bounded path."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for index in range(6000):
        x = 0.2 + 0.6 * abs((index / 20) % 2 - 1)
        outputs += machine.step(sighting(index * 0.6, [(at(x, 0.5), 0.7)]), micros(index * 0.6))
    outputs += machine.close(micros(3600))
    (event,) = closed(outputs)
    assert len(event.path) <= 600
    assert event.path[0].time == 0
    assert event.end == micros(5999 * 0.6)


def test_close_ends_what_is_open() -> None:
    """When the hub stops, open events are closed at the moment they were last seen."""
    machine = Machine(CAMERA)
    outputs = watch(machine, [walk(0, 6)], 4)
    outputs += machine.close(micros(4))
    (event,) = closed(outputs)
    assert event.end == event.path[-1].time


def test_motion_is_reported_in_joined_stretches() -> None:
    """Motion with pauses under two seconds is one stretch; after a longer pause another begins."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    for moment in (0.0, 1.0, 2.5, 10.0, 10.5):
        moving = sighting(moment, [(at(0.5, 0.5), 0.1)], looked=False)
        outputs += machine.step(moving, micros(moment))
    outputs += machine.step(Tick(), micros(13))
    spans = [(o.span.start, o.span.end) for o in outputs if isinstance(o, MotionSeen)]
    assert spans == [(0, micros(2.5)), (micros(10), micros(10.5))]


boxes = st.builds(
    at,
    st.floats(0, 1),
    st.floats(0, 1),
    width=st.floats(0.01, 0.5),
    height=st.floats(0.01, 0.5),
)
looks = st.lists(
    st.tuples(
        st.floats(0.0, 3.0),
        st.lists(st.tuples(boxes, st.floats(0, 1)), max_size=4),
        st.sampled_from(Label),
        st.booleans(),
    ),
    max_size=40,
)


@settings(deadline=None, max_examples=150)
@given(looks)
def test_any_sightings_keep_the_promises(
    seen: list[tuple[float, list[tuple[Box, float]], Label, bool]],
) -> None:
    """Whatever is seen: events open once and close once, and an incident alerts at most once."""
    machine = Machine(CAMERA)
    outputs: list[Output] = []
    moment = 0.0
    for wait, things, label, moving in seen:
        moment += wait
        outputs += machine.step(
            sighting(moment, things, label=label, moving=moving), micros(moment)
        )
    outputs += machine.step(Tick(), micros(moment + 1))
    outputs += machine.close(micros(moment + 1))
    begun, ended, told = opened(outputs), closed(outputs), alerts(outputs)
    assert sorted(e.id for e in begun) == sorted(e.id for e in ended)
    assert len({e.id for e in begun}) == len(begun)
    assert len({e.incident for e in told}) == len(told)
    for event in ended:
        assert event.end is not None
        assert event.start <= event.best.time <= event.end
        assert event.alert == (event.reason is AlertReason.ALERTED)
        assert [t.time for t in event.path] == sorted(t.time for t in event.path)


def leaving(*motions: tuple[float, Box]) -> Event:
    """Return the event of somebody seen for three seconds, then by these motions only."""
    machine = Machine(CAMERA)
    watch(machine, [walk(0, 3)], 3)
    for seconds, region in motions:
        moved = Motion(micros(seconds), (region,), 0.03)
        machine.step(Sighting(micros(seconds), moved, (), looked=False), micros(seconds))
    (event,) = closed(machine.close(micros(30)))
    return event


def test_an_event_lasts_until_the_thing_has_left() -> None:
    """Who is known is looked at seldom: the way out between two looks is that of the motion."""
    event = leaving((3.3, at(0.5, 0.5)), (3.8, at(0.56, 0.5)), (4.3, at(0.62, 0.5)))
    assert event.end == micros(4.3)
    assert [seen.box for seen in event.path[-2:]] == [at(0.56, 0.5), at(0.62, 0.5)]


@pytest.mark.parametrize(
    "motion",
    [
        (3.3, at(0.9, 0.2)),  # elsewhere
        (3.3, Box(0, 0, 1, 1)),  # a cloud's
        (5.9, at(0.45, 0.5)),  # long after
        (2.0, at(0.4, 0.5)),  # before
    ],
)
def test_other_motion_does_not_prolong_an_event(motion: tuple[float, Box]) -> None:
    """Only motion of the thing's size, where it is and soon after it was seen, is its own."""
    event = leaving(motion)
    assert event.end == event.path[-1].time == micros(2.8)


def test_motion_belongs_to_the_thing_that_is_nearest() -> None:
    """While one of two stays in sight, its motion does not prolong the other's event."""
    machine = Machine(CAMERA)
    watch(machine, [walk(0, 3), walk(0, 30, y=0.82)], 5)
    ends = sorted(event.end or 0 for event in closed(machine.close(micros(5))))
    assert ends == [micros(2.8), micros(4.8)]


def test_who_is_seen_again_goes_on_from_there() -> None:
    """A look that finds the thing again counts more than where its motion was meanwhile."""
    machine = Machine(CAMERA)
    watch(machine, [walk(0, 3)], 3)
    moved = Motion(micros(3.3), (at(0.5, 0.55),), 0.03)
    machine.step(Sighting(micros(3.3), moved, (), looked=False), micros(3.3))
    watch(machine, [walk(0, 4)], 0.5, start=3.6)
    (event,) = closed(machine.close(micros(30)))
    assert micros(3.3) not in [seen.time for seen in event.path]
