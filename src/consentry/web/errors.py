"""What goes wrong, as people and programs read it: a status, a stable code and one sentence.

``answer`` turns the error tree of ``model.errors`` into responses (and WebSocket refusals);
``ErrorBoundary`` is the last line: whatever nobody foresaw becomes a 500 with an id that the log
carries too, and nothing else about it leaves the house.
"""

import logging
import math
import secrets
import traceback
from collections.abc import Mapping
from enum import StrEnum

from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketState

from consentry.model.errors import (
    CameraError,
    ConflictError,
    ConsentryError,
    DeliveryError,
    DeniedError,
    InputError,
    IntegrityError,
    LockedError,
    NotFoundError,
    StorageError,
)
from consentry.model.secret import redact
from consentry.model.time import SECOND, Micros

_log = logging.getLogger(__name__)


class SignedOutError(ConsentryError):
    """Nobody is signed in (HTTP 401)."""

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__("Sign in first.")


class WrongCredentialsError(ConsentryError):
    """Name or password is wrong, and we don't say which (HTTP 401)."""

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__("This name and password do not belong together.")


class SecondFactorError(ConsentryError):
    """The password is right, and a code is asked for too (HTTP 401)."""

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__("Type the code of your authenticator app, or a recovery code, too.")


class WrongCodeError(ConsentryError):
    """The code of an app, or the recovery code, is wrong or was used already (HTTP 401).

    Said as such: only whoever typed the right password, or is signed in, is asked for one.
    """

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__(
            "This code is not right, or was used already. An app's code is right only while the "
            "clock of its device is."
        )


class WrongTokenError(ConsentryError):
    """The one-time token is wrong or used up (HTTP 403)."""

    def __init__(self) -> None:
        """Use the one sentence there is for it."""
        super().__init__("This is not the token the hub printed when it started.")


class LimitedError(ConsentryError):
    """Too many attempts (HTTP 429); ``wait`` is how long to stay away."""

    def __init__(self, wait: Micros) -> None:
        """Round up to whole seconds: that is what Retry-After can say."""
        self.seconds = max(1, math.ceil(wait / SECOND))
        super().__init__(f"Too many attempts. Try again in {self.seconds} s.")


class Code(StrEnum):
    """What kind of thing went wrong, for programs; the page has words for each (``error.<code>``).

    Where a person can meet several errors of one code, a ``Reason`` beside it says which it is.
    """

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    DENIED = "denied"
    CAMERA = "camera"
    DELIVERY = "delivery"
    LOCKED = "locked"
    STORAGE = "storage"
    DAMAGED = "damaged"
    FAILED = "failed"
    SIGNED_OUT = "signed_out"
    WRONG_CREDENTIALS = "wrong_credentials"
    SECOND_FACTOR = "second_factor"
    WRONG_CODE = "wrong_code"
    WRONG_TOKEN = "wrong_token"  # noqa: S105 - the name of a code
    LIMITED = "limited"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    TOO_LARGE = "too_large"
    WRONG_HOST = "wrong_host"
    WRONG_ORIGIN = "wrong_origin"
    MISSING_HEADER = "missing_header"
    NEEDS_HTTPS = "needs_https"


_STATUS: Mapping[type[ConsentryError], tuple[int, Code]] = {
    NotFoundError: (404, Code.NOT_FOUND),
    ConflictError: (409, Code.CONFLICT),
    DeniedError: (403, Code.DENIED),
    InputError: (400, Code.INVALID),
    CameraError: (424, Code.CAMERA),
    DeliveryError: (424, Code.DELIVERY),
    LockedError: (423, Code.LOCKED),
    StorageError: (503, Code.STORAGE),
    IntegrityError: (500, Code.DAMAGED),
    SignedOutError: (401, Code.SIGNED_OUT),
    WrongCredentialsError: (401, Code.WRONG_CREDENTIALS),
    SecondFactorError: (401, Code.SECOND_FACTOR),
    WrongCodeError: (401, Code.WRONG_CODE),
    WrongTokenError: (403, Code.WRONG_TOKEN),
    LimitedError: (429, Code.LIMITED),
}

_HTTP_CODES = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED, 413: Code.TOO_LARGE}
_HTTP_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not understand that method.",
    413: "The request is larger than anything this hub expects.",
}


def failure(status: int, code: Code, message: str, **headers: str) -> JSONResponse:
    """Return the one shape every error has."""
    return JSONResponse({"error": {"code": code, "message": message}}, status, headers)


def response_to(error: ConsentryError) -> JSONResponse:
    """Return status, code and sentence of an expected error."""
    status, code = next(
        (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), (500, Code.FAILED)
    )
    message = redact(str(error))
    if isinstance(error, LimitedError):
        return failure(status, code, message, **{"Retry-After": str(error.seconds)})
    told: dict[str, object] = {"code": code, "message": message}
    if isinstance(error, CameraError):
        told["state"] = error.state.value
    if error.reason is not None:
        told["reason"] = error.reason
        told["facts"] = {name: redact(fact) for name, fact in error.facts.items()}
    return JSONResponse({"error": told}, status)


_Invalid = RequestValidationError | WebSocketRequestValidationError | ValidationError


async def answer(connection: HTTPConnection, error: Exception) -> Response:
    """Answer an expected error; a WebSocket that is not open yet is refused with the same."""
    connecting = WebSocketState.CONNECTING
    if isinstance(connection, WebSocket) and connection.application_state is not connecting:
        raise error  # once it is open nothing is expected to go wrong: the boundary closes it
    match error:
        case ConsentryError():
            response = response_to(error)
        case RequestValidationError() | WebSocketRequestValidationError():
            response = failure(400, Code.INVALID, sentence(error))
        case HTTPException():
            message = _HTTP_SENTENCES.get(error.status_code, "The request cannot be answered.")
            code = _HTTP_CODES.get(error.status_code, Code.INVALID)
            response = failure(error.status_code, code, message, **(error.headers or {}))
        case _:
            raise error
    return response


def sentence(error: _Invalid) -> str:
    """Say the first thing wrong with the input in one sentence, without repeating the input."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"] if part not in {"body", "query", "path"})
    context = first.get("ctx") or {}
    match first["type"]:
        case "missing":
            return f"`{where}` is missing." if where else "The request needs a JSON body."
        case "json_invalid":
            return "The body is not valid JSON."
        case "extra_forbidden":
            return f"`{where}` is not a setting there is."
        case "literal_error" | "enum":
            return f"`{where}` must be {context['expected']}."
        case "value_error":
            return f"`{where}`: {context['error']}" if where else str(context["error"])
        case _:
            _, should, wrong = first["msg"].partition("should ")
            wrong = should + wrong if should else "is not as it must be"
            return f"`{where}` {wrong}." if where else f"The body {wrong}."


class ErrorBoundary:
    """ASGI middleware: what nobody foresaw is logged once with an id, and answered with the id."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; turn an unexpected exception into a 500 when nothing was sent yet."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the web error handler
            # Starlette wraps what it knows an answer for, but could not answer any more.
            reason = error.__cause__ or error
            if started and isinstance(reason, ConsentryError):
                _log.info("broken off: %s %s", scope["path"], reason)
                return  # the server closes the connection: it promised more bytes
            incident = secrets.token_hex(4)
            _log.error(
                "request failed: id=%s %s %s\n%s",
                incident,
                scope.get("method", "WEBSOCKET"),
                scope["path"],
                redact("".join(traceback.format_exception(error))),
            )
            if not started:
                message = f"Something failed inside the hub; its log says more under {incident}."
                await failure(500, Code.FAILED, message)(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011, "reason": incident})
