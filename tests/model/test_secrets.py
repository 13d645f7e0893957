"""Secrets never show themselves, and text from libraries loses its credentials."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.model.secret import Secret, redact, split_credentials, with_credentials

TEXTS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=20)


@given(TEXTS)
def test_secret_shows_dots_only(text: str) -> None:
    """However a secret is printed, its text is not there."""
    secret = Secret("x" + text)
    assert {str(secret), f"{secret}"} == {"•••"}
    assert repr(secret) == "Secret(•••)"
    assert secret.reveal() == "x" + text


@pytest.mark.parametrize(
    "text",
    [
        "[Errno 1] cannot open 'rtsp://admin:hunter22@10.0.0.1:554/stream'",
        "rtsps://hunter22@camera/",
        "rtsp://admin:p@hunter22@camera/",
        "http://camera/cgi?user=a&pwd=hunter22&x=1",
        "GET /?Token=hunter22 failed",
        'URL "rtsp://u:hunter22@h/a" and rtsp://v:hunter22@h/b',
    ],
)
def test_redactor_removes_credentials(text: str) -> None:
    """URLs in messages of libraries lose user and password."""
    assert "hunter22" not in redact(text)


@given(TEXTS, TEXTS)
def test_credentials_survive_the_way_into_a_url_and_back(user: str, password: str) -> None:
    """Any credentials are carried by a URL and found again; the redactor removes them."""
    url = with_credentials("rtsp://camera:554/main?x=1", user, Secret(password))
    plain, found_user, found_password = split_credentials(url.reveal())
    assert (plain, found_user) == ("rtsp://camera:554/main?x=1", user)
    assert found_password.reveal() == password
    assert redact(url.reveal()) == "rtsp://camera:554/main?x=1"


def test_url_without_credentials_stays() -> None:
    """Nothing is added where nothing is to be added."""
    url = with_credentials("rtsp://camera/main", "", Secret(""))
    assert url.reveal() == "rtsp://camera/main"
