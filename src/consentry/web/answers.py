"""The errors each route may answer, for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from consentry.web.schema.base import ErrorAnswer

_MEANING: Mapping[int, str] = {
    400: "The request cannot be done as asked; the sentence says what to change.",
    401: "Nobody is signed in.",
    403: "No right to this.",
    404: "The named thing does not exist.",
    409: "It exists already, or is not in a state that allows this.",
    423: "The recordings are locked: somebody must type a password first (POST /api/unlock).",
    424: "The camera (`state` says how) or a notification service did not do its part.",
    429: "Too many attempts; Retry-After says how long to wait.",
}

Responses = dict[int | str, dict[str, Any]]


def failures(*statuses: int) -> Responses:
    """Describe the errors of a route: those named, and whatever else may go wrong anywhere."""
    described: Responses = {
        status: {"model": ErrorAnswer, "description": _MEANING[status]} for status in statuses
    }
    described["default"] = {"model": ErrorAnswer, "description": "Anything else, as one sentence."}
    return described


SIGNED = (400, 401, 403, 404)
"""What any route that needs a session may answer."""
