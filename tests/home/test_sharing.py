"""Sharing: what a link opens, how often and how long, and what ends it."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import pytest
import pytest_asyncio

from consentry.home.keyring import Keyring
from consentry.home.sharing import SharedLink, Sharing, Ticket
from consentry.home.stores import Stores
from consentry.model.errors import InputError, IntegrityError, NotFoundError
from consentry.model.keys import UnlockMode
from consentry.model.media import StreamName
from consentry.model.secret import Secret
from consentry.model.share import Excerpt, Share, ShareId
from consentry.model.time import DAY, HOUR, MINUTE, SECOND, Micros
from consentry.seal.share import ShareKey
from consentry.store import shares
from tests.store.film import Film, every_picture, film, numbers
from tests.store.house import DOOR, House, build, span


def excerpt(start: float, end: float, *, sound: bool = False) -> Excerpt:
    """Return a stretch of the door's large picture that nobody in particular shares."""
    return Excerpt(DOOR, span(start, end), StreamName.MAIN, sound, maker=None)


@dataclass
class Sharer:
    """A house with twelve seconds of its front door, and what shares them."""

    house: House
    sharing: Sharing
    folder: Path

    async def shared(self, *, opens: int | None = None, hours: int = 1) -> tuple[Share, SharedLink]:
        """Share five seconds."""
        share = await self.draft()
        link = await self.sharing.publish(share.id, life=Micros(hours * HOUR), opens=opens)
        return share, link

    async def draft(self, *, sound: bool = False) -> Share:
        """Cut and seal five seconds."""
        return await self.sharing.make(excerpt(5.0, 10.0, sound=sound))

    async def fetched(self, ticket: Ticket) -> bytes:
        """Fetch the sealed film."""
        size, chunks = await self.sharing.fetch(ticket.name)
        sealed = b"".join(chunks)
        assert len(sealed) == size
        return sealed

    def later(self, duration: int) -> None:
        """Let time pass."""
        self.house.clock.pass_time(duration)

    def films(self) -> list[str]:
        """Return the files of shared films."""
        return [path.name for path in self.folder.iterdir()] if self.folder.exists() else []


@asynccontextmanager
async def sharing_house(tmp_path: Path, recorded: Film) -> AsyncIterator[Sharer]:
    """Record a film of the door in a house that can share it."""
    house = build(tmp_path)
    try:
        house.record(recorded)
        keyring = Keyring(
            house.household.public, mode=UnlockMode.KEY_FILE, household=house.household
        )
        stores = Stores(house.database, keyring, house.volume)
        folder = tmp_path / "shares"
        yield Sharer(house, Sharing(stores, house.footage, folder, house.clock), folder)
    finally:
        house.database.close()


@pytest_asyncio.fixture
async def sharer(tmp_path: Path) -> AsyncIterator[Sharer]:
    """Return a house that can share."""
    async with sharing_house(tmp_path, film(seconds=12)) as opened:
        yield opened


def opened(
    ticket: Ticket, link: SharedLink, sealed: bytes, passphrase: Secret | None = None
) -> bytes:
    """Do what the recipient's page does."""
    secret = secret_of(link)
    key = ShareKey.unwrap(ticket.share.id, ticket.envelope, secret, passphrase)
    return b"".join(key.open([sealed]))


def secret_of(link: SharedLink) -> bytes:
    """Return the bytes in a link's fragment."""
    return base64.urlsafe_b64decode(link.secret + "=")


async def test_the_recipient_gets_what_the_preview_shows(sharer: Sharer) -> None:
    """The film behind the link is, byte for byte, the preview; it begins at a key frame."""
    share, link = await sharer.shared()
    preview = b"".join(await sharer.sharing.preview(share.id))
    ticket = await sharer.sharing.open(link.token)
    film_bytes = opened(ticket, link, await sharer.fetched(ticket))
    assert film_bytes == preview
    assert len(preview) == share.size
    assert numbers(preview) == list(range(40, 100))
    with av.open(io.BytesIO(preview), "r") as container:
        assert [stream.type for stream in container.streams] == ["video"]
    assert share.duration == 6 * SECOND


