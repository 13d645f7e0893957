"""Media routes: plain Starlette, so that no byte passes a serializer, yet checked and documented.

A ``MediaRoute`` reads its query with a pydantic model and describes itself for the OpenAPI document
from the same model.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from consentry.model.errors import DeniedError, InputError
from consentry.model.ids import CameraId
from consentry.model.rights import Action, Caller
from consentry.web.answers import SIGNED, failures
from consentry.web.context import Context, caller_of, context_of
from consentry.web.errors import sentence
from consentry.web.schema.base import Query

Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True)
class Asked(Generic[Q]):
    """One request for media: by whom, for what."""

    context: Context
    caller: Caller
    id: str
    query: Q
    request: Request

    async def stream(
        self, chunks: Iterator[bytes], action: Action, camera: CameraId
    ) -> AsyncGenerator[bytes]:
        """Return ``chunks`` as a stream, the first one read; it breaks off when the right ends."""
        return self._while_allowed(await self.context.readers.stream(chunks), action, camera)

    async def _while_allowed(
        self, chunks: AsyncGenerator[bytes], action: Action, camera: CameraId
    ) -> AsyncGenerator[bytes]:
        async with aclosing(chunks):
            async for chunk in chunks:
                now = self.context.sessions.current(self.caller)
                _ = self.context.hub.keyring.household  # locked meanwhile: no further byte
                if now is None or not self.context.allow(now, action, camera):
                    message = "The right to this ended while it was sent."
                    raise DeniedError(message)
                yield chunk


@dataclass(frozen=True, slots=True)
class MediaRoute(Generic[Q]):
    """A route that answers bytes; ``path`` names one thing in braces."""

    path: str
    query: type[Q]
    answer: Callable[[Asked[Q]], Awaitable[Response]]
    media_type: str
    also: tuple[int, ...] = ()
    headers: Mapping[str, str] | None = None
    """Headers worth documenting, with what they mean."""

    def route(self) -> Route:
        """Return what Starlette serves."""

        async def endpoint(request: Request) -> Response:
            caller = await caller_of(request)
            query = _read(self.query, request)
            (named,) = request.path_params.values()
            return await self.answer(Asked(context_of(request), caller, str(named), query, request))

        route = Route(self.path, endpoint, methods=["GET"], include_in_schema=False)
        route.methods = {"GET"}  # Starlette adds HEAD, which would decrypt a film to throw it away
        return route

    @property
    def _named(self) -> str:
        return self.path.partition("{")[2].partition("}")[0]

    def operation(self) -> dict[str, Any]:
        """Return the OpenAPI operation of this route."""
        schema = self.query.model_json_schema(ref_template="#/components/schemas/{model}")
        required = schema.get("required", [])
        definitions = schema.get("$defs", {})
        parameters = [
            {"name": self._named, "in": "path", "required": True, "schema": {"type": "string"}},
            *(
                {
                    "name": name,
                    "in": "query",
                    "required": name in required,
                    "schema": _inlined(described, definitions),
                }
                for name, described in schema["properties"].items()
            ),
        ]
        success: dict[str, Any] = {
            "description": "The bytes.",
            "content": {self.media_type: {"schema": {"type": "string", "format": "binary"}}},
        }
        if self.headers:
            success["headers"] = {
                name: {"description": meaning, "schema": {"type": "string"}}
                for name, meaning in self.headers.items()
            }
        summary = (self.answer.__doc__ or "").partition("\n")[0]
        responses = {"200": success}
        for status, described in failures(*SIGNED, 423, *self.also).items():
            responses[str(status)] = {
                "description": described["description"],
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}
                },
            }
        return {
            "tags": ["media"],
            "summary": summary,
            "operationId": self.answer.__name__,
            "parameters": parameters,
            "responses": responses,
        }


def _read(model: type[Q], request: Request) -> Q:
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise InputError(sentence(error)) from error


def _inlined(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Put enums, which pydantic keeps apart, where they are used."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    rest = {key: value for key, value in schema.items() if key != "$ref"}
    inlined: dict[str, Any] = definitions[reference.rpartition("/")[2]] | rest
    return inlined
