"""Who may do what with which camera, and when."""

from dataclasses import replace
from datetime import datetime, time

import pytest

from consentry.model.hours import Hours
from consentry.model.ids import CameraId
from consentry.model.rights import (
    RESIDENT,
    Action,
    Caller,
    Grant,
    Moment,
    Right,
    Role,
    Scope,
    allow,
    rights_of,
)
from consentry.model.time import DAY, Micros

HALL, YARD = CameraId("hall"), CameraId("yard")
TUESDAY = datetime.fromisoformat("2026-11-24T10:00:00+01:00")
NOW = Moment(Micros(1_795_345_200_000_000), TUESDAY)
CLEANING = Hours(frozenset({1}), time(9), time(12))


def somebody(role: Role, *grants: Grant) -> Caller:
    """Return a caller who was given this."""
    return Caller("Bo", role, grants={grant.camera: grant for grant in grants})


def may(caller: Caller, action: Action, camera: CameraId | None = HALL) -> bool:
    """Tell what is allowed on Tuesday at ten."""
    return allow(caller, action, camera, NOW)


def test_the_owner_may_do_everything() -> None:
    """With every camera and the whole house, whatever was given or not."""
    owner = somebody(Role.OWNER, Grant(HALL, frozenset()))
    assert all(may(owner, action) for action in Action if action not in HOUSE)
    assert all(may(owner, action, None) for action in HOUSE)


HOUSE = {Action.HOUSE, Action.OVERVIEW, Action.DIARY, Action.WATCHERS, Action.CHANNELS}


def test_an_adult_may_what_residents_may_with_every_camera() -> None:
    """New cameras too; settings and the house are the owner's, an overview is for adults."""
    adult = somebody(Role.ADULT)
    assert rights_of(adult, CameraId("new"), NOW) == RESIDENT
    denied = {Action.SETTINGS, Action.DELETE, Action.REMOVE}
    for action in set(Action) - HOUSE:
        assert may(adult, action) is (action not in denied), action
    assert may(adult, Action.OVERVIEW, None)
    assert not may(adult, Action.HOUSE, None)


def test_an_adult_can_be_left_out_of_one_camera() -> None:
    """A grant replaces what adults have, for that camera only."""
    adult = somebody(Role.ADULT, Grant(HALL, frozenset()))
    assert rights_of(adult, HALL, NOW) == frozenset()
    assert not any(may(adult, action) for action in Action)
    assert may(adult, Action.LIVE, YARD)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.GUEST])
def test_others_may_only_what_was_given(role: Role) -> None:
    """Nothing by themselves; a right with one camera is none with another.

    Of the house, a member is told who watches a room, may have alerts sent to themselves, and no
    more.
    """
    assert not any(may(somebody(role), action) for action in Action)
    given = somebody(role, Grant(HALL, frozenset({Right.LIVE})))
    assert {action for action in Action if may(given, action)} == {Action.SEE, Action.LIVE}
    assert not any(may(given, action, YARD) for action in Action)
    of_the_house = {Action.CHANNELS, Action.WATCHERS} if role is Role.MEMBER else set()
    assert {action for action in Action if may(given, action, None)} == of_the_house


@pytest.mark.parametrize("right", Right)
def test_no_right_given_makes_an_adult(right: Right) -> None:
    """Keeping, correcting, snoozing, pausing and removing are nobody's whose home it is not."""
    given = somebody(Role.MEMBER, Grant(HALL, frozenset({right})))
    grown_up = (Action.KEEP, Action.CORRECT, Action.SNOOZE, Action.PAUSE, Action.REMOVE)
    assert not any(may(given, action) for action in grown_up)


def test_hours_open_and_close() -> None:
    """The cleaner sees the hall on Tuesday mornings, from the first minute to the last."""
    cleaner = somebody(Role.GUEST, Grant(HALL, frozenset({Right.LIVE}), (CLEANING,)))
    for clock, open_ in (("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False)):
        local = datetime.fromisoformat(f"2026-11-24T{clock}:00+01:00")
        assert allow(cleaner, Action.LIVE, HALL, replace(NOW, local=local)) is open_, clock
    wednesday = datetime.fromisoformat("2026-11-25T10:00:00+01:00")
    assert not allow(cleaner, Action.LIVE, HALL, replace(NOW, local=wednesday))


def test_hours_mean_nothing_by_a_clock_that_went_back() -> None:
    """Whoever can set the clock cannot make it Tuesday; what has no hours goes on."""
    cleaner = somebody(Role.GUEST, Grant(HALL, frozenset({Right.LIVE}), (CLEANING,)))
    assert not allow(cleaner, Action.LIVE, HALL, replace(NOW, behind=True))
    nanny = somebody(Role.GUEST, Grant(HALL, frozenset({Right.LIVE})))
    assert allow(nanny, Action.LIVE, HALL, replace(NOW, behind=True))


def test_a_grant_ends_at_its_date() -> None:
    """From that instant on it is as if nothing had been given."""
    end = Micros(NOW.latest + DAY)
    guest = somebody(Role.GUEST, Grant(HALL, frozenset({Right.LIVE}), until=end))
    assert may(guest, Action.LIVE)
    assert not allow(guest, Action.LIVE, HALL, replace(NOW, latest=end))


def test_a_token_may_a_part_of_what_its_maker_may() -> None:
    """Never more, never with other cameras, never with the house; less when its maker has less."""
    scope = Scope(frozenset({Right.LIVE, Right.SETTINGS}), frozenset({HALL}))
    adult = replace(somebody(Role.ADULT), scope=scope)
    assert rights_of(adult, HALL, NOW) == {Right.LIVE}
    assert rights_of(adult, YARD, NOW) == frozenset()
    owner = replace(somebody(Role.OWNER), scope=scope)
    assert rights_of(owner, HALL, NOW) == {Right.LIVE, Right.SETTINGS}
    assert not any(may(owner, action, None) for action in Action)
    without = replace(somebody(Role.ADULT, Grant(HALL, frozenset())), scope=scope)
    assert not may(without, Action.LIVE)
    everywhere = replace(owner, scope=Scope(frozenset({Right.LIVE})))
    assert may(everywhere, Action.LIVE, YARD)
