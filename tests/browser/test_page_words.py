"""The page has words for everything the hub can say, in each language."""

import json
import re
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import TypeAlias

import pytest

from consentry.model.camera import RecordMode
from consentry.model.diary import Act, LookKind, Via
from consentry.model.errors import CameraState, Reason
from consentry.model.event import AlertReason, Verdict
from consentry.model.media import RUN_REASONS
from consentry.model.probe import AdviceCode
from consentry.model.status import ProblemCode
from consentry.model.vision import Label
from consentry.store import gaps
from consentry.web.errors import Code
from tests.browser.test_page_sources import UI, node

Text: TypeAlias = str | dict[str, str]
Words: TypeAlias = dict[str, dict[str, Text]]

LANGUAGES = ("en", "de")
_READ = "import(process.argv[1]).then((words) => console.log(JSON.stringify({...words})))"


def words(path: Path) -> Words:
    """Return the texts of one file by language and key."""
    read = node("--eval", _READ, path.as_uri())
    assert read.returncode == 0, read.stderr
    found: Words = json.loads(read.stdout)
    return found


@pytest.fixture(scope="module")
def page_words() -> Words:
    """Read all words of the page."""
    return words(UI / "src/lib/i18n/words.ts")


def places(text: Text) -> set[str]:
    """Return the names of the places that are filled in."""
    whole = text if isinstance(text, str) else " ".join(text.values())
    return set(re.findall(r"\{(\w+)\}", whole))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("prefix", "codes"),
    [
        ("state", CameraState),
        ("reason", AlertReason),
        ("verdict", Verdict),
        ("label", Label),
        ("mode", RecordMode),
        ("problem", ProblemCode),
        ("advice", AdviceCode),
        ("look", LookKind),
        ("act", Act),
        ("via", Via),
        ("error", Code),
        ("why", Reason),
    ],
)
def test_every_code_has_words(
    page_words: Words, language: str, prefix: str, codes: type[StrEnum]
) -> None:
    """Whatever the hub calls by a code, the page names in the owner's language."""
    said = {key for key, text in page_words[language].items() if text}
    assert {f"{prefix}.{code}" for code in codes} - said == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_gap_has_words(page_words: Words, language: str) -> None:
    """Each reason of a gap has words of its own or those of the camera's state."""
    said = {key for key, text in page_words[language].items() if text}
    reasons = {*RUN_REASONS, *gaps.REASONS, *CameraState}
    assert {code for code in reasons if not {f"gap.{code}", f"state.{code}"} & said} == set()


def test_both_languages_fill_in_the_same_places(page_words: Words) -> None:
    """No translation forgets a name, a time or a number that the other tells."""
    english, german = (page_words[language] for language in LANGUAGES)
    assert english.keys() == german.keys()
    odd = {key for key in english if places(english[key]) != places(german[key])}
    assert odd == set()


def test_no_word_is_defined_twice() -> None:
    """Two parts of the page share no key: the later would silently win."""
    files = sorted((UI / "src/lib/i18n/words").glob("*.ts"))
    keys = {path.name: set(words(path)["en"]) for path in files}
    assert {pair: keys[pair[0]] & keys[pair[1]] for pair in combinations(keys, 2)} == {
        pair: set() for pair in combinations(keys, 2)
    }
