"""Every documented route, asked with whatever its document allows and forbids, by schemathesis.

By nobody, by everybody there is in a house, by a program with a token, and by the owner while the
recordings are locked. No answer may be a 5xx, a status its document does not name, or a body of
another type or shape. Half of what is asked names things there are, and the right password: what is
made up reaches no further than 404 and 401. What removes things is asked last.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from consentry.web.openapi import document
from tests.store.film import START
from tests.store.house import DOOR
from tests.web.fuzzed_hub import Asker, FuzzedHub, fuzzed_hub
from tests.web.home import PASSWORD, at

EXAMPLES = {Asker.OWNER: 8, Asker.NOBODY: 2, Asker.LOCKED: 4}
OTHERS = 3
"""Questions that each asker has for each route; 8 ms each."""

Operation = APIOperation[Any, Any, Any, Any]

ASKED = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

ONCE = "POST /api/cameras/discover"
"""Asked once by each: it looks around the network for three seconds."""

LAST = ("DELETE /api/members/{member}", "DELETE /api/cameras/{camera}")
"""What takes away what even other removals are asked about."""

KNOWN: dict[str, Any] = {
    "camera": DOOR,
    "cameras": [DOOR],
    "password": PASSWORD.reveal(),
    "current": PASSWORD.reveal(),
    "new": PASSWORD.reveal(),
    "name": "Ada",
    "from": at(2),
    "to": at(4),
    "from_us": START,
    "to_us": START + 4_000_000,
    "at_us": START + 3_000_000,
}
"""What goes further than what is made up, by the name of the field."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedHub]:
    """Serve one house for all of them."""
    with fuzzed_hub(tmp_path_factory.mktemp("fuzzed")) as hub:
        yield hub


def operations() -> list[Operation]:
    """Return every operation of the document, in the order in which they are asked."""
    schema = schemathesis.openapi.from_dict(document())
    every = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(every) == sum(len(ways) for ways in document()["paths"].values())
    return sorted(every, key=lambda each: (each.label in LAST, each.method == "delete"))


@cache
def anything(operation: Operation) -> st.SearchStrategy[schemathesis.Case[Operation]]:
    """Return what the document allows, and what it forbids."""
    return st.one_of([operation.as_strategy(mode) for mode in GenerationMode])


def known(case: schemathesis.Case[Operation], hub: FuzzedHub) -> None:
    """Put what there is in the place of what was made up."""
    token = hub.tokens.get(case.operation.path)
    values = KNOWN | ({"token": token} if token is not None else {})
    named = set(re.findall(r"{(\w+)}", case.operation.path))
    case.path_parameters = {
        **case.path_parameters,
        **{name: hub.things[name] for name in named if name in hub.things},
    }
    for given in (case.query, case.body):
        if isinstance(given, dict):
            given.update({name: values[name] for name in given if name in values})


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.label)
def test_every_answer_is_documented(hub: FuzzedHub, operation: Operation) -> None:
    """Whatever is asked, and whoever asks, the answer is one that the document names."""
    for asker in Asker:
        put(hub, operation, asker)


def put(hub: FuzzedHub, operation: Operation, asker: Asker) -> None:
    """Ask one route as one asker."""
    headers, cookies = hub.credentials(asker)

    @hypothesis.settings(
        max_examples=1 if operation.label == ONCE else EXAMPLES.get(asker, OTHERS),
        deadline=None,
        phases=(Phase.generate,),
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=anything(operation), told=st.booleans())
    def ask(case: schemathesis.Case[Operation], *, told: bool) -> None:
        hypothesis.note(f"asked by: {asker}")
        if told:
            known(case, hub)
        response = case.call(base_url=hub.address, headers=headers, cookies=cookies, timeout=60)
        case.validate_response(response, checks=ASKED)
        named = operation.definition.raw["responses"]
        assert str(response.status_code) in named, f"{response.status_code}: {response.text}"

    ask()
