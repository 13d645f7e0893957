"""The cameras' own passwords: changed without ever being lost, and proven to lock others out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from consentry.config import Config
from consentry.home.camera_keys import CameraKeys
from consentry.home.cameras import NewCamera
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.ingest.rtsp_session import shows
from consentry.model.camera import Camera
from consentry.model.errors import CameraError, CameraState, ConflictError
from consentry.model.openness import Door, Openness
from consentry.model.secret import Secret
from consentry.simcam import SimulatedCamera, SimulatedCameras
from consentry.simcam.login import Scheme
from consentry.store import camera_passwords
from tests.home.house import short_film
from tests.home.onvif_accounts import Accounts, serving

USER, OLD = "owner", "s3cret"


@dataclass
class Place:
    """A hub with one camera that has a password and speaks ONVIF."""

    hub: Hub
    keys: CameraKeys
    camera: Camera
    accounts: Accounts
    server: SimulatedCameras

    @property
    def stored(self) -> str:
        """Return the password the hub signs in with."""
        return self.hub.cameras.view(self.camera.id).camera.password.reveal()

    @property
    def actual(self) -> str:
        """Return the password the camera's pictures have."""
        return self.server._server.camera("door").password

    async def pending(self) -> int:
        """Return how many passwords are not settled."""
        return len(await self.hub.database.run(camera_passwords.all))


@pytest_asyncio.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    """Return the house; nothing records, so that only what is asked here reaches the camera."""
    camera = SimulatedCamera(short_film(), user=USER, password=OLD)
    with (
        SimulatedCameras({"door": camera}) as server,
        serving(Accounts({USER: OLD})) as accounts,
    ):
        accounts.changed = lambda new: setattr(server._server.camera("door"), "password", new)
        async with Hub(Config(data=tmp_path), work=Work.NOTHING) as hub:
            new = NewCamera("Door", server.url("door"), USER, Secret(OLD))
            view = await hub.cameras.add(new, check=False)
            keys = CameraKeys(hub.database, hub.cameras, find=lambda _: accounts.xaddr)
            yield Place(hub, keys, view.camera, accounts, server)


async def test_a_camera_gets_a_password_that_nobody_knew(place: Place) -> None:
    """The hub signs in with it, the old one and the makers' are refused, the user stays."""
    changed = await place.keys.change(place.camera.id)
    assert (changed.old_refused, changed.defaults_refused) == (True, True)
    assert place.stored == place.actual == changed.password.reveal() != OLD
    assert len(place.stored) == 16
    assert place.accounts.levels == ["Operator"]
    assert await place.pending() == 0
    again = await place.keys.change(place.camera.id)
    assert again.password.reveal() == place.stored != changed.password.reveal()


async def test_a_lost_answer_loses_no_password(place: Place) -> None:
    """The camera took it and the answer never came: it is asked, and the new one is kept."""
    place.accounts.loses_answers = True
    changed = await place.keys.change(place.camera.id)
    assert place.stored == place.actual == changed.password.reveal()
    assert await place.pending() == 0


async def test_a_camera_that_refuses_keeps_its_old_password(place: Place) -> None:
    """Too weak for its rules, for example: one sentence, and nothing has changed."""
    place.accounts.refuses_changes = True
    with pytest.raises(CameraError, match="did not take the new password"):
        await place.keys.change(place.camera.id)
    assert place.stored == place.actual == OLD
    assert await place.pending() == 0


async def test_users_of_onvif_alone_are_put_back(place: Place) -> None:
    """Where the pictures keep the old password, ONVIF gets it back: the two stay together."""
    place.accounts.changed = lambda _: None
    with pytest.raises(CameraError, match="did not take the new password"):
        await place.keys.change(place.camera.id)
    assert place.stored == place.actual == place.accounts.passwords[USER] == OLD
    assert await place.pending() == 0


