"""Sharing: a clip cut so that it holds what it shows, sealed under its own key, opened by a link.

The film is written once (``make``) and the preview plays it from that very file. Its link is a
token, of which only the hash is kept, and a secret that travels in the fragment and never reaches
a server. Whoever has the link opens it by a request of its own: that counts one opening and gives a
ticket, with which the sealed film can be fetched for ten minutes. Ending a share destroys its
keys, ends its tickets, unlinks the file.
"""

import asyncio
import base64
import hashlib
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consentry.clock import Clock
from consentry.home.stores import Stores
from consentry.model.errors import ConsentryError, InputError, NotFoundError, Reason
from consentry.model.ids import CameraId, random_id
from consentry.model.secret import Secret
from consentry.model.share import Excerpt, Link, Share, ShareId
from consentry.model.time import DAY, MINUTE, Micros, Span
from consentry.seal.share import ShareKey, link_secret
from consentry.store import export, shares
from consentry.store.footage import Footage

log = logging.getLogger(__name__)

LONGEST = Micros(5 * MINUTE)
"""A clip, not an evening."""

LONGEST_LIFE = Micros(30 * DAY)
SWEEP_EVERY_S = 30.0
_TICKETS = 200


@dataclass(frozen=True, slots=True)
class SharedLink:
    """A link's two parts: what the server is asked with, and what it never learns."""

    token: str
    secret: str

    @property
    def path(self) -> str:
        """What follows the hub's address."""
        return f"/s/{self.token}#{self.secret}"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One opening, good for fetching the sealed film until ``until``."""

    name: str
    share: Share
    envelope: bytes
    until: Micros


class Sharing:
    """All shares of the house. ``_tickets`` is owned by the event loop."""

    def __init__(self, stores: Stores, footage: Footage, folder: Path, clock: Clock) -> None:
        """Keep sealed films in ``folder``; it is made with the first."""
        self._stores = stores
        self._footage = footage
        self._folder = folder
        self._clock = clock
        self._tickets: dict[str, Ticket] = {}
        self._writing = asyncio.Lock()

    async def run(self) -> None:
        """End what expired, until cancelled."""
        while True:
            try:
                await self.sweep()
            except ConsentryError as error:
                log.error("sharing: %s", error)  # noqa: TRY400 - the sentence says it all
            await asyncio.sleep(SWEEP_EVERY_S)

    async def make(self, excerpt: Excerpt) -> Share:
        """Cut and seal a clip; nobody has a link yet.

        Raises InputError for a stretch that is too long, NotFoundError where nothing was recorded.
        """
        if not 0 < excerpt.span.duration <= LONGEST:
            message = f"A clip to share lasts at most {LONGEST // MINUTE} minutes."
            raise InputError(message, reason=Reason.TOO_LONG)
        key = ShareKey(random_id())
        async with self._writing:
            share, sealed_key = await asyncio.to_thread(self._cut, key, excerpt)
            await self._stores.database.run(shares.add, share, sealed_key=sealed_key)
        return share

    async def publish(
        self,
        share: ShareId,
        *,
        life: Micros,
        opens: int | None,
        passphrase: Secret | None = None,
    ) -> SharedLink:
        """Make the share's link, in place of the one it had. Raises NotFoundError."""
        if not 0 < life <= LONGEST_LIFE:
            message = f"A link is good for at most {LONGEST_LIFE // DAY} days."
            raise InputError(message)
        key = await self._key(share)
        secret = link_secret()
        envelope = await asyncio.to_thread(key.wrap, secret, passphrase)
        link = SharedLink(secrets.token_urlsafe(16), _text(secret))
        now = self._clock.wall()
        terms = Link(now, Micros(now + life), opens, guarded=passphrase is not None)
        sealed = self._stores.keyring.public.seal_blob(link.path.encode(), f"share-link/{share}")
        keys = shares.LinkKeys(_hash(link.token), envelope, sealed)
        await self._stores.database.run(shares.publish, share, terms, keys)
        self._drop_tickets(share)  # of the link before, whoever opened it last included
        return link

    async def link(self, share: ShareId) -> SharedLink:
        """Return the link again. Raises NotFoundError for a draft."""
        sealed = await self._stores.database.run(shares.sealed_link, share)
        path = self._stores.keyring.open_blob(sealed, f"share-link/{share}").decode()
        token, _, secret = path.removeprefix("/s/").partition("#")
        return SharedLink(token, secret)

    async def preview(self, share: ShareId) -> Iterator[bytes]:
        """Return the film itself, read from the file that is handed out."""
        key = await self._key(share)
        return key.open(_chunks(shares.film_path(self._folder, share)))

    async def all(self) -> tuple[Share, ...]:
        """Return all shares, the newest first."""
        return await self._stores.database.run(shares.all)

    async def get(self, share: ShareId) -> Share:
        """Return one share; NotFoundError."""
        return await self._stores.database.run(shares.get, share)

    async def open(self, token: str) -> Ticket:
        """Count an opening. Raises NotFoundError for a link that is not good (any more)."""
        now = self._clock.wall()
        opening = await self._stores.database.run(shares.open_once, _hash(token), now=now)
        if opening is None:
            message = "This link is not good any more: ask whoever sent it for a new one."
            raise NotFoundError(message)
        name = secrets.token_urlsafe(16)
        ticket = Ticket(name, opening.share, opening.envelope, Micros(now + shares.FETCH_LIFE))
        if len(self._tickets) >= _TICKETS:
            del self._tickets[next(iter(self._tickets))]
        self._tickets[name] = ticket
        return ticket

    async def fetch(self, name: str) -> tuple[int, Iterator[bytes]]:
        """Return size and bytes of an opening's sealed film; they break off when the share ends.

        Raises NotFoundError for an opening that is over.
        """
        ticket = self._tickets.get(name)
        if ticket is None or ticket.until < self._clock.wall():
            message = "This opening is over: open the link again."
            raise NotFoundError(message)
        path = shares.film_path(self._folder, ticket.share.id)
        size = await asyncio.to_thread(_size, path)
        return size, self._while_good(ticket, path)

    async def end(self, share: ShareId) -> None:
        """End a share at once, downloads under way included. Raises NotFoundError."""
        await self._end(share)
        await self._empty_log()
        await self.sweep()

    async def end_touching(self, camera: CameraId, span: Span) -> None:
        """End whatever shows something of footage that is deleted."""
        for share in await self._stores.database.run(shares.touching, camera, span):
            await self.end(share)

    async def put_right(self) -> None:
        """End the openings of a time that was wrong: the owner put the clock right."""
        self._tickets.clear()
        await self._empty_log()
        await self.sweep()

    async def sweep(self) -> None:
        """End what expired, forget what ended long ago, unlink films without a share."""
        database, now = self._stores.database, self._clock.wall()
        over = await database.run(shares.over, now=now)
        for share in over:
            await self._end(share)
        if over:
            await self._empty_log()
        await database.run(shares.forget_old, now=now)
        async with self._writing:
            living = await database.run(shares.living)
            self._tickets = {
                name: ticket
                for name, ticket in self._tickets.items()
                if ticket.share.id in living and ticket.until >= now
            }
            await asyncio.to_thread(shares.sweep, self._folder, living)

    async def _end(self, share: ShareId) -> None:
        self._drop_tickets(share)
        await self._stores.database.run(shares.end, share, now=self._clock.wall())

    async def _empty_log(self) -> None:
        """Leave no copy of a destroyed key in the write-ahead log."""
        await asyncio.to_thread(self._stores.database.checkpoint)

    def _cut(self, key: ShareKey, excerpt: Excerpt) -> tuple[Share, bytes]:
        """Write the sealed film. Blocking."""
        camera, span, stream = excerpt.camera, excerpt.span, excerpt.stream
        plan = export.plan_bare(self._footage, camera, span, stream, sound=excerpt.sound)
        share = ShareId(key.id)
        shares.write(self._folder, share, key.seal(plan.chunks()))
        made = Share(
            id=share,
            maker=excerpt.maker,
            camera=camera,
            span=span,
            stream=stream,
            sound=excerpt.sound,
            duration=plan.duration,
            size=plan.size,
            codec=plan.codec,
            made=self._clock.wall(),
        )
        return made, self._stores.keyring.public.seal_blob(key.raw, f"share-key/{share}")

    async def _key(self, share: ShareId) -> ShareKey:
        sealed = await self._stores.database.run(shares.sealed_key, share)
        return ShareKey(share, self._stores.keyring.open_blob(sealed, f"share-key/{share}"))

    def _while_good(self, ticket: Ticket, path: Path) -> Iterator[bytes]:
        for chunk in _chunks(path):
            if ticket.name not in self._tickets:
                raise _film_gone()
            yield chunk

    def _drop_tickets(self, share: ShareId) -> None:
        kept = {name: each for name, each in self._tickets.items() if each.share.id != share}
        self._tickets = kept


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        raise _film_gone() from None


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield a sealed film's bytes. NotFoundError when it is gone."""
    try:
        with path.open("rb") as file:
            while chunk := file.read(256 * 1024):
                yield chunk
    except FileNotFoundError:
        raise _film_gone() from None


def _film_gone() -> NotFoundError:
    return NotFoundError("The film of this share is gone.")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
