"""Routes by which a device learns to trust this hub's authority. Open to everybody.

They are all that plain HTTP answers to other machines (``porch.py``), so nothing secret is here:
the authority's certificate is public, and its fingerprint stands on the hub's terminal too.
"""

import asyncio
import io
from collections.abc import Mapping
from html import escape
from pathlib import Path
from string import Template

import segno
from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from consentry.model.errors import ConflictError
from consentry.model.rights import Action
from consentry.model.settings import Language
from consentry.web.answers import failures
from consentry.web.certificate import Identity, Trust, rows
from consentry.web.context import Ctx, Signed, context_of
from consentry.web.errors import Code, failure
from consentry.web.guard import OWNER
from consentry.web.house_certificate import HouseCertificate
from consentry.web.schema import trust as schema

FOLDER = Path(__file__).parent / "trust_page"

router = APIRouter(prefix="/api/trust", tags=["trust"])


@router.get("", responses=failures())
async def get_trust(context: Ctx, request: Request) -> schema.TrustAnswer:
    """Tell how browsers know this hub, and what a phone must compare. Open to everybody."""
    return schema.trust(context.front, port=_port(request))


@router.post("/renew", responses=failures(401, 403, 409))
async def renew_trust(context: Ctx, caller: Signed, request: Request) -> schema.TrustAnswer:
    """Make a new authority for the names and addresses of today: all devices must trust it anew."""
    context.demand(caller, Action.HOUSE)
    certificate = context.front.certificate if context.front is not None else None
    if not isinstance(certificate, HouseCertificate):
        message = "There is no authority to renew: this hub shows no certificate of its own."
        raise ConflictError(message)
    await asyncio.to_thread(certificate.renew)
    return schema.trust(context.front, port=_port(request))


def _port(connection: HTTPConnection) -> int | None:
    """Return the port by which somebody reached us; None over the control socket."""
    if connection.scope.get(OWNER):
        return None
    return connection.url.port or {"http": 80, "https": 443}[connection.url.scheme]


async def _page(request: Request) -> Response:
    """Answer the page itself, in the reader's language."""
    front = context_of(request).front
    if front is None or front.certificate.identity.trust is not Trust.HOUSEHOLD:
        return RedirectResponse("/", 307)
    page = front.trust_page(_port(request)) or ""
    written = _written(_language(request), front.certificate.identity, page)
    return Response(written, media_type="text/html", headers={"Cache-Control": "no-store"})


async def _file(request: Request) -> Response:
    """Answer what the page is made of, and what it hands out."""
    front = context_of(request).front
    identity = front.certificate.identity if front is not None else None
    name = request.path_params["file"]
    if front is None or identity is None or identity.root is None or name not in _FILES:
        return failure(404, Code.NOT_FOUND, "There is nothing at this address.")
    match name:
        case "consentry.crt":
            body = identity.root
        case "qr.svg":
            body = qr_svg(front.trust_page(_port(request)) or "")
        case "seen":
            # Asked for by the page on plain HTTP: an answer means that the device trusts us.
            headers = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "no-store"}
            return Response(status_code=204, headers=headers)
        case _:
            body = (FOLDER / name).read_bytes()
    return Response(body, media_type=_FILES[name])


_FILES = {
    # The type by which iPhones and Androids know what to do with it.
    "consentry.crt": "application/x-x509-ca-cert",
    "qr.svg": "image/svg+xml",
    "seen": "",
    "page.css": "text/css",
    "page.js": "text/javascript",
}

PAGES = (
    Route("/trust", _page, methods=["GET"]),
    Route("/trust/{file}", _file, methods=["GET"]),
)


def qr_svg(text: str) -> bytes:
    """Return ``text`` as a QR code that scales to any size."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=2, xmldecl=False, omitsize=True)
    return out.getvalue()


def _language(request: Request) -> Language:
    """Return the language asked for, or the first known one that the browser prefers."""
    asked = request.query_params.get("lang", "")
    preferred = request.headers.get("accept-language", "").split(",")
    for tag in (asked, *preferred):
        code = tag.strip()[:2].lower()
        if code in {language.value for language in Language}:
            return Language(code)
    return Language.ENGLISH


def _written(language: Language, identity: Identity, page: str) -> str:
    values: Mapping[str, str] = {
        "fingerprint": "<br>".join(rows(identity.fingerprint or "")),
        "names": escape(", ".join((*identity.names, *identity.addresses))),
        "page": escape(page),
    }
    template = Template((FOLDER / f"{language.value}.html").read_text("utf-8"))
    return template.substitute(values)
