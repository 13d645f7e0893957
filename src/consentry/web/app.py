"""The hub's web application: guard, errors, routes, page. Made once over an entered ``Hub``."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from consentry import __version__
from consentry.home.hub import Hub
from consentry.model.errors import ConsentryError
from consentry.web.certificate import Front
from consentry.web.challenges import Challenges
from consentry.web.context import Context
from consentry.web.errors import ErrorBoundary, answer
from consentry.web.guard import Guard
from consentry.web.limits import Limiter
from consentry.web.openapi import openapi_route
from consentry.web.porch import Porch
from consentry.web.routers import MEDIA_ROUTES, ROUTERS
from consentry.web.sessions import Sessions
from consentry.web.static import FOLDER, Page
from consentry.web.trust import PAGES as TRUST_PAGES


def create_app(hub: Hub, *, page: Path = FOLDER, front: Front | None = None) -> FastAPI:
    """Return the application over ``hub``; ``page`` is where the built page lies.

    With a ``front`` the hub speaks HTTPS, and plain HTTP from other machines stays on the porch.
    """
    porch = [Middleware(Porch, front=front)] if front is not None else []
    app = FastAPI(
        title="Consentry hub",
        version=__version__,
        # The document is served by our own route, which knows the media routes too; the docs pages
        # of FastAPI load scripts from a third party.
        openapi_url=None,
        # FastAPI would export to whatever OpenTelemetry variables the environment happens to hold.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        redirect_slashes=False,
        middleware=[
            Middleware(Guard, names=hub.config.hosts),
            *porch,
            Middleware(ErrorBoundary),
        ],
        exception_handlers={
            ConsentryError: answer,
            RequestValidationError: answer,
            WebSocketRequestValidationError: answer,
            HTTPException: answer,
        },
    )
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.router.routes.extend(media.route() for media in MEDIA_ROUTES)
    app.router.routes.append(openapi_route())
    app.router.routes.extend(TRUST_PAGES)
    app.router.routes.append(Route("/{path:path}", Page(page).__call__, methods=["GET"]))
    app.state.context = Context(
        hub=hub,
        sessions=Sessions(hub.database, hub.forward, hub.members),
        limiter=Limiter(hub.clock),
        front=front,
        challenges=Challenges(hub.clock),
    )
    return app
