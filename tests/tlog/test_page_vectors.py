"""What the page's verification is tested with is what the hub makes today."""

from tests.tlog.page_vectors import FILE, written


def test_the_pages_vectors_are_up_to_date() -> None:
    """ui/test/diary.json is what ``python -m tests.tlog.page_vectors`` writes."""
    assert FILE.read_text("utf-8") == written(), "run: python -m tests.tlog.page_vectors"
