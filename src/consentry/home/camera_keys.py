"""The cameras' own passwords: giving them one that nobody knows, and seeing who else they let in.

The new password is durable before the camera hears of it. What the camera has then is not taken
from its answer, which may be lost, but asked: whichever of the two passwords it lets in is the one.
"""

import asyncio
import logging
import secrets
import string
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from consentry.home.cameras import Cameras
from consentry.ingest import onvif
from consentry.ingest.rtsp_session import shows
from consentry.model.camera import Camera, stream_peer
from consentry.model.errors import CameraError, CameraState, ConflictError, ConsentryError, Reason
from consentry.model.ids import CameraId
from consentry.model.openness import Door, NewPassword, Openness
from consentry.model.secret import Secret
from consentry.store import camera_passwords as store
from consentry.store.database import Database
from consentry.thread import in_thread

log = logging.getLogger(__name__)

DEFAULTS = ("admin", "12345", "")
"""What makers deliver the account ``admin`` with. No more: cameras lock after five wrong ones."""

ASK_AGAIN_S = 60.0
_LETTERS = string.ascii_letters + string.digits
_LENGTH = 16
"""95 bits, and as long as the cameras with the least room take."""


class CameraKeys:
    """Owned by the hub's event loop."""

    def __init__(
        self,
        database: Database,
        cameras: Cameras,
        *,
        find: Callable[[str], str | None] = onvif.find,
    ) -> None:
        """Work on ``cameras``; ``find`` tells where the ONVIF service of a host is."""
        self._database = database
        self._cameras = cameras
        self._find = find
        self._changing = asyncio.Lock()

    async def run(self) -> None:
        """Ask cameras that never answered which password they have, until cancelled."""
        while True:
            try:
                for camera in await self._database.run(store.all):
                    await self.settle(camera)
            except Exception:
                # A bug here must not end the recording.
                log.exception("settling passwords failed")
            await asyncio.sleep(ASK_AGAIN_S)

    async def settle(self, camera: CameraId) -> None:
        """Ask a camera which password it has, where that is not known; later, if it is away."""
        async with self._changing:
            password = (await self._database.run(store.all)).get(camera)
            try:
                view = self._cameras.view(camera)
                if password is not None and view.off is None:
                    await self._settle(view.camera, password)
            except ConsentryError as error:
                log.warning("password not settled: camera=%s %s", camera, error)

    async def openness(self, camera: CameraId) -> Openness:
        """Ask the camera without a password. A camera that is off is not asked anything."""
        view = self._cameras.view(camera)
        if view.off is not None:
            return Openness(Door.UNKNOWN, Door.UNKNOWN)
        return await in_thread("openness", partial(self._openness, view.camera))

    async def change(self, camera: CameraId) -> NewPassword:
        """Give the camera a random password, and try whether the old one is refused then.

        Raises ConflictError for a camera that is off or has no user, CameraError for one that does
        not do its part: it then has the password from before, or, when it does not answer any more,
        what it has shows later by itself.
        """
        async with self._changing:
            view = self._cameras.view(camera)
            old = view.camera
            off = view.off is not None
            if off or not old.user:
                why = "is off" if off else "has no user here"
                message = f"{old.name} {why}: its password cannot be changed."
                reason = Reason.CAMERA_OFF if off else Reason.CAMERA_WITHOUT_USER
                raise ConflictError(message, reason=reason, camera=old.name)
            xaddr = await in_thread("password", partial(self._xaddr, old))
            password = _random()
            await self._database.run(store.begin, camera, password)
            try:
                give = partial(onvif.set_password, xaddr, old.user, old.password, password)
                await in_thread("password", give)
            except CameraError as error:
                log.warning("setting a password: camera=%s %s", camera, error)
            if not await self._settle(old, password):
                sentence = f"{old.name} did not take the new password; it has the one from before."
                kept = Reason.CAMERA_KEPT_PASSWORD
                raise CameraError(
                    CameraState.WRONG_PASSWORD, sentence, reason=kept, camera=old.name
                )
            return await in_thread("password", partial(_tried, old, password, xaddr))

    async def _settle(self, camera: Camera, password: Secret) -> bool:
        """Find out whether the camera has ``password``, and keep the one it has.

        Raises CameraError while it does not answer: then both are kept.
        """
        taken = await in_thread("password", partial(self._has_taken, camera, password))
        if taken:
            current = self._cameras.view(camera.id).camera
            await self._cameras.change(replace(current, password=password))
        await self._database.run(store.end, camera.id)
        return taken

    def _has_taken(self, camera: Camera, password: Secret) -> bool:
        """Ask by both ways in. Where only ONVIF took it, the old one is put back there.

        Some makers keep the users of ONVIF and those of the pictures apart.
        """
        xaddr = self._xaddr(camera)
        url, user = camera.main.url, camera.user
        if not onvif.admits(xaddr, user, password):
            return False
        if shows(url, user, password):
            return True
        onvif.set_password(xaddr, user, password, camera.password)
        return False

    def _xaddr(self, camera: Camera) -> str:
        host, _ = stream_peer(camera.main.url)
        xaddr = self._find(host)
        if xaddr is None:
            sentence = (
                f"{camera.name} does not answer to ONVIF: change its password in its own page, "
                "then type the new one here."
            )
            reason = Reason.CAMERA_WITHOUT_ONVIF
            raise CameraError(CameraState.NOT_FOUND, sentence, reason=reason, camera=camera.name)
        return xaddr

    def _openness(self, camera: Camera) -> Openness:
        nobody = Secret("")
        rtsp = _door(lambda: shows(camera.main.url, "", nobody))
        host, _ = stream_peer(camera.main.url)
        xaddr = self._find(host)
        if xaddr is None:
            return Openness(rtsp, Door.ABSENT)
        return Openness(rtsp, _door(lambda: onvif.admits(xaddr, "", nobody)))


def _door(ask: Callable[[], bool]) -> Door:
    try:
        return Door.OPEN if ask() else Door.LOCKED
    except CameraError:
        return Door.UNKNOWN


def _tried(camera: Camera, password: Secret, xaddr: str) -> NewPassword:
    """Try the old password and the makers'; a right one in between keeps accounts from locking."""
    url = camera.main.url

    def refused(user: str, wrong: Secret) -> bool:
        refuses = not shows(url, user, wrong)
        shows(url, camera.user, password)
        return refuses

    old = refused(camera.user, camera.password) and not onvif.admits(
        xaddr, camera.user, camera.password
    )
    defaults = all(refused("admin", Secret(default)) for default in DEFAULTS)
    return NewPassword(password, old_refused=old, defaults_refused=defaults)


def _random() -> Secret:
    """Return a password that every maker's rules accept: upper and lower case, and a digit."""
    while True:
        text = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if all(any(map(kind, text)) for kind in (str.isupper, str.islower, str.isdigit)):
            return Secret(text)
