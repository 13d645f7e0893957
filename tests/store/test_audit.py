"""A diary that left the house: what verifies, what is noticed, and what stays readable."""

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.cli.main import main
from consentry.model.diary import Act, Done, Noted, Via, Viewer
from consentry.model.errors import InputError
from consentry.model.ids import MemberId
from consentry.model.time import Micros
from consentry.store import audit, audit_bundle, diary
from consentry.store.database import Database, database_key
from consentry.tlog import Checkpoint

COUNT = 600
"""Three tiles of leaves, the last of them partial."""
ERASED = range(100, 110)
EARLY = 300


@dataclass(frozen=True, slots=True)
class Exported:
    """A bundle, the data folder it is of, and what it must say."""

    data: Path
    file: Path
    entries: dict[int, str]
    early: str
    """The checkpoint at 300 entries."""


def noted(number: int) -> Noted:
    """Return one entry."""
    member = MemberId("eve" if number in ERASED else "ada")
    by = Viewer(member.title(), Via.BROWSER, "adult", member)
    return Noted(Done(Act.PAUSED, Micros(number), by, detail="ä" * (number % 3)), member, None)


def write_log(connection: apsw.Connection) -> str:
    """Write all entries, a few at a time; return the checkpoint on the way."""
    log = diary.open_log(connection)
    early = ""
    for start in range(0, COUNT, 50):
        log = diary.append(connection, log, [noted(n) for n in range(start, start + 50)])
        if log.frontier.size == EARLY:
            early = diary.signed_checkpoint(connection)
    diary.erase_person(connection, MemberId("eve"))
    return early


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    """Return a data folder's diary, exported by the command."""
    data = tmp_path_factory.mktemp("data")
    path = data / "consentry.db"
    with Database.open(path, database_key(data / "keys" / "database.key", database=path)) as opened:
        early = opened.call(write_log)
        leaves = opened.call(diary.leaves, start=0, end=COUNT)
    entries = {leaf.index: leaf.entry for leaf in leaves if leaf.entry is not None}
    file = data / "diary.zip"
    assert main(["audit", "export", "--data", str(data), str(file)]) == 0
    return Exported(data, file, entries, early)


def verified(content: bytes, folder: Path) -> tuple[audit.Report, dict[int, str]]:
    """Return the verdict over a bundle of these bytes, and the entries that were shown."""
    path = folder / "changed.zip"
    path.write_bytes(content)
    shown: dict[int, str] = {}

    def show(opening: audit.Opening) -> None:
        shown[opening.index] = opening.entry

    with audit_bundle.BundleDiary(path) as bundle:
        return audit.verify(bundle, show=show), shown


