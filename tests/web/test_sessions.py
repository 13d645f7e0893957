"""Accounts and sessions over a real database."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from consentry.clock import ForwardClock
from consentry.home.members import Members
from consentry.model.account import Account
from consentry.model.errors import ConflictError
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys, UnlockMode
from consentry.model.rights import Caller, Moment, Role
from consentry.model.time import DAY, MINUTE, to_datetime
from consentry.store import accounts, latest
from consentry.store.database import Database
from consentry.web.sessions import NO_RIGHT, SIGNED_OUT, Sessions
from tests.web.hand_clock import HandClock
from tests.web.home import until

START = HandClock().now


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """Return an empty database."""
    with Database.open(tmp_path / "consentry.db", bytes(32)) as opened:
        yield opened


@pytest.fixture
def owner(database: Database) -> Account:
    """Return the owner's account; its keys are no real ones."""
    account = Account(MemberId("ada"), "Ada", Role.OWNER, START, MemberKeys(bytes(32), b"lock"))
    database.call(accounts.create_owner, account, UnlockMode.KEY_FILE)
    return account


def seated(database: Database, clock: HandClock | None = None) -> Sessions:
    """Return the sessions of a hub that was just started over the database."""
    clock = clock or HandClock()
    forward = ForwardClock(clock, database.call(latest.load))
    now = Moment(clock.now, to_datetime(clock.now))
    return Sessions(database, forward, Members(database, lambda: now))


def test_the_first_account_is_the_only_one_made_by_token(
    database: Database, owner: Account
) -> None:
    """A second owner is refused, whatever the name."""
    assert database.call(accounts.is_set_up)
    eve = replace(owner, id=MemberId("eve"), name="Eve")
    with pytest.raises(ConflictError, match="owner already"):
        database.call(accounts.create_owner, eve, UnlockMode.KEY_FILE)
    assert database.call(accounts.account_named, "ADA") == owner
    assert database.call(accounts.account_named, "Eve") is None


async def test_a_session_opens_with_its_token_only(database: Database, owner: Account) -> None:
    """The token is known again, after a restart too; any other text is nobody."""
    clock = HandClock()
    token = await seated(database, clock).begin(owner, address="192.0.2.1", agent="Firefox")
    restarted = seated(database, clock)
    caller = await restarted.caller(token)
    assert caller is not None
    assert (caller.name, caller.role) == ("Ada", owner.role)
    assert await restarted.caller(token + "x") is None
    assert await restarted.caller("") is None


async def test_the_database_holds_no_token(
    database: Database, owner: Account, tmp_path: Path
) -> None:
    """Whoever reads the sessions table cannot sign in with what stands there."""
    token = await seated(database).begin(owner, address="192.0.2.1", agent="x")
    rows = database.call(lambda c: c.execute("SELECT * FROM sessions").fetchall())
    assert len(rows) == 1
    assert token.encode() not in repr(rows).encode()
    assert not any(token.encode() in path.read_bytes() for path in list(tmp_path.iterdir()))  # noqa: ASYNC240 - a test may block


async def test_a_session_ends_at_once(database: Database, owner: Account) -> None:
    """Signing out wakes the streams of that browser, and its token opens nothing any more."""
    sessions = seated(database)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    other = await sessions.begin(owner, address="192.0.2.2", agent="y")
    caller = await sessions.caller(token)
    assert caller is not None
    assert caller.session is not None
    over = await watching(sessions, caller)
    await sessions.end(caller.session)
    async with asyncio.timeout(60):
        assert await over == SIGNED_OUT
    assert await sessions.caller(token) is None
    assert await seated(database).caller(token) is None
    assert await sessions.caller(other) is not None


async def watching(
    sessions: Sessions, caller: Caller, still: Callable[[Caller], bool] = lambda _: True
) -> asyncio.Task[int]:
    """Return the end of a stream that looks after itself in an hour only, once it waits."""
    assert caller.session is not None
    over = asyncio.create_task(sessions.over(caller, still, check_every=3600))
    seat = sessions._seats[caller.session]
    await until(lambda: bool(seat.changed._waiters))
    return over


