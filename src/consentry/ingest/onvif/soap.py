"""SOAP calls to a device: WS-UsernameToken digest, and HTTP digest where a maker insists on it.

Sources: ONVIF Core 21.12 5.9.4; WS-Security UsernameToken Profile 1.0.
"""

import base64
import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx

from consentry.ingest.onvif.document import MAX_BYTES, first, parse, text
from consentry.model.errors import CameraError, CameraState, InputError
from consentry.model.secret import Secret

_ENVELOPE = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">'
    "<s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
)
_WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_DIGEST = f"{_WSSE}-username-token-profile-1.0#PasswordDigest"


class SoapClient:
    """Calls to one device.

    ``skew`` (the device's clock minus ours) goes into the tokens: devices refuse tokens that are
    minutes off their own clock. Certificates are not checked: cameras sign their own.
    """

    def __init__(self, user: str, password: Secret, *, timeout: float) -> None:
        """Connect to nothing yet. No proxy, no redirects: the device is in this network."""
        self.skew = timedelta()
        self._user = user
        self._password = password
        self._http = httpx.Client(timeout=timeout, trust_env=False, verify=False)  # noqa: S501

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def call(self, url: str, body: str, *, signed: bool) -> Element:
        """Send one request and return the answer's Body.

        Raises CameraError WRONG_PASSWORD when the device refuses the user, UNREACHABLE when it
        does not answer, NOT_FOUND when what answers is no ONVIF service.
        """
        header = self._token() if signed and self._user else ""
        request = _ENVELOPE.format(header=header, body=body).encode()
        try:
            status, data = self._post(url, request)
            if status == HTTPStatus.UNAUTHORIZED and self._user and self._http.auth is None:
                # From now on: it remembers the challenge, and calls cost one round trip again.
                self._http.auth = httpx.DigestAuth(self._user, self._password.reveal())
                status, data = self._post(url, request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            sentence = f"No ONVIF service answers at {url}."
            raise CameraError(CameraState.UNREACHABLE, sentence) from error
        return self._body(url, status, data)

    def _post(self, url: str, request: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/soap+xml; charset=utf-8"}
        data = b""
        with self._http.stream("POST", url, content=request, headers=headers) as response:
            for chunk in response.iter_bytes():
                data += chunk
                if len(data) > MAX_BYTES:
                    break
        return response.status_code, data

    def _body(self, url: str, status: int, data: bytes) -> Element:
        wrong = CameraError(
            CameraState.WRONG_PASSWORD, "The camera refuses this user name and password for ONVIF."
        )
        if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise wrong
        try:
            body = first(parse(data), "Body")
        except InputError as error:
            sentence = f"What answers at {url} is no ONVIF service."
            raise CameraError(CameraState.NOT_FOUND, sentence) from error
        fault = first(body, "Fault") if body is not None else None
        if body is None or fault is not None:
            reason = text(fault, "Text")
            if "author" in (reason + text(fault, "Subcode")).lower():
                raise wrong
            sentence = f"The camera's ONVIF service refuses: {reason[:200] or 'no reason given'}."
            raise CameraError(CameraState.NOT_FOUND, sentence)
        return body

    def _token(self) -> str:
        """Return a UsernameToken: digest = base64(sha1(nonce + created + password))."""
        nonce = secrets.token_bytes(16)
        created = (datetime.now(UTC) + self.skew).strftime("%Y-%m-%dT%H:%M:%SZ")
        secret = nonce + created.encode() + self._password.reveal().encode()
        digest = base64.b64encode(hashlib.sha1(secret).digest()).decode()  # noqa: S324 - the standard's
        return (
            f'<w:Security xmlns:w="{_WSSE}-wssecurity-secext-1.0.xsd"><w:UsernameToken>'
            f"<w:Username>{escape(self._user)}</w:Username>"
            f'<w:Password Type="{_DIGEST}">{digest}</w:Password>'
            f"<w:Nonce>{base64.b64encode(nonce).decode()}</w:Nonce>"
            f'<u:Created xmlns:u="{_WSSE}-wssecurity-utility-1.0.xsd">{created}</u:Created>'
            "</w:UsernameToken></w:Security>"
        )
