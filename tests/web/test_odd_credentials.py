"""Whatever is shown at the door that is no credential of ours: refused, never a 500."""

import base64
import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.browsers import browser_at
from tests.web.doorstep import Doorstep

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_CLIENT = st.dictionaries(st.sampled_from(["challenge", "type", "origin"]), _JSON).map(
    lambda data: base64.urlsafe_b64encode(json.dumps(data).encode()).decode()
)
_CREDENTIAL = st.fixed_dictionaries(
    {},
    optional={
        "id": _JSON,
        "rawId": _JSON,
        "type": _JSON | st.just("public-key"),
        "response": _JSON | st.fixed_dictionaries({"clientDataJSON": _JSON | _CLIENT}),
    },
)
_HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60)
_odd = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_odd
@given(header=_HEADER, bearer=st.booleans())
async def test_odd_tokens_let_nobody_in(door: Doorstep, header: str, *, bearer: bool) -> None:
    """Any text in the header or the cookie is nobody, also beside a good cookie."""
    shown = f"Bearer {header}" if bearer else header
    answer = await door.owner.get("/api/cameras", headers={"Authorization": shown})
    assert answer.status_code == 401
    async with door.browser() as stranger:
        cookie = {"Cookie": f"consentry_session_8600={header}"}
        assert (await stranger.get("/api/cameras", headers=cookie)).status_code == 401


@_odd
@given(credential=_CREDENTIAL)
async def test_odd_passkeys_let_nobody_in(door: Doorstep, credential: dict[str, object]) -> None:
    """Any JSON is refused like a wrong password; as a new passkey too."""
    door.app.state.context.limiter.succeeded("192.0.2.66")
    body = {"credential": credential}
    async with door.browser() as stranger:
        answer = await stranger.post("/api/login/passkey", json=body)
        assert answer.status_code == 401, answer.text
    named = {"name": "Phone", **body}
    made = await door.owner.post("/api/sign-in/passkeys", json=named)
    assert made.status_code in {400, 401}, made.text


_NAME = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=40)
_ANSWER = st.dictionaries(
    st.sampled_from(["authenticatorData", "signature", "userHandle", "attestationObject"]), _JSON
)


@_odd
@given(name=_NAME, answer=_ANSWER)
async def test_odd_answers_to_our_challenge_let_nobody_in(
    door: Doorstep, name: str, answer: dict[str, object]
) -> None:
    """A passkey that nobody has, however it is called: unknown at the door, and to its owner."""
    door.app.state.context.limiter.succeeded("192.0.2.66")
    async with browser_at(door.app, "192.0.2.66", host="localhost") as stranger:
        asked = (await stranger.post("/api/login/passkey/options")).json()
        client = {"challenge": asked["challenge"], "type": "webauthn.get"}
        shown = base64.urlsafe_b64encode(json.dumps(client).encode()).decode()
        response = {**answer, "clientDataJSON": shown}
        credential = {"id": name, "rawId": name, "type": "public-key", "response": response}
        refused = await stranger.post("/api/login/passkey", json={"credential": credential})
        assert refused.status_code == 401, refused.text
    removed = await door.owner.delete(f"/api/sign-in/passkeys/{name}")
    assert removed.status_code == 404, removed.text


@_odd
@given(code=st.text(max_size=64))
async def test_odd_codes_are_wrong_codes(door: Doorstep, code: str) -> None:
    """Letters of any script, none at all: never a 500."""
    context = door.app.state.context
    context.limiter.succeeded("192.0.2.10")
    await door.owner.post("/api/sign-in/totp", json={"password": "correct horse"})
    answer = await door.owner.put("/api/sign-in/totp", json={"code": code})
    assert answer.status_code in {400, 401}, answer.text


@pytest.mark.parametrize("path", ["/api/join/look", "/api/join"])
@_odd
@given(token=st.text(max_size=256))
async def test_odd_invitations_let_nobody_in(door: Doorstep, path: str, token: str) -> None:
    """Unknown ones, and what is no token at all."""
    door.app.state.context.limiter.succeeded("192.0.2.66")
    body = {"token": token}
    if path == "/api/join":
        body |= {"name": "Eve", "password": "correct horse"}
    async with door.browser() as stranger:
        assert (await stranger.post(path, json=body)).status_code == 404
