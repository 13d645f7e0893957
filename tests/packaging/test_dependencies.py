"""The dependencies that are named are those that are imported: neither one more nor one less."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
UNIMPORTED = {"tzdata"}
"""Needed by the standard library where the system has no time zones."""


def _imported() -> set[str]:
    """Return the top-level names that the product imports at any place."""
    names: set[str] = set()
    for path in (CHECKOUT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Import():
                    names |= {alias.name.partition(".")[0] for alias in node.names}
                case ast.ImportFrom(module=str(module), level=0):
                    names.add(module.partition(".")[0])
    return names - sys.stdlib_module_names - {"consentry"}


def _named(*extras: str) -> set[str]:
    """Return the distributions that pyproject.toml names."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {_normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in wanted}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_import_is_named() -> None:
    """A wheel installed elsewhere finds what it imports; what only others bring does not count."""
    of = packages_distributions()
    named = _named("demo", "dev")
    missing = {
        name for name in _imported() if not {_normal(each) for each in of.get(name, ())} & named
    }
    assert missing == set()


def test_nothing_is_named_in_vain() -> None:
    """A dependency nobody imports any more is not installed in anybody's house."""
    of = packages_distributions()
    used = {_normal(each) for name in _imported() for each in of.get(name, ())}
    assert _named() - used == UNIMPORTED