def rebuilt(exported: Exported, changes: dict[str, bytes | None]) -> bytes:
    """Return the bundle with some members replaced, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(exported.file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def flipped(content: bytes, bit: int) -> bytes:
    """Return the bytes with one bit of them flipped."""
    changed = bytearray(content)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


def member(exported: Exported, name: str) -> bytes:
    """Return one member of the bundle."""
    with zipfile.ZipFile(exported.file) as bundle:
        return bundle.read(name)


def test_a_whole_bundle_holds(exported: Exported, tmp_path: Path) -> None:
    """Everything that was not erased is readable, and all of it verifies."""
    report, shown = verified(exported.file.read_bytes(), tmp_path)
    assert report.problems == []
    assert (report.size, report.readable) == (COUNT, COUNT - len(ERASED))
    assert shown == exported.entries
    assert exported.file.stat().st_mode & 0o077 == 0


@given(st.integers(min_value=0))
def test_no_flipped_bit_passes(exported: Exported, bit: int) -> None:
    """Wherever a bit flips, no changed entry is shown as true, and none is lost in silence."""
    content = flipped(exported.file.read_bytes(), bit)
    try:
        report, shown = verified(content, exported.data)
    except InputError:
        return  # the list of contents itself is damaged
    assert all(exported.entries.get(index) == entry for index, entry in shown.items())
    if report.sound:  # it was in what nobody reads: README, the ZIP's dates and checksums
        assert shown == exported.entries


@dataclass(frozen=True, slots=True)
class Flip:
    """A bit that flips in a member of the bundle, what is said of it, what it costs."""

    name: str
    byte: int
    said: tuple[str, ...]
    lost: int = 0


FLIPS = (
    Flip("openings/000.jsonl", 300, ("Entry", "line of openings/000"), 1),
    Flip("tile/0/000", 77, ("tile/0/000 was changed; the entries below it are whole",)),
    Flip("tile/0/002.p/88", 9, ("tile/0/002 was changed; the entries below it are whole",)),
    Flip("tile/1/000.p/2", 5, ("tile/1/000.p/2 was changed",)),
    Flip("tile/entries/001", 44, ("The commitment of entry 257 was changed",), 1),
    Flip("tile/entries/001", 1, ("its lengths are wrong",)),
    Flip("checkpoint", 30, ("note", "signature", "checkpoint"), COUNT),
    Flip("key", 40, ("key", "signed"), COUNT),
)


@pytest.mark.parametrize("flip", FLIPS)
def test_each_flipped_bit_is_named_and_the_rest_stays_readable(
    exported: Exported, tmp_path: Path, flip: Flip
) -> None:
    """One bit costs the entry it lies in at most, and one sentence says where it was."""
    changed = flipped(member(exported, flip.name), 8 * flip.byte)
    report, shown = verified(rebuilt(exported, {flip.name: changed}), tmp_path)
    assert any(said in problem for problem in report.problems for said in flip.said)
    assert len(shown) >= len(exported.entries) - flip.lost


@pytest.mark.parametrize(
    "name", ["tile/0/001", "tile/entries/001", "openings/001.jsonl", "tile/1/000.p/2", "checkpoint"]
)
def test_a_missing_part_is_named(exported: Exported, tmp_path: Path, name: str) -> None:
    """What was taken out of the bundle is named, and the rest is read."""
    report, shown = verified(rebuilt(exported, {name: None}), tmp_path)
    assert any(name in problem for problem in report.problems)
    if name != "checkpoint":
        assert len(shown) >= len(exported.entries) - 256


def test_entries_exchanged_or_edited_are_noticed(exported: Exported, tmp_path: Path) -> None:
    """An entry moved to another place, or another text for it, is not what was written."""
    lines = member(exported, "openings/000.jsonl").decode().splitlines()
    first, second = json.loads(lines[0]), json.loads(lines[1])
    first["index"], second["index"] = 1, 0
    lines[:2] = json.dumps(first), json.dumps(second)
    third = json.loads(lines[2])
    third["entry"] = third["entry"].replace("Ada", "Eve")
    lines[2] = json.dumps(third)
    lines.append(json.dumps({**third, "index": 400}))
    content = rebuilt(exported, {"openings/000.jsonl": "\n".join(lines).encode()})
    report, shown = verified(content, tmp_path)
    assert sorted(report.problems) == [
        "Entry 0 was changed: it is not what was written.",
        "Entry 1 was changed: it is not what was written.",
        "Entry 2 was changed: it is not what was written.",
        "Entry 400 lies where it does not belong.",
    ]
    assert set(exported.entries) - set(shown) == {0, 1, 2}


def forged(exported: Exported, folder: Path, numbers: range) -> Path:
    """Return the bundle of another history that the owner signed with the diary's own key."""
    path = exported.data / "consentry.db"
    key = database_key(exported.data / "keys" / "database.key", database=path)
    with Database.open(path, key) as original:
        origin, private = original.call(name_and_key)
    file = folder / f"forged {len(numbers)}.zip"
    with Database.open(folder / f"{len(numbers)}.db", bytes(32)) as database:
        database.call(take, origin, private)
        log = database.call(diary.open_log)
        database.call(diary.append, log, [noted(number) for number in numbers])
        database.call(audit_bundle.write, file)
    return file


def name_and_key(connection: apsw.Connection) -> tuple[str, bytes]:
    """Return the diary's name and private key, as its owner can."""
    ((origin, private),) = connection.execute("SELECT origin, private FROM diary").fetchall()
    assert isinstance(private, bytes)
    return str(origin), private


