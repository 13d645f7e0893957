"""Errors as people and programs read them."""

import json
import logging

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from consentry.model.errors import (
    CameraError,
    CameraState,
    ConflictError,
    ConsentryError,
    DeliveryError,
    DeniedError,
    InputError,
    IntegrityError,
    NotFoundError,
    Reason,
    StorageError,
)
from consentry.model.time import Micros
from consentry.web import errors
from consentry.web.errors import (
    ErrorBoundary,
    LimitedError,
    SignedOutError,
    WrongCodeError,
    WrongCredentialsError,
    WrongTokenError,
    response_to,
)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InputError("x."), 400, b"invalid"),
        (NotFoundError("x."), 404, b"not_found"),
        (ConflictError("x."), 409, b"conflict"),
        (DeniedError("x."), 403, b"denied"),
        (CameraError(CameraState.WRONG_PASSWORD, "x."), 424, b"wrong_password"),
        (DeliveryError("x."), 424, b"delivery"),
        (StorageError("x."), 503, b"storage"),
        (IntegrityError("x."), 500, b"damaged"),
        (SignedOutError(), 401, b"signed_out"),
        (WrongCredentialsError(), 401, b"wrong_credentials"),
        (WrongCodeError(), 401, b"wrong_code"),
        (WrongTokenError(), 403, b"wrong_token"),
        (LimitedError(Micros(1_500_000)), 429, b"limited"),
        (ConsentryError("x."), 500, b"failed"),
    ],
)
def test_each_error_has_its_status_and_code(
    error: ConsentryError, status: int, code: bytes
) -> None:
    """Status for HTTP, code for programs, the sentence for people."""
    response = response_to(error)
    assert response.status_code == status
    assert code in bytes(response.body)
    assert str(error).encode() in bytes(response.body)


def test_every_error_there_is_has_a_status() -> None:
    """A new kind of error in the tree is mapped, or inherits its parent's answer."""
    kinds = [ConsentryError]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    assert len(kinds) > 10
    for kind in kinds:
        if kind is not ConsentryError:
            assert any(parent in errors._STATUS for parent in kind.__mro__), kind


def test_the_reason_and_its_facts_are_told_without_passwords() -> None:
    """The page says in its own words which conflict it is, and fills in the redacted facts."""
    name = "rtsp://ada:hunter2@192.0.2.1/x"
    error = ConflictError("x.", reason=Reason.CAMERA_NAME_TAKEN, name=name)
    told = json.loads(bytes(response_to(error).body))["error"]
    assert (told["code"], told["reason"]) == ("conflict", "camera_name_taken")
    assert told["facts"]["name"].endswith("192.0.2.1/x")
    assert "hunter2" not in told["facts"]["name"]


def test_waiting_is_told_in_whole_seconds() -> None:
    """Retry-After is rounded up, so that trying again then works."""
    assert response_to(LimitedError(Micros(1_500_000))).headers["retry-after"] == "2"


def test_no_answer_carries_a_password() -> None:
    """Whatever libav put into its exception, the answer is redacted."""
    error = CameraError(CameraState.REFUSED, "rtsp://ada:hunter2@192.0.2.1/x refused.")
    assert b"hunter2" not in bytes(response_to(error).body)


async def test_the_unforeseen_is_logged_once_and_told_by_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The answer names an id and nothing else; the log has the id and the trace, redacted."""

    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        message = "boom at rtsp://ada:hunter2@192.0.2.1/x"
        raise ValueError(message)

    transport = httpx.ASGITransport(ErrorBoundary(broken))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        with caplog.at_level(logging.ERROR):
            answer = await client.get("/api/broken?token=secret")
    (record,) = (record for record in caplog.records if record.name == errors.__name__)
    logged = record.getMessage()
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "failed"
    incident = answer.json()["error"]["message"].removesuffix(".").rpartition(" ")[2]
    assert f"id={incident}" in logged
    assert "boom" in logged
    assert "boom" not in answer.text
    assert "hunter2" not in logged
    assert "token=secret" not in logged
