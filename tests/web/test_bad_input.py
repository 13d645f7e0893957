"""Whatever is sent, the answer is a sentence: never a 5xx, never a hang."""

import json
from datetime import datetime

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from consentry.web.openapi import document
from tests.store.film import START
from tests.web.home import Home, at

# The home outlives the examples on purpose: nothing that is refused may change it.
_MANY = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

_READS = [
    (path, [parameter["name"] for parameter in item["get"].get("parameters", [])])
    for path, item in document()["paths"].items()
    if "get" in item
]

_MOMENTS = st.one_of(
    st.datetimes().map(datetime.isoformat),
    st.datetimes(timezones=st.timezones()).map(datetime.isoformat),
    st.sampled_from([at(0), at(8), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]),
)
_VALUES = st.one_of(
    _MOMENTS,
    st.integers(-(2**70), 2**70).map(str),
    st.integers(START - 10**8, START + 10**8).map(str),
    st.sampled_from(["", "true", "main", "sub", "video", "audio", "nan", "1e400", "\x00", "%00"]),
    st.text(max_size=30),
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=10,
)


def filled(path: str, home: Home, odd: str) -> str:
    """Return the path with real ids, or with ``odd`` instead of them."""
    for name, known in (("camera", home.camera), ("segment", home.segment), ("event", home.event)):
        path = path.replace(f"{{{name}}}", odd or known)
    return path.replace("{clip}", odd or "clip")


@_MANY
@given(
    route=st.sampled_from(_READS),
    values=st.lists(_VALUES, min_size=4, max_size=4),
    odd=st.just("") | st.from_regex(r"[a-z0-9%._~-]{1,80}", fullmatch=True),
)
@example(
    route=("/api/cameras/{camera}/timeline", ["camera", "from", "to"]),
    values=["0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00", "", ""],
    odd="",
)
async def test_odd_queries_are_answered(
    home: Home, route: tuple[str, list[str]], values: list[str], odd: str
) -> None:
    """Any text as any query parameter or id of any route that reads."""
    path, names = route
    query = dict(zip([n for n in names if f"{{{n}}}" not in path], values, strict=False))
    answer = await home.owner.get(filled(path, home, odd), params=query)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400 and path.startswith("/api"):
        assert answer.json()["error"]["message"]


_WRITES = [
    ("PATCH", "/api/cameras/{camera}"),
    ("POST", "/api/cameras/{camera}/snooze"),
    ("POST", "/api/kept"),
    ("PATCH", "/api/kept/{clip}"),
    ("PUT", "/api/events/{event}/correction"),
    ("PATCH", "/api/settings"),
    ("POST", "/api/channels"),
    ("POST", "/api/setup"),
]
_KEYS = sorted(
    {
        name
        for schema in document()["components"]["schemas"].values()
        for name in schema.get("properties", {})
    }
)


@_MANY
@given(
    route=st.sampled_from(_WRITES),
    body=_JSON | st.dictionaries(st.sampled_from(_KEYS), _JSON | _VALUES, max_size=5),
)
async def test_odd_bodies_are_answered(home: Home, route: tuple[str, str], body: object) -> None:
    """Any JSON as the body of any route that changes something."""
    method, path = route
    answer = await home.owner.request(
        method,
        filled(path, home, ""),
        content=_encoded(body),
        headers={"content-type": "application/json"},
    )
    assert answer.status_code < 500, answer.text


@_MANY
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "x"]))
async def test_odd_bytes_are_answered(home: Home, body: bytes, kind: str) -> None:
    """Any bytes of any declared type."""
    answer = await home.owner.post("/api/kept", content=body, headers={"content-type": kind})
    assert answer.status_code == 400


def _encoded(body: object) -> bytes:
    # Lone surrogates are what a careless client may send; infinities are no JSON but Python's.
    return json.dumps(body).encode("utf-8", "surrogatepass")
