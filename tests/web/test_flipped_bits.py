"""One bit flips on the disk of a hub that runs: a sentence says where, the rest stays readable."""

import base64
import json
from pathlib import Path
from typing import Any

import apsw
import httpx
import pytest

from consentry.cli.main import main
from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.supervisor import Work
from consentry.model.diary import Act, Via, Viewer
from consentry.model.errors import StorageError
from consentry.model.keys import UnlockMode
from consentry.store import audit, audit_bundle
from consentry.store.audit_bundle import DatabaseDiary
from consentry.tlog import Checkpoint, Verifier, leaf_hash, verify_consistency, verify_inclusion
from consentry.web.app import create_app
from tests.store.film import numbers
from tests.web.browsers import browser_at
from tests.web.home import CHEAP, PASSWORD, Home, owned, stretch

FILM, ALL = "/api/cameras/{}/export.mp4", stretch(0, 40)
PAGE = 4096

ENTRIES = 300
"""More than a tile of 256, so that the tree has a second level."""


def flipped(content: bytes, bit: int) -> bytes:
    """Return the bytes with one bit of them flipped."""
    changed = bytearray(content)
    changed[bit // 8 % len(changed)] ^= 1 << bit % 8
    return bytes(changed)


async def grown(home: Home) -> None:
    """Write a long diary."""
    ada = Viewer("Ada", Via.MACHINE)
    while home.hub.diary.checkpoint.size < ENTRIES:
        await home.hub.diary.act(Act.PAUSED, ada)


async def page(home: Home, **query: int) -> list[dict[str, Any]]:
    """Return a page of the diary whose every proof holds."""
    answer = await home.owner.get("/api/diary", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    signed = Checkpoint.open(told["checkpoint"], Verifier.parse(told["key"]))
    for leaf in told["leaves"]:
        proof = [base64.b64decode(each) for each in leaf["proof"]]
        hashed = leaf_hash(base64.b64decode(leaf["commitment"]))
        assert verify_inclusion(
            hashed, leaf["index"], size=signed.size, root=signed.root, proof=proof
        ), leaf["index"]
    leaves: list[dict[str, Any]] = told["leaves"]
    return leaves


async def flip(home: Home, table: str, column: str, where: str, bit: int) -> None:
    """Flip one bit of a value, behind the hub's back."""

    def change(connection: apsw.Connection) -> None:
        query = f"SELECT CAST({column} AS BLOB), typeof({column}) FROM {table} WHERE {where}"  # noqa: S608
        value, kind = connection.execute(query).fetchall()[0]
        assert isinstance(value, bytes)
        put = f"UPDATE {table} SET {column} = CAST(? AS {kind}) WHERE {where}"  # noqa: S608
        connection.execute(put, (flipped(value, bit),))
        assert connection.changes() == 1

    await home.hub.database.run(change)


async def problems(home: Home) -> list[str]:
    """Return what ``consentry check`` says of the diary."""
    found = await home.hub.database.run(lambda connection: audit.verify(DatabaseDiary(connection)))
    checked = await home.owner.post("/api/check", json={"samples": 8})
    breaches = [
        each["sentence"] for each in checked.json()["breaches"] if each["invariant"] == "I10"
    ]
    assert breaches == found.problems
    return breaches


@pytest.mark.parametrize(
    ("level", "number", "bit"), [(0, 0, 5), (0, 0, 255 * 256 + 9), (0, 1, 77), (1, 0, 200)]
)
async def test_a_tile_of_the_diary(home: Home, level: int, number: int, bit: int) -> None:
    """Check names the tile; whoever reads on gets proofs that hold, and then it is whole again."""
    await grown(home)
    old = home.hub.diary.checkpoint
    await home.hub.diary.act(Act.PAUSED, Viewer("Ada", Via.MACHINE))
    await flip(home, "diary_tiles", "hashes", f"level = {level} AND number = {number}", bit)
    (named,) = await problems(home)
    assert f"tile/{level}/00{number}" in named
    asked = {"old": old.size}
    answer = (await home.owner.get("/api/diary/proof", params=asked)).json()
    proof = [base64.b64decode(each) for each in answer["proof"]]
    now = home.hub.diary.checkpoint
    assert verify_consistency(old.size, old.root, size=now.size, root=now.root, proof=proof)
    newest = await page(home)
    older = await page(home, before=newest[-1]["index"])
    assert len(newest) + len(older) >= ENTRIES
    assert await problems(home) == []


@pytest.mark.parametrize("column", ["commitment", "salt", "entry"])
async def test_an_entry_of_the_diary(home: Home, column: str) -> None:
    """The entry is named, by check and by who verifies a bundle; all others are read and hold."""
    await grown(home)
    await flip(home, "diary_leaves", column, "idx = 7", 3)
    assert all("7" in sentence for sentence in await problems(home))
    assert (await problems(home)) != []
    first = await page(home, before=7)
    assert [leaf["index"] for leaf in first] == list(range(6, -1, -1))
    later = await page(home)
    assert len(later) == 200
    assert all(json.loads(leaf["entry"])["kind"] in {"act", "begin", "end"} for leaf in later)


@pytest.mark.parametrize("bit", [3, 8 * 40 + 1, 8 * 70, 8 * 150 + 2])
async def test_the_checkpoint(home: Home, bit: int) -> None:
    """Check says that the signature does not hold; the running hub knows what it signed."""
    await grown(home)
    before = home.hub.diary.note(home.hub.diary.checkpoint)
    await flip(home, "diary", "checkpoint", "id = 1", bit)
    assert await problems(home) != []
    assert (await home.owner.get("/api/diary/checkpoint")).json()["checkpoint"] == before
    assert len(await page(home)) == 200


async def test_a_bundle_names_the_tile(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """What was flipped before the diary left the house is named by ``audit verify``."""
    await grown(home)
    await flip(home, "diary_tiles", "hashes", "level = 0 AND number = 0", 11)
    bundle = home.hub.config.data / "diary.zip"
    await home.hub.database.run(audit_bundle.write, bundle)
    assert main(["audit", "verify", str(bundle)]) == 1
    assert "tile/0/000 was changed; the entries below it are whole." in capsys.readouterr().err


async def test_a_unit(home: Home) -> None:
    """The group it lies in is missing from what plays, before and after all is there."""
    (path,) = (home.hub.config.data / "recordings").rglob("*.seg")
    content = path.read_bytes()
    path.write_bytes(flipped(content, len(content) // 2 * 8))
    home.hub.footage.forget()
    played = numbers((await home.owner.get(FILM.format(home.camera), params=ALL)).content)
    assert (played[0], played[-1]) == (0, 399)
    assert 340 < len(played) < 400
    checked = (await home.owner.post("/api/check", json={"samples": 8})).json()
    (breach,) = checked["breaches"]
    assert breach["where"] == str(path.relative_to(home.hub.config.data / "recordings"))


async def test_the_key_of_a_segment(home: Home) -> None:
    """The sentence names the segment; events, pictures and the diary are there."""
    await flip(home, "segments", "sealed_key", "1", 8 * 40)
    home.hub.footage.forget()
    answer = await home.owner.get(FILM.format(home.camera), params=ALL)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"]) == (500, "damaged")
    assert home.segment in told["message"]
    assert (await home.owner.get(f"/api/events/{home.event}/picture.jpg")).status_code == 200
    assert await page(home) != []
    checked = (await home.owner.post("/api/check", json={"samples": 8})).json()
    assert {each["invariant"] for each in checked["breaches"]} == {"I5"}


@pytest.mark.parametrize("name", ["consentry.db", "consentry.db-mirror"])
async def test_pages_of_the_database(folder: Path, name: str) -> None:
    """Whatever lies on the page, the schema and the accounts too: all is there, as it was."""
    asked = await lived_in(folder)
    path = folder / name
    whole = path.read_bytes()
    for place in range(2000, len(whole), 4 * PAGE):
        path.write_bytes(flipped(path.read_bytes(), 8 * place))
        assert await answers(folder, asked) == [200] * len(asked), place


async def test_pages_of_the_database_and_of_its_mirror(folder: Path) -> None:
    """What lies on a page lost twice is not read, with a sentence; what needs it not goes on."""
    asked = await lived_in(folder)
    paths = folder / "consentry.db", folder / "consentry.db-mirror"
    whole = {path: path.read_bytes() for path in paths}
    played = 0
    places = range(2000, len(whole[paths[0]]), 4 * PAGE)
    for place in places:
        for bit, (path, content) in enumerate(whole.items()):
            path.write_bytes(flipped(content, 8 * place + bit))
        (folder / "consentry.db-wal").unlink(missing_ok=True)
        try:
            statuses = await answers(folder, asked)
        except StorageError as error:
            assert "is damaged" in str(error) or "does not open" in str(error)  # noqa: PT017
        else:
            played += statuses[0] == 200
    assert played > len(places) // 3  # so small a database is half schema, without which nothing is


async def lived_in(folder: Path) -> list[str]:
    """Return what is asked of a house that has footage, an event and a diary."""
    async with owned(folder, UnlockMode.KEY_FILE) as home:
        film = f"{FILM.format(home.camera)}?{httpx.QueryParams(ALL)}"
        return [film, "/api/cameras", "/api/events", "/api/diary"]


async def answers(folder: Path, asked: list[str]) -> list[int]:
    """Start the hub over a damaged database and ask; StorageError when it does not start."""
    async with Hub(Config(data=folder), work=Work.NOTHING, cost=CHEAP) as hub:
        app = create_app(hub)
        async with browser_at(app) as browser:
            signing = {"name": "Ada", "password": PASSWORD.reveal()}
            told = [await browser.post("/api/login", json=signing)]
            told += [await browser.get(path) for path in asked if told[0].is_success]
    for answer in told:
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "storage")
            assert "is damaged: restore it from a backup" in answer.json()["error"]["message"]
    return [answer.status_code for answer in (told[1:] or told)]
