"""The reference is complete: what the code has, the documents name."""

import dataclasses
import re
from enum import StrEnum
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from consentry.config import Config
from consentry.model.camera import RecordMode
from consentry.model.diary import Act, LookKind, Via
from consentry.model.errors import CameraState
from consentry.model.event import AlertReason, Verdict
from consentry.model.media import RUN_REASONS
from consentry.model.off import OffReason
from consentry.model.openness import Door
from consentry.model.probe import AdviceCode
from consentry.model.status import ProblemCode
from consentry.model.vision import Label
from consentry.store import gaps
from consentry.web import openapi
from consentry.web.schema import feed
from kit import reference

DOCS = Path(__file__).resolve().parents[2] / "docs"


def read(name: str) -> str:
    """Return a document of the reference."""
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_commands_are_described_as_they_are() -> None:
    """docs/reference/cli.md is what `make reference` makes of the commands of today."""
    assert read("cli.md") == reference.cli(), "run: make reference"


def test_every_setting_is_described() -> None:
    """Each key of consentry.toml has its row, and no row has no key."""
    rows = set(re.findall(r"^\| `(\w+)` \|", read("config.md"), re.MULTILINE))
    assert rows == {field.name for field in dataclasses.fields(Config)} - {"data"}


@pytest.mark.parametrize(
    "words",
    [
        Label,
        OffReason,
        Door,
        AlertReason,
        Verdict,
        CameraState,
        ProblemCode,
        RecordMode,
        AdviceCode,
        LookKind,
        Act,
        Via,
    ],
)
def test_every_word_is_explained(words: type[StrEnum]) -> None:
    """Each name that leaves the hub has its row in words.md."""
    rows = set(re.findall(r"^\| `(\w+)` \|", read("words.md"), re.MULTILINE))
    assert {str(word) for word in words} - rows == set()


def test_every_gap_is_explained() -> None:
    """Each reason of a gap has its row in words.md."""
    rows = set(re.findall(r"^\| `(\w+)` \|", read("words.md"), re.MULTILINE))
    assert {*RUN_REASONS, *gaps.REASONS} - rows == set()


def test_every_feed_message_is_explained() -> None:
    """Each type of the live feed has its row in words.md."""
    rows = set(re.findall(r"^\| `(\w+)` \|", read("words.md"), re.MULTILINE))
    types = {
        name
        for message in get_args(feed.Message)
        for name in get_args(get_type_hints(message)["type"])
    }
    assert types - rows == set()


def test_every_route_is_described() -> None:
    """Each route of the OpenAPI document stands in http-api.md."""
    described = re.findall(r"^\| ([A-Z, ]+) \| (/api/\S+) \|", read("http-api.md"), re.MULTILINE)
    known = {(method, path) for methods, path in described for method in methods.split(", ")}
    served = {
        (method.upper(), path)
        for path, methods in openapi.document()["paths"].items()
        for method in methods
    }
    assert served - known == set()


def test_every_decision_is_listed() -> None:
    """The index of decisions names each of them by its number, once."""
    folder = DOCS / "design" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert sorted(re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", index)) == decisions
    assert len({name[:4] for name in decisions}) == len(decisions)


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link in the documents has its target."""
    root = DOCS.parent
    documents = [*DOCS.rglob("*.md"), *root.glob("*.md")]
    dead = [
        f"{document.relative_to(root)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
        if not (document.parent / target).exists()
    ]
    assert dead == []
