"""The page knows the API as the hub serves it."""

from pathlib import Path

from kit import reference


def _sources(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir()}


def test_types_of_the_page_are_those_of_the_hub(tmp_path: Path) -> None:
    """ui/src/lib/api/schema is what the OpenAPI document of today makes."""
    reference.write_page_types(tmp_path / "schema")
    assert _sources(reference.PAGE_TYPES) == _sources(tmp_path / "schema"), "run: make reference"
