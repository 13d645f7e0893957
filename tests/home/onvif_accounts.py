"""The ONVIF side of a simulated camera: accounts that sign with tokens, and SetUser.

What may go wrong on the way can be declared: the answer is lost though the password was taken, the
password is refused, or the users of ONVIF are not those of the pictures.
"""

import base64
import contextlib
import hashlib
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_REFUSED = "<Fault><Subcode>ter:NotAuthorized</Subcode><Reason><Text>no</Text></Reason></Fault>"


@dataclass
class Accounts:
    """Who is let in, and what is wrong with the device."""

    passwords: dict[str, str]
    level: str = "Operator"
    is_open: bool = False
    """Answers everybody."""
    refuses_changes: bool = False
    loses_answers: bool = False
    changed: Callable[[str], None] = field(default=lambda _: None)
    """Told of every new password: the pictures' side of the camera."""
    levels: list[str] = field(default_factory=list)
    """What users were made by SetUser."""
    xaddr: str = ""

    def lets_in(self, envelope: str) -> bool:
        """Check a UsernameToken: base64(sha1(nonce + created + password))."""
        if self.is_open:
            return True
        user, digest, nonce, created = (
            found[1] if (found := re.search(rf"<\w:{tag}(?: [^>]*)?>([^<]*)<", envelope)) else ""
            for tag in ("Username", "Password", "Nonce", "Created")
        )
        password = self.passwords.get(user)
        if password is None:
            return False
        secret = base64.b64decode(nonce) + created.encode() + password.encode()
        return base64.b64encode(hashlib.sha1(secret, usedforsecurity=False).digest()).decode() == (
            digest
        )

    def answer(self, envelope: str) -> str | None:
        """Return the answer's body; None for one that is lost on the way."""
        body = envelope.partition("Body>")[2]
        if "GetSystemDateAndTime" in body:
            return "<GetSystemDateAndTimeResponse/>"
        if not self.lets_in(envelope):
            return _REFUSED
        if "<SetUser" in body:
            return self._set_user(body)
        users = "".join(
            f"<User><Username>{user}</Username><UserLevel>{self.level}</UserLevel></User>"
            for user in self.passwords
        )
        return f"<Response><Model>Sim</Model>{users}</Response>"

    def _set_user(self, body: str) -> str | None:
        if self.refuses_changes:
            return "<Fault><Reason><Text>Password too weak</Text></Reason></Fault>"
        user, password, level = re.findall(r"<(?:Username|Password|UserLevel)[^>]*>([^<]*)<", body)
        self.passwords[user] = password
        self.levels.append(level)
        self.changed(password)
        return None if self.loses_answers else "<SetUserResponse/>"


class _Handler(BaseHTTPRequestHandler):
    """Answers SOAP."""

    accounts: Accounts

    def do_POST(self) -> None:
        """Answer one question."""
        envelope = self.rfile.read(int(self.headers["Content-Length"])).decode()
        inner = self.accounts.answer(envelope)
        if inner is None:
            return
        data = f"<Envelope><Body>{inner}</Body></Envelope>".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
        """Say nothing."""


@contextlib.contextmanager
def serving(accounts: Accounts) -> Iterator[Accounts]:
    """Serve the accounts on loopback; ``xaddr`` says where."""
    handler = type("Handler", (_Handler,), {"accounts": accounts})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        accounts.xaddr = f"http://127.0.0.1:{server.server_port}/onvif/device_service"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield accounts
        finally:
            server.shutdown()
            thread.join()
