"""The one reader of settings files: TOML to a frozen ``Config``.

Everything an owner changes by clicking lives in the database; this file holds what must be known
before the database opens: where things lie and on which address the hub listens.
"""

import math
import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from consentry.model.errors import InputError

DEFAULT_PORT = 8600
FILE_NAME = "consentry.toml"
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Config:
    """How one hub is set up. All paths are absolute; ``data`` exists or will be made."""

    data: Path
    host: str = "127.0.0.1"
    """Address to listen on; "0.0.0.0" for the whole network."""
    port: int = DEFAULT_PORT
    """TCP port, 1..65535; 0 lets the system choose (tests)."""
    hosts: tuple[str, ...] = ()
    """Further names and addresses this hub is reached by; other names in ``Host`` are refused."""
    plain_http: bool = False
    """True speaks plain HTTP to the network: behind a proxy that speaks HTTPS, or at own risk."""
    certificate: Path | None = None
    """The owner's own certificate with its chain (PEM), instead of the house's authority."""
    certificate_key: Path | None = None
    """Its private key (PEM, without a password)."""
    recordings: Path | None = None
    """Where recordings go, if not in the data folder; may be another disk."""
    keep_free_gigabytes: float | None = None
    """Disk space that recordings never take (the oldest go first); by default a twentieth of the
    disk, but 0.5 to 5 GiB."""
    detect: bool = True
    """False runs no watcher and no detector: recording and live view only."""

    @property
    def recordings_folder(self) -> Path:
        """Return where recordings go."""
        return self.recordings or self.data / "recordings"


def load(data: Path, *, file: Path | None = None) -> Config:
    """Read the configuration for the data folder ``data``.

    Without ``file`` the optional ``consentry.toml`` in the data folder is read.
    Raises InputError that names file, line and key.
    """
    data = data.expanduser().absolute()
    path = file or data / FILE_NAME
    if file is None and not path.exists():
        return Config(data=data)
    return _Reader(path).config(data)


class _Reader:
    """One settings file, its text kept so that an error can name the line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            message = f"Cannot read the settings file {path}: {reason}."
            raise InputError(message) from error
        try:
            self._values: dict[str, object] = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            message = f"{path.name} is not valid TOML: {error}."
            raise InputError(message) from error

    def config(self, data: Path) -> Config:
        known = [field.name for field in fields(Config) if field.name != "data"]
        for key in self._values:
            if key not in known:
                message = f"{self._at(key)} is not a setting. Known settings: {', '.join(known)}."
                raise InputError(message)
        default = Config(data=data)
        return Config(
            data=data,
            host=self._string("host", default.host),
            port=self._port("port", default.port),
            hosts=self._strings("hosts"),
            plain_http=self._boolean("plain_http", default=default.plain_http),
            certificate=self._one_of_two("certificate", "certificate_key", data),
            certificate_key=self._one_of_two("certificate_key", "certificate", data),
            recordings=self._place("recordings", data),
            keep_free_gigabytes=self._positive("keep_free_gigabytes"),
            detect=self._boolean("detect", default=default.detect),
        )

    def _one_of_two(self, key: str, other: str, data: Path) -> Path | None:
        """Read a file's name that is of no use without the other's."""
        if key in self._values and other not in self._values:
            message = f"{self._at(key)} needs {other} beside it: the two belong together."
            raise InputError(message)
        return self._place(key, data)

    def _at(self, key: str) -> str:
        """Return ``key in FILE line N``; the line is where the key is first assigned."""
        pattern = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
        for number, line in enumerate(self._text.splitlines(), start=1):
            if pattern.match(line):
                return f"{key} in {self._path.name} line {number}"
        return f"{key} in {self._path.name}"

    def _refuse(self, key: str, wanted: str) -> InputError:
        message = f"{self._at(key)} must be {wanted}, not {self._values[key]!r}."
        return InputError(message)

    def _string(self, key: str, default: str) -> str:
        value = self._values.get(key, default)
        if not isinstance(value, str) or not value or not value.isprintable():
            raise self._refuse(key, "a text in quotes")
        return value

    def _strings(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._refuse(key, "a list of texts in quotes")
        return tuple(value)

    def _port(self, key: str, default: int) -> int:
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_PORT:
            raise self._refuse(key, f"a whole number from 0 to {_MAX_PORT}")
        return value

    def _positive(self, key: str) -> float | None:
        if key not in self._values:
            return None
        value = self._values[key]
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refuse(key, "a number of 0 or more")
        if not (value >= 0 and math.isfinite(value)):
            raise self._refuse(key, "a number of 0 or more")
        return float(value)

    def _boolean(self, key: str, *, default: bool) -> bool:
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self._refuse(key, "true or false")
        return value

    def _place(self, key: str, data: Path) -> Path | None:
        if key not in self._values:
            return None
        return data / Path(self._string(key, "")).expanduser()
