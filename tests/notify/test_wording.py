"""Every language has a title for every problem."""

import pytest

from consentry.model.settings import Language
from consentry.model.status import ProblemCode
from consentry.notify.wording import PROBLEMS


@pytest.mark.parametrize("language", Language)
def test_every_problem_has_a_title(language: Language) -> None:
    """No problem is without words when a channel is to tell of it."""
    assert set(PROBLEMS[language]) == set(ProblemCode)
