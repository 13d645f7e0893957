"""Signed-in browsers: opaque random tokens in a cookie, their hashes in the database.

A session begins at setup or login and is over when its owner signs out, when nobody used it for two
weeks, or after ninety days: by the latest time ever seen, so that a clock set back revives none.
Sessions are kept in memory once seen, so a request costs no database call; this process is the only
one that ends them. ``used`` is written back at most once a minute.
"""

import asyncio
import contextlib
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from starlette.requests import HTTPConnection
from starlette.responses import Response

from consentry.clock import ForwardClock
from consentry.home.members import Members
from consentry.model.account import Account, Session
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys
from consentry.model.rights import Caller
from consentry.model.time import MINUTE, SECOND, Micros
from consentry.store import accounts
from consentry.store.database import Database

COOKIE = "consentry_session"
"""The cookie's name at the default port; elsewhere ``cookie_name`` adds the port."""

TOUCH_EVERY = Micros(MINUTE)

SIGNED_OUT, NO_RIGHT = 4401, 4403
"""Close codes of streams: ask for the session again; ask the routes again (4000-4999 are ours)."""

WATCH_CHECK_S = 5.0
"""How often a stream asks whether its session is still good and its hours have not ended."""

MOST_SEATS = 1000
"""Sessions held in memory; a house has a dozen, and only real sessions ever get in."""

_AGENT_LENGTH = 200


@dataclass(slots=True)
class _Seat:
    """A session in memory; ``changed`` wakes its streams when it ends or rights change."""

    session: Session
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def wake(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class Sessions:
    """All sessions of this hub. ``_seats`` is owned by the event loop."""

    def __init__(self, database: Database, clock: ForwardClock, members: Members) -> None:
        """Start with nobody in memory; the database remembers."""
        self._database = database
        self._clock = clock
        self._members = members
        members.listen(self._member_changed)
        self._seats: dict[bytes, _Seat] = {}
        self._endings = 0

    async def begin(self, account: Account, *, address: str, agent: str) -> str:
        """Sign ``account`` in and return the token for its cookie."""
        token = secrets.token_urlsafe(32)
        now = self._clock.wall()
        hashed = _hash(token)
        session = Session(hashed, account.id, now, now, address, agent[:_AGENT_LENGTH])
        await self._database.run(accounts.begin_session, session)
        if self._members.find(account.id) is None:
            await self._members.load()
        self._keep(_Seat(session))
        return token

    async def caller(self, token: str) -> Caller | None:
        """Return who holds ``token``, or None for an unknown or expired one."""
        seat = self._seats.get(_hash(token)) or await self._recall(_hash(token))
        if seat is None or not await self._use(seat):
            return None
        return self._seated(seat)

    async def over(
        self,
        caller: Caller,
        still: Callable[[Caller], bool] = lambda _: True,
        *,
        check_every: float = WATCH_CHECK_S,
    ) -> int:
        """Return the close code when the caller's session ends or ``still`` no longer holds.

        Streams stop then. Watching is use: a tablet on the wall that only shows pictures stays
        signed in, until the session is too old.
        """
        if caller.session is None:
            await asyncio.Event().wait()  # this machine is never signed out
        while True:
            seat = self._seats.get(caller.session or b"")
            now = self._seated(seat) if seat is not None and await self._use(seat) else None
            if seat is None or now is None:
                return SIGNED_OUT
            if not still(now):
                return NO_RIGHT
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(check_every):
                    await seat.changed.wait()

    def current(self, caller: Caller) -> Caller | None:
        """Return the caller with what they may now; None when the session is over."""
        if caller.session is None:
            return caller
        seat = self._seats.get(caller.session)
        return self._seated(seat) if seat is not None else None

    def _seated(self, seat: _Seat) -> Caller | None:
        caller = self._members.caller(seat.session.account)
        return replace(caller, session=seat.session.token_hash) if caller is not None else None

    async def _use(self, seat: _Seat) -> bool:
        """Tell whether the session may go on, and note that it was used; end it otherwise."""
        now = self._clock.wall()
        session = seat.session
        idle, age = now - session.used, now - session.created
        if idle > accounts.IDLE_LIMIT or age > accounts.AGE_LIMIT:
            await self.end(session.token_hash)
            return False
        if idle > TOUCH_EVERY:
            seat.session = replace(session, used=now)
            await self._database.run(accounts.touch_session, session.token_hash, now)
        return True

    async def end(self, token_hash: bytes) -> None:
        """End one session at once, whatever streams to it included."""
        await self._database.run(accounts.end_session, token_hash)
        self._forget(token_hash)

    async def change_keys(self, member: MemberId, keys: MemberKeys) -> None:
        """Put another password in force and end all sessions of the account."""
        await self._database.run(accounts.change_keys, member, keys)
        self._endings += 1
        for token_hash in self._of(member):
            self._forget(token_hash)

    async def _recall(self, token_hash: bytes) -> _Seat | None:
        """Read a session from the database; again when one ended meanwhile: it may be this one."""
        while True:
            endings = self._endings
            session = await self._database.run(accounts.session_of, token_hash)
            if session is None:
                return None
            if self._members.find(session.account) is None:
                await self._members.load()
            if endings == self._endings:
                return self._keep(_Seat(session))

    def _keep(self, seat: _Seat) -> _Seat:
        if len(self._seats) >= MOST_SEATS:
            del self._seats[next(iter(self._seats))]
        return self._seats.setdefault(seat.session.token_hash, seat)

    def _forget(self, token_hash: bytes) -> None:
        self._endings += 1
        seat = self._seats.pop(token_hash, None)
        if seat is not None:
            seat.wake()

    def _of(self, member: MemberId) -> tuple[bytes, ...]:
        return tuple(key for key, seat in self._seats.items() if seat.session.account == member)

    def _member_changed(self, member: MemberId) -> None:
        """End the sessions of somebody who is gone; wake the streams of somebody who is not."""
        gone = self._members.find(member) is None
        for token_hash in self._of(member):
            if gone:
                self._forget(token_hash)
            else:
                self._seats[token_hash].wake()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def cookie_name(connection: HTTPConnection) -> str:
    """Return the cookie's name: browsers share cookies among the ports of a host, hubs do not."""
    port = connection.url.port
    return COOKIE if port is None else f"{COOKIE}_{port}"


def set_cookie(response: Response, connection: HTTPConnection, token: str) -> None:
    """Give the browser its token: scripts cannot read it, other sites cannot make it be sent."""
    response.set_cookie(
        cookie_name(connection),
        token,
        max_age=accounts.AGE_LIMIT // SECOND,
        path="/",
        secure=connection.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


def clear_cookie(response: Response, connection: HTTPConnection) -> None:
    """Take the token back."""
    response.delete_cookie(cookie_name(connection), path="/", httponly=True, samesite="strict")
