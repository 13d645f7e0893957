"""Everybody of the house in memory, so that asking for a right costs no database call."""

import asyncio
from collections.abc import Callable, Iterable

from consentry.model.account import Member
from consentry.model.errors import NotFoundError
from consentry.model.ids import CameraId, MemberId
from consentry.model.keys import MemberKeys
from consentry.model.rights import Action, Caller, Grant, Moment, Role, allow
from consentry.store import members as store
from consentry.store.database import Database


class Members:
    """The members and what they may; owned by the hub's event loop. Changes go through here."""

    def __init__(self, database: Database, now: Callable[[], Moment]) -> None:
        """Start empty; ``load`` reads who there is."""
        self._database = database
        self._now = now
        self._members: dict[MemberId, Member] = {}
        self._listeners: list[Callable[[MemberId], None]] = []

    async def load(self) -> None:
        """Read everybody anew: at the start, and when an account was made elsewhere."""
        self._members = {member.id: member for member in await self._database.run(store.all)}

    def all(self) -> tuple[Member, ...]:
        """Return everybody, the first one first."""
        return tuple(self._members.values())

    def find(self, member: MemberId) -> Member | None:
        """Return one member, None for one who is gone."""
        return self._members.get(member)

    def get(self, member: MemberId) -> Member:
        """Return one member. Raises NotFoundError."""
        found = self._members.get(member)
        if found is None:
            message = "There is no such member."
            raise NotFoundError(message)
        return found

    def caller(self, member: MemberId) -> Caller | None:
        """Return the member as one who asks, with what they may right now; None when gone."""
        found = self._members.get(member)
        if found is None:
            return None
        return Caller(found.name, found.role, found.id, grants=found.grants)

    def may_hear(self, member: MemberId | None, action: Action, camera: CameraId | None) -> bool:
        """Tell whether a channel of ``member`` (None: of the house) may be told of this."""
        if member is None:
            return True
        caller = self.caller(member)
        return caller is not None and allow(caller, action, camera, self._now())

    def listen(self, changed: Callable[[MemberId], None]) -> None:
        """Have ``changed`` called whenever somebody's role or rights changed, or they are gone."""
        self._listeners.append(changed)

    async def change(
        self,
        member: MemberId,
        *,
        role: tuple[Role, MemberKeys] | None = None,
        grants: Iterable[Grant] | None = None,
    ) -> Member:
        """Put another role, with the keys that go with it, or other grants in force at once.

        Raises NotFoundError, and ConflictError when nobody would own the house any more.
        """
        self.get(member)
        await self._database.run(store.change, member, role=role, grants=grants)
        await self._changed(member)
        if role is not None:
            await self._empty_log()
        return self.get(member)

    async def remove(self, member: MemberId) -> None:
        """Forget somebody. Raises NotFoundError, and ConflictError for the only owner."""
        await self._database.run(store.remove, member)
        await self._changed(member)
        await self._empty_log()

    async def _changed(self, member: MemberId) -> None:
        await self.load()
        for listener in self._listeners:
            listener(member)

    async def _empty_log(self) -> None:
        """Leave no copy of the share of the key that somebody had: their password may open it."""
        await asyncio.to_thread(self._database.checkpoint)