async def test_a_stream_ends_at_once_with_its_right_or_its_member(
    database: Database, owner: Account
) -> None:
    """Nobody waits for the next look: who is removed is out, who may not any more is told so."""
    sessions = seated(database)
    ends = []
    for name, still in (("bo", Role.ADULT), ("cy", None)):
        account = replace(owner, id=MemberId(name), name=name, role=Role.ADULT)
        await database.run(accounts.add, account)
        token = await sessions.begin(account, address="192.0.2.1", agent="x")
        caller = await sessions.caller(token)
        assert caller is not None
        as_adult = partial(_is, still)
        ends.append(await watching(sessions, caller, as_adult))
    await sessions._members.change(MemberId("bo"), role=(Role.MEMBER, owner.keys))
    await sessions._members.remove(MemberId("cy"))
    async with asyncio.timeout(60):
        assert await asyncio.gather(*ends) == [NO_RIGHT, SIGNED_OUT]


def _is(role: Role | None, caller: Caller) -> bool:
    return role is None or caller.role is role


async def test_a_session_that_ends_while_it_is_read_stays_ended(
    database: Database, owner: Account
) -> None:
    """A request that found it in the database just before puts it into no memory just after."""
    token = await seated(database).begin(owner, address="192.0.2.1", agent="x")
    sessions = seated(database)
    keys = MemberKeys(owner.keys.public, b"another lock")
    await asyncio.gather(sessions.caller(token), sessions.change_lock(owner.id, keys))
    assert await sessions.caller(token) is None


async def test_an_unused_session_is_over_after_two_weeks(
    database: Database, owner: Account
) -> None:
    """Use keeps a session alive; two weeks without any end it."""
    clock = HandClock()
    sessions = seated(database, clock)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    for _ in range(3):
        clock.advance(13 * DAY)
        assert await sessions.caller(token) is not None
    clock.advance(accounts.IDLE_LIMIT + MINUTE)
    assert await sessions.caller(token) is None


async def test_every_session_is_over_after_ninety_days(database: Database, owner: Account) -> None:
    """Daily use does not carry a session past ninety days, nor does a clock set back afterwards."""
    clock = HandClock()
    sessions = seated(database, clock)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    for _ in range(90):
        assert await sessions.caller(token) is not None
        clock.advance(DAY)
    clock.advance(1)
    assert await sessions.caller(token) is None
    clock.advance(-60 * DAY)
    assert await sessions.caller(token) is None
    assert await seated(database, clock).caller(token) is None


async def test_watching_is_use(database: Database, owner: Account) -> None:
    """A page that only watches stays signed in for weeks, and is out after ninety days."""
    clock = HandClock()
    sessions = seated(database, clock)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    caller = await sessions.caller(token)
    assert caller is not None
    over = asyncio.create_task(sessions.over(caller, check_every=0.001))
    for _ in range(8):
        clock.advance(10 * DAY)
        await until(lambda: _last_use(database, caller) == clock.now)
        assert not over.done()
    clock.advance(11 * DAY)
    async with asyncio.timeout(60):
        await over
    assert await sessions.caller(token) is None


def _last_use(database: Database, caller: Caller) -> int:
    assert caller.session is not None
    session = database.call(accounts.session_of, caller.session)
    assert session is not None
    return session.used


async def test_a_new_password_signs_everybody_out(database: Database, owner: Account) -> None:
    """All sessions of the account end, in memory and in the database."""
    sessions = seated(database)
    tokens = [await sessions.begin(owner, address="192.0.2.1", agent=str(n)) for n in range(3)]
    keys = MemberKeys(bytes(32), b"another lock", b"share")
    await sessions.start_over(owner.id, keys)
    assert [await sessions.caller(token) for token in tokens] == [None, None, None]
    changed = database.call(accounts.account_named, "Ada")
    assert changed is not None
    assert changed.keys == keys


async def test_a_stream_ends_with_its_hours(database: Database, owner: Account) -> None:
    """Nobody has to change anything: when the clock says so, the stream closes with 4403."""
    clock = HandClock()
    sessions = seated(database, clock)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    caller = await sessions.caller(token)
    assert caller is not None
    end = clock.now + MINUTE
    over = asyncio.create_task(sessions.over(caller, lambda _: clock.now < end, check_every=0.001))
    await asyncio.sleep(0)
    assert not over.done()
    clock.advance(MINUTE)
    async with asyncio.timeout(20):
        assert await over == NO_RIGHT


async def test_a_forgotten_seat_is_found_again(database: Database, owner: Account) -> None:
    """What is dropped from memory, or read anew after the clock was put right, goes on."""
    sessions = seated(database)
    token = await sessions.begin(owner, address="192.0.2.1", agent="x")
    caller = await sessions.caller(token)
    assert caller is not None
    over = asyncio.create_task(sessions.over(caller))
    await asyncio.sleep(0)
    sessions.recall_all()
    assert await sessions.caller(token) == caller
    assert not over.done()
    over.cancel()
