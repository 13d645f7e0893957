"""What the commands look at is in the diary too, whether a hub runs or not."""

import json
from pathlib import Path

import pytest

from consentry.cli.main import main
from consentry.model.time import Micros, to_iso
from tests.store.film import START, film
from tests.store.house import DOOR, build


def test_an_export_by_command_is_a_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An export without a running hub has its begin and end: by whoever sits at this machine."""
    house = build(tmp_path)
    try:
        house.record(film(seconds=12))
    finally:
        house.database.close()
    data, bundle = ["--data", str(tmp_path)], str(tmp_path / "diary.zip")
    stretch = ["--from", to_iso(START), "--to", to_iso(Micros(START + 4_000_000))]
    film_file = str(tmp_path / "film.mp4")
    assert main(["export", *data, "--camera", DOOR, *stretch, film_file]) == 0
    assert main(["audit", "export", *data, bundle]) == 0
    capsys.readouterr()
    assert main(["audit", "verify", bundle, "--print"]) == 0
    begin, end = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (begin["look"], begin["by"]["via"], begin["camera"]["id"]) == ("export", "machine", DOOR)
    assert begin["span"] == {"start": START, "end": START + 4_000_000}
    assert (end["kind"], end["of"]) == ("end", 0)
