"""The OpenAPI document: what FastAPI derives, the media routes it cannot see, and honest errors.

``python -m consentry.web.openapi`` prints it without starting a hub: the page's types are generated
from it. It is the same for every installation, so anybody may read it.
"""

import json
import sys
from functools import cache
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.responses import Response
from starlette.routing import Route

from consentry import __version__
from consentry.web.routers import MEDIA_ROUTES, ROUTERS


def document() -> dict[str, Any]:
    """Return the whole document."""
    described = get_openapi(
        title="Consentry hub",
        version=__version__,
        summary="Cameras, recordings, events and alerts of one household.",
        routes=[route for router in ROUTERS for route in router.routes],
    )
    for media in MEDIA_ROUTES:
        described["paths"].setdefault(media.path, {})["get"] = media.operation()
    return described


def openapi_route() -> Route:
    """Return the route that serves the document."""

    async def openapi(_: object) -> Response:
        return Response(_encoded(), media_type="application/json")

    return Route("/api/openapi.json", openapi, methods=["GET"])


@cache
def _encoded() -> bytes:
    """Return the document as JSON; making it takes 0.1 s, so not before somebody asks."""
    return json.dumps(document(), separators=(",", ":")).encode()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=2) + "\n")