@pytest.mark.parametrize("sound", [False, True], ids=["silent", "with sound"])
@pytest.mark.parametrize(
    "recorded",
    [
        {"codec": "h264", "b_frames": 2, "audio": "aac"},
        {"codec": "hevc", "audio": "opus"},
        {"codec": "hevc", "b_frames": 2, "audio": "aac"},
        {"codec": "hevc", "b_frames": 2, "open_groups": True, "audio": "aac"},
    ],
    ids=["h264 b", "hevc", "hevc b", "hevc open"],
)
async def test_whatever_the_camera_sends_nothing_is_hidden_in_a_share(
    tmp_path: Path, recorded: dict[str, Any], *, sound: bool
) -> None:
    """Decoded against the player's wishes the film holds the pictures of its preview, no other.

    Edit lists and crops ignored, every sample decoded, no track but those chosen, no box that moves
    or describes anything; also where the stretch begins between two key frames.
    """
    async with sharing_house(tmp_path, film(seconds=12, **recorded)) as sharer:
        share = await sharer.draft(sound=sound)
        link = await sharer.sharing.publish(share.id, life=Micros(HOUR), opens=None)
        shown = numbers(b"".join(await sharer.sharing.preview(share.id)))
        ticket = await sharer.sharing.open(link.token)
        handed_out = opened(ticket, link, await sharer.fetched(ticket))
    assert every_picture(handed_out) == shown
    assert shown == sorted(set(shown))
    # From the key frame at 4 s; one at the end of the stretch may come without what leads to it.
    assert set(range(40, 99)) <= set(shown) <= set(range(40, 104))
    for box in (b"elst", b"edts", b"udta", b"meta", b"uuid", b"clap"):
        assert box not in handed_out
    assert handed_out.count(b"trak") == 1 + sound
    with av.open(io.BytesIO(handed_out), "r") as container:
        kinds = [stream.type for stream in container.streams]
        packets = sum(packet.size > 0 for packet in container.demux(video=0))
    assert kinds == ["video", "audio"][: 1 + sound]
    assert packets == len(shown)


async def test_the_link_can_be_shown_again(sharer: Sharer) -> None:
    """Its maker finds the same link later; a new one puts an end to the old."""
    share, link = await sharer.shared()
    assert await sharer.sharing.link(share.id) == link
    newer = await sharer.sharing.publish(share.id, life=Micros(HOUR), opens=None)
    with pytest.raises(NotFoundError, match="not good any more"):
        await sharer.sharing.open(link.token)
    await sharer.sharing.open(newer.token)


async def test_a_new_link_ends_the_openings_of_the_old(sharer: Sharer) -> None:
    """Whoever opened the link before fetches nothing any more, just now or long ago."""
    share, link = await sharer.shared()
    earlier = await sharer.sharing.open(link.token)
    _, chunks = await sharer.sharing.fetch(earlier.name)
    publishing = sharer.sharing.publish(share.id, life=Micros(HOUR), opens=None)
    latest, _ = await asyncio.gather(sharer.sharing.open(link.token), publishing)
    for ticket in (earlier, latest):
        with pytest.raises(NotFoundError):
            await sharer.sharing.fetch(ticket.name)
    with pytest.raises(NotFoundError):
        b"".join(chunks)


async def test_a_passphrase_is_needed_as_well(sharer: Sharer) -> None:
    """The link alone opens nothing then."""
    share = await sharer.draft()
    spoken = Secret("blue door")
    link = await sharer.sharing.publish(share.id, life=Micros(HOUR), opens=None, passphrase=spoken)
    ticket = await sharer.sharing.open(link.token)
    sealed = await sharer.fetched(ticket)
    with pytest.raises(IntegrityError):
        opened(ticket, link, sealed)
    assert opened(ticket, link, sealed, spoken)


async def test_of_two_at_once_one_gets_the_last_opening(sharer: Sharer) -> None:
    """A link good for one opening is opened by one of many who come together."""
    share, link = await sharer.shared(opens=1)
    attempts = [sharer.sharing.open(link.token) for _ in range(8)]
    results = await asyncio.gather(*attempts, return_exceptions=True)
    tickets = [result for result in results if isinstance(result, Ticket)]
    assert len(tickets) == 1
    assert all(isinstance(result, NotFoundError) for result in results if result not in tickets)
    found = await sharer.sharing.get(share.id)
    assert found.link is not None
    assert (found.link.opens_left, found.link.opened) == (0, 1)
    await sharer.sharing.sweep()
    assert opened(tickets[0], link, await sharer.fetched(tickets[0]))
    sharer.later(shares.FETCH_LIFE + SECOND)
    await sharer.sharing.sweep()
    assert sharer.films() == []


