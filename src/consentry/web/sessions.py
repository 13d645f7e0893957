"""Who is let in: opaque random tokens, in a browser's cookie or a program's header; hashes here.

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
from consentry.model.account import Account, ApiToken, Session
from consentry.model.ids import MemberId
from consentry.model.keys import MemberKeys
from consentry.model.rights import Caller
from consentry.model.time import MINUTE, SECOND, Micros
from consentry.store import accounts, tokens
from consentry.store.database import Database
from consentry.web.errors import WrongCredentialsError

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
    """What lets somebody in, in memory; ``changed`` wakes streams when it ends or rights change."""

    by: Session | ApiToken
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
        """Sign ``account`` in and return the token for its cookie.

        Raises WrongCredentialsError when its password was changed or it was removed meanwhile.
        """
        token = secrets.token_urlsafe(32)
        now = self._clock.wall()
        hashed = token_hash(token)
        session = Session(hashed, account.id, now, now, address, agent[:_AGENT_LENGTH])
        lock = account.keys.lock
        if not await self._database.run(accounts.begin_session, session, lock=lock):
            raise WrongCredentialsError
        if self._members.find(account.id) is None:
            await self._members.load()
        self._keep(_Seat(session))
        return token

    async def caller(self, token: str) -> Caller | None:
        """Return whose cookie holds ``token``, or None for an unknown or expired one."""
        return await self._who(token_hash(token), Session)

    async def bearer(self, secret: str) -> Caller | None:
        """Return whose program shows ``secret``, the secret of an API token; None as above."""
        return await self._who(token_hash(secret), ApiToken)

    async def _who(self, key: bytes, kind: type[Session | ApiToken]) -> Caller | None:
        seat = self._seats.get(key) or await self._recall(key)
        if seat is None or not isinstance(seat.by, kind) or not await self._use(seat):
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
            key = caller.session or b""
            now = await self._who(key, Session if caller.scope is None else ApiToken)
            seat = self._seats.get(key)
            if now is None or seat is None:
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
        caller = self._members.caller(seat.by.account)
        if caller is None:
            return None
        scope = seat.by.scope if isinstance(seat.by, ApiToken) else None
        return replace(caller, session=seat.by.token_hash, scope=scope)

    async def _use(self, seat: _Seat) -> bool:
        """Tell whether it still lets in, and note that it was used; end it otherwise."""
        now = self._clock.wall()
        if _is_over(seat.by, now):
            await self.end(seat.by.token_hash)
            return False
        if seat.by.used is None or now - seat.by.used > TOUCH_EVERY:
            seat.by = replace(seat.by, used=now)
            touch = tokens.touch if isinstance(seat.by, ApiToken) else accounts.touch_session
            await self._database.run(touch, seat.by.token_hash, now)
        return True

    async def end(self, key: bytes) -> None:
        """End one session or token at once, whatever streams to it included."""
        await self._database.run(accounts.end_session, key)
        await self._database.run(tokens.end, key)
        self._forget(key)

    def recall_all(self) -> None:
        """Read everything anew from the database: the owner put the clock right."""
        for key in tuple(self._seats):
            self._forget(key)

    async def start_over(self, member: MemberId, keys: MemberKeys) -> None:
        """Put another key pair in force; passkeys, codes, tokens and sessions end."""
        await self._database.run(accounts.start_over, member, keys)
        await self._sign_out(member)

    async def change_lock(self, member: MemberId, keys: MemberKeys) -> None:
        """Put another password in force and end all sessions of the account."""
        await self._database.run(accounts.change_lock, member, keys)
        await self._sign_out(member)

    async def _sign_out(self, member: MemberId) -> None:
        """Forget the sessions of an account, and the lock before: an old password opens it."""
        self._endings += 1
        for key in self._of(member):
            self._forget(key)
        await asyncio.to_thread(self._database.checkpoint)

    async def _recall(self, key: bytes) -> _Seat | None:
        """Read what lets in from the database; again when one ended meanwhile: it may be this."""
        while True:
            endings = self._endings
            by: Session | ApiToken | None = await self._database.run(accounts.session_of, key)
            by = by or await self._database.run(tokens.with_hash, key)
            if by is None:
                return None
            if self._members.find(by.account) is None:
                await self._members.load()
            if endings == self._endings:
                return self._keep(_Seat(by))

    def _keep(self, seat: _Seat) -> _Seat:
        if len(self._seats) >= MOST_SEATS:
            del self._seats[next(iter(self._seats))]
        return self._seats.setdefault(seat.by.token_hash, seat)

    def _forget(self, key: bytes) -> None:
        self._endings += 1
        seat = self._seats.pop(key, None)
        if seat is not None:
            seat.wake()

    def _of(self, member: MemberId) -> tuple[bytes, ...]:
        return tuple(key for key, seat in self._seats.items() if seat.by.account == member)

    def _member_changed(self, member: MemberId) -> None:
        """End the sessions of somebody who is gone; wake the streams of somebody who is not."""
        gone = self._members.find(member) is None
        for key in self._of(member):
            if gone:
                self._forget(key)
            else:
                self._seats[key].wake()


def token_hash(token: str) -> bytes:
    """Return what is kept of a token: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def _is_over(by: Session | ApiToken, now: Micros) -> bool:
    match by:
        case Session():
            return now - by.used > accounts.IDLE_LIMIT or now - by.created > accounts.AGE_LIMIT
        case ApiToken():
            return now >= by.expires


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
