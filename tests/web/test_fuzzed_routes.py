"""Every documented route, asked with whatever its document allows and forbids, by schemathesis.

No answer may be a 5xx, a status its document does not name, or a body of another shape. The routes
that end the session are asked last.
"""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.rights import Role
from consentry.store import events, kept
from consentry.web.app import create_app
from consentry.web.openapi import document
from consentry.web.server import bind, serve_app
from consentry.web.sessions import COOKIE
from tests.store.film import film
from tests.store.house import DOOR, build, event, span
from tests.web.home import CHEAP, jpeg
from tests.web.people import joined

EXAMPLES = 10

Operation = APIOperation[Any, Any, Any, Any]

ASKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

LAST = (
    "DELETE /api/cameras/{camera}",
    "POST /api/password",
    "DELETE /api/sessions",
    "POST /api/lock",
    "POST /api/logout",
)
"""What takes away what the others are asked about, or the session."""


@dataclass(frozen=True, slots=True)
class Served:
    """A hub on a real socket, and the owner's session."""

    address: str
    token: str
    ids: dict[str, str]
    """What there is, by the name of the path parameter: unknown ids reach no further than 404."""

    @property
    def cookie(self) -> dict[str, str]:
        """The cookie of the owner's browser."""
        port = self.address.rpartition(":")[2]
        return {f"{COOKIE}_{port}": self.token}


@contextmanager
def served(folder: Path, ids: dict[str, str]) -> Iterator[Served]:
    """Serve a hub in a thread of its own until the block ends."""
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()
    found: list[Served] = []

    async def serve() -> None:
        async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
            app = create_app(hub)
            owner = await joined(app, "Ada", Role.OWNER)
            token = await app.state.context.sessions.begin(owner, address="test", agent="test")
            bound = bind("127.0.0.1", 0)
            task = asyncio.create_task(serve_app(app, sockets=[bound]))
            found.append(Served(f"http://127.0.0.1:{bound.getsockname()[1]}", token, ids))
            ready.set()
            await over.wait()
            task.cancel()
            await asyncio.wait({task})

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="fuzzed hub")
    thread.start()
    assert ready.wait(30)
    try:
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(30)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a house with ten seconds of its front door."""
    folder = tmp_path_factory.mktemp("fuzzed")
    house = build(folder)
    house.record(film(seconds=10, audio="aac"))
    seen = event("event00000000001", 4, 6)
    picture = events.seal_picture(house.household.public, seen.id, jpeg(64, 36))
    house.database.call(events.put, seen, picture=picture)
    clip = house.database.call(kept.add, DOOR, span(2, 8), note="", now=seen.start)
    ids = {
        "camera": DOOR,
        "segment": house.recorded()[0].id,
        "event": seen.id,
        "clip": clip.id,
    }
    house.database.close()
    with served(folder, ids) as hub:
        yield hub


def operations() -> list[Operation]:
    """Return every operation of the document, those that end a session last."""
    schema = schemathesis.openapi.from_dict(document())
    every = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(every) == sum(len(ways) for ways in document()["paths"].values())
    return sorted(every, key=lambda each: (each.label in LAST, each.method == "delete"))


@pytest.mark.parametrize("signed_in", [False, True], ids=["nobody", "owner"])
@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.label)
def test_every_answer_is_documented(hub: Served, operation: Operation, *, signed_in: bool) -> None:
    """Whatever is asked, the answer is one that the document names."""
    parts = re.findall(r"{(\w+)}", operation.path)
    known = {name: hub.ids[name] for name in parts if signed_in and name in hub.ids}

    @hypothesis.settings(
        max_examples=EXAMPLES if signed_in else 3,
        deadline=None,
        phases=(Phase.generate,),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy())
    def ask(case: schemathesis.Case[Operation]) -> None:
        case.path_parameters = {**case.path_parameters, **known}
        response = case.call(
            base_url=hub.address,
            headers={"X-Consentry": "1"},
            cookies=hub.cookie if signed_in else {},
            timeout=30,
        )
        case.validate_response(response, checks=ASKED)
        named = operation.definition.raw["responses"]
        assert str(response.status_code) in named, f"{response.status_code}: {response.text}"

    ask()