@pytest.mark.parametrize("taken", [True, False])
async def test_a_hub_killed_in_between_finds_out(place: Place, *, taken: bool) -> None:
    """Killed after the password was durable: whichever the camera has is found after the start."""
    new = "Q7wertyuiop4asdf"
    await place.hub.database.run(camera_passwords.begin, place.camera.id, Secret(new))
    if taken:
        place.accounts.passwords[USER] = new
        place.accounts.changed(new)
    await place.keys.settle(place.camera.id)
    assert place.stored == place.actual == (new if taken else OLD)
    assert await place.pending() == 0


async def test_a_camera_that_is_away_is_asked_later(place: Place) -> None:
    """Nobody knows what it has: both passwords are kept until it answers."""
    new = "Q7wertyuiop4asdf"
    await place.hub.database.run(camera_passwords.begin, place.camera.id, Secret(new))
    away = CameraKeys(place.hub.database, place.hub.cameras, find=lambda _: None)
    await away.settle(place.camera.id)
    assert (place.stored, await place.pending()) == (OLD, 1)
    place.accounts.passwords[USER] = new
    place.accounts.changed(new)
    await place.keys.settle(place.camera.id)
    assert (place.stored, await place.pending()) == (new, 0)


async def test_a_locked_camera_is_told_from_an_open_one(place: Place) -> None:
    """Asked without a password: pictures and accounts each say locked, open, or nothing."""
    locked = Openness(Door.LOCKED, Door.LOCKED)
    assert await place.keys.openness(place.camera.id) == locked
    place.accounts.is_open = True
    place.server._server.camera("door").user = ""
    assert await place.keys.openness(place.camera.id) == Openness(Door.OPEN, Door.OPEN)
    no_onvif = CameraKeys(place.hub.database, place.hub.cameras, find=lambda _: None)
    assert (await no_onvif.openness(place.camera.id)).onvif is Door.ABSENT


async def test_a_camera_whose_pictures_are_open_is_not_called_locked(place: Place) -> None:
    """A password that nobody asks for keeps nobody out, and the report says so."""
    place.server._server.camera("door").user = ""
    changed = await place.keys.change(place.camera.id)
    assert (changed.old_refused, changed.defaults_refused) == (False, False)


async def test_a_camera_that_is_off_is_not_asked(place: Place) -> None:
    """Off means no connection: its password stays, and how open it is nobody knows."""
    await place.hub.cameras.change(replace(place.camera, enabled=False))
    with pytest.raises(ConflictError, match="Door is off"):
        await place.keys.change(place.camera.id)
    unknown = Openness(Door.UNKNOWN, Door.UNKNOWN)
    assert await place.keys.openness(place.camera.id) == unknown


async def test_a_camera_without_onvif_is_one_sentence(place: Place) -> None:
    """Its password is changed in its own page; the sentence says so."""
    keys = CameraKeys(place.hub.database, place.hub.cameras, find=lambda _: None)
    with pytest.raises(CameraError, match="in its own page"):
        await keys.change(place.camera.id)


@pytest.mark.parametrize("scheme", ["basic", "digest"])
@pytest.mark.parametrize("tls", [False, True])
def test_a_login_is_tried_once(scheme: Scheme, *, tls: bool) -> None:
    """The right password is let in, a wrong one and none are not, by Basic and Digest, with TLS."""
    camera = SimulatedCamera(short_film(), user=USER, password=OLD, scheme=scheme)
    with SimulatedCameras({"door": camera}, tls=tls) as server:
        url = server.url("door")
        assert shows(url, USER, Secret(OLD))
        assert not shows(url, USER, Secret("wrong"))
        assert not shows(url, "", Secret(""))
        with pytest.raises(CameraError) as other:
            shows(url.replace("door", "attic"), USER, Secret(OLD))
        assert other.value.state is CameraState.NOT_FOUND
    with pytest.raises(CameraError) as gone:
        shows(url, USER, Secret(OLD))
    assert gone.value.state is CameraState.REFUSED
