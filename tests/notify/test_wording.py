"""Every language has a title for every problem."""

import pytest

from consentry.model.settings import Language
from consentry.model.status import ProblemCode
from consentry.notify.trouble import TROUBLES


@pytest.mark.parametrize("language", Language)
def test_every_problem_has_a_title(language: Language) -> None:
    """No problem is without words when a channel is to tell of it, nor are any for one too many."""
    assert set(TROUBLES[language]) == set(ProblemCode)