async def test_an_expired_link_stays_expired(sharer: Sharer) -> None:
    """After its time a link opens nothing, and its film is gone, wherever the clock goes."""
    _, link = await sharer.shared(hours=2)
    sharer.later(2 * HOUR)
    with pytest.raises(NotFoundError):
        await sharer.sharing.open(link.token)
    await sharer.sharing.sweep()
    assert sharer.films() == []
    sharer.later(-365 * DAY)
    with pytest.raises(NotFoundError):
        await sharer.sharing.open(link.token)


async def test_an_opening_is_good_for_ten_minutes(sharer: Sharer) -> None:
    """Its film comes until then, and not a moment later, whether or not anybody swept."""
    _, link = await sharer.shared()
    ticket = await sharer.sharing.open(link.token)
    sharer.later(shares.FETCH_LIFE)
    await sharer.fetched(ticket)
    sharer.later(1)
    with pytest.raises(NotFoundError):
        await sharer.sharing.fetch(ticket.name)


async def test_taking_back_ends_everything_at_once(sharer: Sharer) -> None:
    """Nobody opens a share that was taken back, and a download under way stops."""
    share, link = await sharer.shared()
    ticket = await sharer.sharing.open(link.token)
    _, chunks = await sharer.sharing.fetch(ticket.name)
    await sharer.sharing.end(share.id)
    with pytest.raises(NotFoundError):
        b"".join(chunks)
    with pytest.raises(NotFoundError):
        await sharer.sharing.open(link.token)
    with pytest.raises(NotFoundError):
        await sharer.sharing.fetch(ticket.name)
    with pytest.raises(NotFoundError):
        await sharer.sharing.preview(share.id)
    assert sharer.films() == []
    (over,) = await sharer.sharing.all()
    assert over.ended is not None
    sharer.later(shares.REMEMBERED + DAY)
    await sharer.sharing.sweep()
    assert await sharer.sharing.all() == ()


async def test_deleting_footage_ends_its_shares(sharer: Sharer) -> None:
    """A share shows nothing of what was deleted, its lead included; others stay."""
    share, link = await sharer.shared()
    await sharer.sharing.end_touching(DOOR, span(10.5, 12.0))
    await sharer.sharing.open(link.token)
    await sharer.sharing.end_touching(DOOR, span(4.0, 4.5))
    with pytest.raises(NotFoundError):
        await sharer.sharing.open(link.token)
    found = await sharer.sharing.get(share.id)
    assert found.ended is not None


async def test_a_draft_is_nobodys_and_does_not_stay(sharer: Sharer) -> None:
    """Without a link nothing opens a clip; an hour later it is gone, and files without a row."""
    share = await sharer.draft()
    stray = sharer.folder / "stray.film"
    stray.write_bytes(b"left by a crash")
    with pytest.raises(NotFoundError):
        await sharer.sharing.link(share.id)
    await sharer.sharing.sweep()
    assert sharer.films() == [f"{share.id}.film"]
    sharer.later(shares.DRAFT_LIFE + MINUTE)
    await sharer.sharing.sweep()
    assert sharer.films() == []
    assert await sharer.sharing.all() == ()


async def test_nothing_readable_lies_on_disk(sharer: Sharer) -> None:
    """The film's file holds no box of an MP4, and one flipped bit of it is told."""
    share, link = await sharer.shared()
    path = shares.film_path(sharer.folder, share.id)
    sealed = bytearray(path.read_bytes())
    assert b"moov" not in sealed
    sealed[len(sealed) // 2] ^= 1
    path.write_bytes(sealed)
    ticket = await sharer.sharing.open(link.token)
    with pytest.raises(IntegrityError):
        opened(ticket, link, await sharer.fetched(ticket))


async def test_what_cannot_be_shared_is_a_sentence(sharer: Sharer) -> None:
    """Too long, too old, too long good, unknown."""
    with pytest.raises(InputError, match="at most 5 minutes"):
        await sharer.sharing.make(excerpt(0, 301))
    with pytest.raises(NotFoundError, match="Nothing was recorded"):
        await sharer.sharing.make(excerpt(100, 110))
    share = await sharer.draft()
    with pytest.raises(InputError, match="at most 30 days"):
        await sharer.sharing.publish(share.id, life=Micros(31 * DAY), opens=None)
    with pytest.raises(NotFoundError):
        await sharer.sharing.publish(ShareId("unknown"), life=Micros(HOUR), opens=None)
    assert len(sharer.films()) == 1
