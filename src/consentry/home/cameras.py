"""The registry of cameras: what is configured, how each is doing, and changing either."""

from dataclasses import dataclass

from consentry.ingest import CameraReport, FoundDevice
from consentry.model.camera import Camera
from consentry.model.ids import CameraId
from consentry.model.secret import Secret
from consentry.model.status import CameraView


@dataclass(frozen=True, slots=True)
class NewCamera:
    """What a person types to add a camera; the streams are found by themselves."""

    name: str
    url: str
    user: str = ""
    password: Secret = Secret("")
    sub_url: str | None = None


class Cameras:
    """All cameras of the household; owned by the hub's event loop."""

    def views(self) -> tuple[CameraView, ...]:
        """Return every camera in the owner's order."""
        raise NotImplementedError

    def view(self, camera: CameraId) -> CameraView:
        """Return one camera. Raises NotFoundError."""
        raise NotImplementedError

    def named(self, name: str) -> CameraView:
        """Return the camera called ``name``. Raises NotFoundError."""
        raise NotImplementedError

    async def add(self, new: NewCamera, *, check: bool = True) -> CameraView:
        """Add a camera and start recording it.

        With ``check`` its streams are opened first (CameraError says what is wrong, nothing is
        added). Raises ConflictError for a name that is taken.
        """
        raise NotImplementedError

    async def change(self, camera: Camera) -> CameraView:
        """Put the changed ``camera`` in force, restarting only what the change touches."""
        raise NotImplementedError

    async def remove(self, camera: CameraId) -> None:
        """Remove the camera with its recordings and events, for good."""
        raise NotImplementedError

    async def probe(self, url: str, user: str = "", password: Secret = Secret("")) -> CameraReport:
        """Open the streams at ``url`` and report. Raises CameraError, InputError."""
        raise NotImplementedError

    async def discover(self) -> list[FoundDevice]:
        """Ask the network for ONVIF cameras; takes about three seconds."""
        raise NotImplementedError

    async def snooze(self, camera: CameraId, minutes: int) -> CameraView:
        """Raise no alert for ``minutes`` (0 ends it)."""
        raise NotImplementedError

    async def snapshot(self, camera: CameraId, *, width: int | None = None) -> bytes:
        """Return the newest picture as JPEG. Raises NotFoundError, CameraError when offline."""
        raise NotImplementedError
