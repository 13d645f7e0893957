"""The page knows the API as the hub serves it."""

from kit import reference


def test_types_of_the_page_are_those_of_the_hub() -> None:
    """ui/src/lib/api/schema.ts is what the OpenAPI document of today makes."""
    committed = reference.PAGE_TYPES.read_text("utf-8")
    assert committed == reference.page_types(), "run: make reference"
