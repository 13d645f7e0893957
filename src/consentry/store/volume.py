"""The disk that recordings lie on, known by the random id in its ``volume.id`` file.

A mount point without its disk is an empty folder on the root disk. Recording into it would fill
the root disk, so ``verify`` comes before every new segment and insists on the id file.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from consentry.model.errors import StorageError
from consentry.model.ids import CameraId, SegmentId, random_id
from consentry.model.media import StreamName
from consentry.seal.key_file import sync_folder

ID_FILE = "volume.id"
LEAST_FREE = 256 * 1024 * 1024
"""Bytes that stay free whatever happens: a full disk breaks the database too."""


@dataclass(frozen=True, slots=True)
class Space:
    """Bytes of a file system, as an unprivileged user may use them."""

    free: int
    total: int

    @property
    def floor(self) -> int:
        """Bytes that retention keeps free: a twentieth of the disk, 512 MiB to 5 GiB."""
        return max(2 * LEAST_FREE, min(5 * 2**30, self.total // 20))


@dataclass(frozen=True, slots=True)
class Volume:
    """A folder for recordings and the id that its disk must carry. Cheap to send to a process."""

    path: Path
    id: str

    @classmethod
    def create(cls, path: Path) -> "Volume":
        """Make the folder and its id file: only at the first start, or at the owner's word."""
        volume = cls(path, random_id())
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (path / ID_FILE).open("x", encoding="ascii") as file:
                file.write(volume.id + "\n")
                file.flush()
                os.fsync(file.fileno())
            sync_folder(path)
        except OSError as error:
            raise cannot_write(path, error) from error
        return volume

    @staticmethod
    def id_at(path: Path) -> str | None:
        """Return the id on the disk at ``path``, None when there is none."""
        try:
            return (path / ID_FILE).read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            message = f"The recording disk at {path} cannot be read: {error}."
            raise StorageError(message) from error

    def verify(self) -> None:
        """Raise StorageError unless the right disk is there (one read of a 17-byte file)."""
        found = self.id_at(self.path)
        if found is None:
            message = (
                f"The recording disk is not mounted at {self.path}: "
                f"its {ID_FILE} is missing, so nothing is written there."
            )
            raise StorageError(message)
        if found != self.id:
            message = (
                f"Another disk is mounted at {self.path} (volume {found or 'without id'}, "
                f"expected {self.id}): nothing is written there."
            )
            raise StorageError(message)

    def require_space(self) -> None:
        """Raise StorageError when less than ``LEAST_FREE`` bytes are free."""
        if self.space().free < LEAST_FREE:
            raise _full(self.path)

    def space(self) -> Space:
        """Return free and total bytes of the disk."""
        try:
            status = os.statvfs(self.path)
        except OSError as error:
            message = f"The recording disk at {self.path} cannot be asked: {error.strerror}."
            raise StorageError(message) from error
        return Space(status.f_bavail * status.f_frsize, status.f_blocks * status.f_frsize)

    def segment_path(self, camera: CameraId, stream: StreamName, segment: SegmentId) -> Path:
        """Return where a segment's file lies."""
        return self.path / relative_path(camera, stream, segment)


def relative_path(camera: CameraId, stream: StreamName, segment: SegmentId) -> str:
    """Return a segment file's path below its volume."""
    return f"{camera}/{stream.value}/{segment}.seg"


def cannot_write(path: Path, error: OSError) -> StorageError:
    """Say in one sentence why the disk doesn't take bytes."""
    match error:
        case FileExistsError():
            return StorageError(f"{path} already carries a {ID_FILE}.")
        case OSError(errno=30):  # EROFS
            return StorageError(f"The recording disk at {path} is read-only: check the disk.")
        case PermissionError():
            return StorageError(f"The folder {path} cannot be written: check who owns it.")
        case OSError(errno=28) | OSError(errno=122) | OSError(errno=27):  # ENOSPC, EDQUOT, EFBIG
            return _full(path)
        case _:
            return StorageError(f"The recording disk at {path} fails: {error.strerror or error}.")


def _full(path: Path) -> StorageError:
    return StorageError(
        f"The recording disk at {path} is full: recording pauses until there is room."
    )
