"""What routes work with: the hub, the sessions, the threads, and who asks."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from consentry.home.hub import Hub
from consentry.model.errors import DeniedError, InputError, NotFoundError
from consentry.model.ids import CameraId, MemberId
from consentry.model.rights import Action, Caller, Right, allow, rights_of
from consentry.model.time import Micros, Span, parse_iso
from consentry.web.certificate import Front
from consentry.web.challenges import Challenges
from consentry.web.errors import SignedOutError
from consentry.web.guard import BEARER, OWNER
from consentry.web.limits import Limiter
from consentry.web.readers import Readers
from consentry.web.rights import THIS_MACHINE, demand
from consentry.web.sessions import Sessions, cookie_name


@dataclass(frozen=True, slots=True)
class Context:
    """One web application's own things; made by ``create_app``."""

    hub: Hub
    sessions: Sessions
    limiter: Limiter
    challenges: Challenges
    readers: Readers = field(default_factory=Readers)
    front: Front | None = None
    """How other machines reach the hub; None where only this machine itself can."""

    def failed(self, address: str, *keys: str) -> None:
        """Note a wrong password, code or token: the next attempt waits, the owner may hear."""
        for key in (address, *keys):
            self.limiter.failed(key)
        self.hub.guessing.failed(address)

    def allow(self, caller: Caller, action: Action, camera: CameraId | None = None) -> bool:
        """Tell whether it is allowed now (None: with the whole house)."""
        return allow(caller, action, camera, self.hub.now())

    def demand(
        self,
        caller: Caller,
        action: Action,
        camera: CameraId | None = None,
        *,
        missing: NotFoundError | None = None,
    ) -> None:
        """Raise DeniedError unless it is allowed now; see ``rights.demand``."""
        demand(caller, action, camera, self.hub.now(), missing=missing)

    def rights_of(self, caller: Caller, camera: CameraId) -> frozenset[Right]:
        """Return what the caller may do with a camera now."""
        return rights_of(caller, camera, self.hub.now())

    def allowed(self, caller: Caller, action: Action) -> tuple[CameraId, ...]:
        """Return the cameras with which the caller may do it now, in the owner's order."""
        cameras = (view.camera.id for view in self.hub.cameras.views())
        return tuple(camera for camera in cameras if self.allow(caller, action, camera))

    def moment(self, text: str) -> Micros:
        """Read an ISO time; one without offset is local to the house. Raises InputError."""
        return parse_iso(text, self.hub.settings.zone)

    def span(self, start: str, end: str) -> Span:
        """Read a stretch of time. Raises InputError when it ends before it begins."""
        begins, ends = self.moment(start), self.moment(end)
        if ends < begins:
            message = f"That stretch of time ends ({end}) before it begins ({start})."
            raise InputError(message)
        return Span(begins, ends)


def context_of(connection: HTTPConnection) -> Context:
    """Return the application's context."""
    return cast("Context", connection.app.state.context)


async def caller_of(connection: HTTPConnection) -> Caller:
    """Return who asks. Raises SignedOutError for nobody."""
    caller = await visitor_of(connection)
    if caller is None:
        raise SignedOutError
    return caller


async def visitor_of(connection: HTTPConnection) -> Caller | None:
    """Return who asks, or None for nobody known."""
    if connection.scope.get(OWNER):
        return THIS_MACHINE
    authorization = connection.headers.get("authorization")
    if authorization is not None:  # whoever shows a token is asked for no cookie
        return await context_of(connection).sessions.bearer(authorization.removeprefix(BEARER))
    token = connection.cookies.get(cookie_name(connection))
    return await context_of(connection).sessions.caller(token) if token else None


async def person_of(connection: HTTPConnection) -> Caller:
    """Return who is signed in. Raises DeniedError for a program, and for this machine."""
    caller = await caller_of(connection)
    member_of(caller)
    return caller


def member_of(caller: Caller) -> MemberId:
    """Return which member asks in person. Raises DeniedError for a program, and this machine."""
    if caller.member is None or caller.scope is not None:
        message = "This is for somebody who is signed in in a browser."
        raise DeniedError(message)
    return caller.member


Ctx = Annotated[Context, Depends(context_of)]
Signed = Annotated[Caller, Depends(caller_of)]
"""Somebody signed in: what every route but the open ones takes."""

Person = Annotated[Caller, Depends(person_of)]
"""Somebody signed in in a browser: what routes about one's own sign-in take."""

Visitor = Annotated[Caller | None, Depends(visitor_of)]