def take(connection: apsw.Connection, origin: str, private: bytes) -> None:
    """Begin a diary under this name and key."""
    row = "INSERT INTO diary (id, origin, private, checkpoint) VALUES (1, ?, ?, '')"
    connection.execute(row, (origin, private))


def test_a_rewritten_history_is_noticed(exported: Exported, tmp_path: Path) -> None:
    """Leaves, tiles and entries that fit each other do not fit what the checkpoint signed."""
    with zipfile.ZipFile(forged(exported, tmp_path, range(COUNT))) as bundle:
        names = [name for name in bundle.namelist() if name.startswith(("openings", "tile"))]
        changes: dict[str, bytes | None] = {name: bundle.read(name) for name in names}
    report, _ = verified(rebuilt(exported, changes), tmp_path)
    assert report.problems == [
        "The entries do not add up to what the checkpoint signed: the history was changed."
    ]


@pytest.fixture
def kept(exported: Exported, tmp_path: Path) -> Path:
    """Return a file with the checkpoint that somebody kept."""
    path = tmp_path / "kept.txt"
    path.write_text(exported.early)
    return path


def test_growth_from_a_kept_checkpoint(
    exported: Exported, kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --since the bundle must have grown from what was kept; exit code 0."""
    assert main(["audit", "verify", str(exported.file), "--since", str(kept)]) == 0
    assert "600 entries, 590 readable" in capsys.readouterr().out
    kept.write_text(json.dumps({"checkpoint": exported.early, "key": "as the route answers"}))
    assert main(["audit", "verify", str(exported.file), "--since", str(kept)]) == 0
    for nothing in ("{", "{}", ""):
        kept.write_text(nothing)
        assert main(["audit", "verify", str(exported.file), "--since", str(kept)]) != 0


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        (range(200), "cut short or rewound"),
        (range(5, COUNT), "The first 300 entries are not those of the earlier checkpoint"),
    ],
)
def test_who_kept_a_checkpoint_notices_another_history(
    exported: Exported,
    kept: Path,
    capsys: pytest.CaptureFixture[str],
    numbers: range,
    complaint: str,
) -> None:
    """A rewound or rewritten diary verifies by itself, and not against what was kept."""
    bundle = str(forged(exported, kept.parent, numbers))
    assert main(["audit", "verify", bundle]) == 0
    assert main(["audit", "verify", bundle, "--since", str(kept)]) == 1
    assert complaint in capsys.readouterr().err


def test_entries_are_printed_for_programs(
    exported: Exported, capsys: pytest.CaptureFixture[str]
) -> None:
    """--print writes each entry that holds as one JSON object, and the verdict elsewhere."""
    assert main(["audit", "verify", str(exported.file), "--print"]) == 0
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert len(lines) == COUNT - len(ERASED)
    assert (lines[7]["index"], lines[7]["act"], lines[7]["by"]["name"]) == (7, "paused", "Ada")
    assert "everything holds" in said.err


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"a" * 1000])
def test_what_is_no_bundle_is_wrong_usage(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another file, an empty one, or none exits with 2 and one sentence."""
    path = tmp_path / "other.zip"
    path.write_bytes(content)
    assert main(["audit", "verify", str(path)]) == 2
    assert main(["audit", "verify", str(tmp_path / "none.zip")]) == 2
    assert main(["audit", "export", "--data", str(tmp_path), str(path)]) == 2
    assert capsys.readouterr().err.count("\n") == 3


def test_a_new_diary_has_an_empty_bundle(tmp_path: Path) -> None:
    """Before anybody looked there is a checkpoint over nothing, and it verifies."""
    with Database.open(tmp_path / "x.db", bytes(32)) as database:
        database.call(diary.open_log)
        written: Checkpoint = database.call(audit_bundle.write, tmp_path / "diary.zip")
    assert written.size == 0
    report, shown = verified((tmp_path / "diary.zip").read_bytes(), tmp_path)
    assert report.problems == []
    assert shown == {}
