"""Finding a camera's main and sub stream, from as little as its address.

ONVIF is asked first wherever no stream is named: it knows. Else the makers' usual paths are tried.
A stream counts only after it was looked at.
"""

import contextlib
import socket
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from urllib.parse import urlsplit

from consentry.ingest import onvif
from consentry.ingest.dial import resolve
from consentry.ingest.probe import probe, skew_advice
from consentry.ingest.stream_paths import MAIN_PATHS, sub_guesses
from consentry.model.camera import stream_peer
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.probe import Advice, AdviceCode, CameraReport, StreamReport
from consentry.model.secret import Secret, split_credentials
from consentry.thread import aside

_ONVIF_SECONDS = 4.0
_KNOCK_SECONDS = 1.0  # a device in this network answers within milliseconds
_WATCHABLE = 640 * 360  # pixels that are enough for watching; the sub stream nearest to it is best


def find_streams(
    url: str, user: str, password: Secret, timeout: float = 10.0, *, sub_url: str | None = None
) -> CameraReport:
    """Look at a camera named by host, ONVIF address (http) or stream URL (rtsp, rtsps).

    No other second stream is looked for where ``sub_url`` names one. ``timeout`` is for each
    connection. Blocks, up to a minute with a camera that answers slowly. Raises CameraError with
    what is wrong, InputError for an address of another kind. Credentials inside ``url`` are used
    when none are given.
    """
    bare, url_user, url_password = split_credentials(url.strip())
    if not user:
        user, password = url_user, url_password
    named = split_credentials(sub_url.strip())[0] if sub_url else None
    if named is not None:
        stream_peer(named)
    finder = _Finder(user, password, timeout, named)
    parts = urlsplit(bare)
    match parts.scheme:
        case "rtsp" | "rtsps" if parts.path not in {"", "/"}:
            stream_peer(bare)
            return finder.by_stream(bare)
        case "rtsp" | "rtsps":
            return finder.by_host(parts.hostname or "", stream_base=bare.rstrip("/"))
        case "http" | "https":
            return finder.by_xaddr(bare)
        case scheme if "://" in bare:
            message = f"Only rtsp and rtsps addresses of cameras are known, not {scheme}."
            raise InputError(message)
    host = urlsplit(f"rtsp://{bare}")
    return finder.by_host(host.hostname or "", stream_base=f"rtsp://{host.netloc}")


class _Finder:
    """One search with its credentials."""

    def __init__(self, user: str, password: Secret, timeout: float, sub_url: str | None) -> None:
        self._user = user
        self._password = password
        self._timeout = timeout
        self._sub_url = sub_url

    def by_stream(self, url: str) -> CameraReport:
        """Look at the named main stream, then for its sub stream.

        One after the other, because cameras lock an account after a few wrong passwords.
        """
        main = self._probe(url)
        if self._sub_url is not None:
            return _camera(main, self._probe(self._sub_url), None)
        asked = aside("onvif", partial(self._onvif, urlsplit(url).hostname or ""))
        sub = self._first_smaller(sub_guesses(url), main)
        device = asked.result()
        if sub is None and device is not None:
            sub = self._first_smaller(_watching_order(device.profiles), main)
        return _camera(main, sub, device)

    def by_xaddr(self, xaddr: str) -> CameraReport:
        """Ask the ONVIF service at ``xaddr``."""
        device = onvif.ask(xaddr, self._user, self._password, timeout=self._timeout)
        return self._from_profiles(device)

    def by_host(self, host: str, *, stream_base: str) -> CameraReport:
        """Ask for ONVIF at the usual ports, then try the usual paths."""
        resolve(*stream_peer(stream_base))
        device = self._onvif(host)
        if device is not None and device.profiles:
            return self._from_profiles(device)
        missing: CameraError | None = None
        for path in MAIN_PATHS:
            try:
                main = self._probe(stream_base + path)
            except CameraError as error:
                if error.state is not CameraState.NOT_FOUND:
                    raise
                missing = error
            else:
                return _camera(main, self._first_smaller(sub_guesses(main.url), main), device)
        sentence = (
            f"{host} speaks RTSP, but has no stream at the usual paths; give the full address."
        )
        raise CameraError(CameraState.NOT_FOUND, sentence) from missing

    def _from_profiles(self, device: onvif.Device) -> CameraReport:
        profiles = sorted(device.profiles, key=lambda profile: -profile.width * profile.height)
        if not profiles:
            sentence = "The camera speaks ONVIF but names no video stream."
            raise CameraError(CameraState.NO_VIDEO, sentence)
        main = self._probe(profiles[0].url)
        return _camera(main, self._first_smaller(_watching_order(profiles[1:]), main), device)

    def _onvif(self, host: str) -> onvif.Device | None:
        """Ask at the usual ports, all at once; None when nobody speaks ONVIF there."""
        asked = [aside("onvif", partial(self._onvif_at, host, port)) for port in onvif.PORTS]
        answers = [answer.result() for answer in asked]
        return next((device for device in answers if device is not None), None)

    def _onvif_at(self, host: str, port: int) -> onvif.Device | None:
        shown = f"[{host}]" if ":" in host else host
        xaddr = f"http://{shown}:{port}/onvif/device_service"
        try:
            socket.create_connection((host, port), timeout=_KNOCK_SECONDS).close()
            return onvif.ask(xaddr, self._user, self._password, timeout=_ONVIF_SECONDS)
        except (OSError, CameraError):
            return None  # a wrong password too: ONVIF users may be others than RTSP's

    def _probe(self, url: str) -> StreamReport:
        return probe(url, self._user, self._password, self._timeout)

    def _first_smaller(self, urls: Iterable[str], main: StreamReport) -> StreamReport | None:
        """Return the first stream that works and is smaller than ``main``; the named one anyway.

        Many cameras answer any path with their main stream.
        """
        if self._sub_url is not None:
            return self._probe(self._sub_url)
        for url in urls:
            with contextlib.suppress(CameraError):
                report = self._probe(url)
                if report.width * report.height < main.width * main.height:
                    return report
        return None


def _watching_order(profiles: Iterable[onvif.Profile]) -> list[str]:
    """Return the profiles' URLs, best for watching first: H.264, and near 640x360."""
    ranked = sorted(
        profiles,
        key=lambda profile: (
            "264" not in profile.encoding,
            abs(profile.width * profile.height - _WATCHABLE),
        ),
    )
    return [profile.url for profile in ranked]


def _camera(
    main: StreamReport, sub: StreamReport | None, device: onvif.Device | None
) -> CameraReport:
    advice: list[Advice] = []
    if main.clock_skew is None and device is not None and device.clock_skew is not None:
        main = replace(main, clock_skew=device.clock_skew)
        advice += skew_advice(device.clock_skew)
    if sub is None:
        sentence = (
            "No second, smaller stream was found: switch on the camera's sub stream, or watching "
            "for motion must decode the large one, which costs about ten times as much."
        )
        advice.append(Advice(AdviceCode.NO_SUB, sentence))
    if main.codec == "hevc" and (sub is None or sub.codec == "hevc"):
        sentence = "Not every browser plays H.265: set the sub stream to H.264."
        advice.append(Advice(AdviceCode.H265_ONLY, sentence))
    return CameraReport(main, sub, device.name if device is not None else "", tuple(advice))
