"""A process for crash tests: erases a stretch of a household's footage, and is killed meanwhile.

``python -m tests.store.crashing_eraser FOLDER START END``; prints "ready" when it begins.
"""

import sys
from pathlib import Path

from consentry.model.time import Micros, Span
from consentry.store import erase
from tests.store.house import DOOR, build


def main() -> None:
    """Erase, then say "done"."""
    folder, start, end = sys.argv[1:]
    house = build(Path(folder))
    print("ready", flush=True)  # noqa: T201 - the parent reads it
    span = Span(Micros(int(start)), Micros(int(end)))
    erase.erase_range(house.database, house.volume, house.household, DOOR, span)
    house.database.close()
    print("done", flush=True)  # noqa: T201 - the parent reads it


if __name__ == "__main__":
    main()
