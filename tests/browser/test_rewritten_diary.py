"""The owner rewrites the diary of looks: a resident's browser objects."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest
from playwright.sync_api import Browser

from consentry.model.diary import Act, Done, Noted, Via, Viewer
from consentry.model.time import Micros
from consentry.store import diary
from consentry.store.database import Database, database_key
from tests.browser.hub_process import hub_process
from tests.browser.owner import set_up
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import desktop, watched
from tests.port import free_port

pytestmark = pytest.mark.browser

DATABASE = "consentry.db"


def entries(*names: str) -> list[Noted]:
    """Return one entry for each of these people."""
    people = [Viewer(name, Via.BROWSER, "adult") for name in names]
    return [Noted(Done(Act.PAUSED, Micros(0), by), None, None) for by in people]


def add(connection: apsw.Connection) -> None:
    """Go on honestly: two more looks."""
    diary.append(connection, diary.open_log(connection), entries("Ada", "Eve"))


def is_somebody_elses(connection: apsw.Connection) -> None:
    """Let whoever has an account be an adult who lives here, and no owner."""
    connection.execute("UPDATE accounts SET role = 'adult'")


def rewrite(connection: apsw.Connection, *names: str) -> None:
    """Write another history, with all care: same name, same key, every leaf and tile anew."""
    for table in ("diary_leaves", "diary_tiles"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables
    connection.execute("UPDATE diary SET checkpoint = ''")
    diary.append(connection, diary.open_log(connection), entries(*names))


def edit(connection: apsw.Connection) -> None:
    """Blame somebody else for what Eve did."""
    rewrite(connection, "Ada", "Bob", "Ada", "Eve")


def truncate(connection: apsw.Connection) -> None:
    """Take the newest entry away, and let everything else stand."""
    connection.execute("DELETE FROM diary_leaves WHERE idx = (SELECT max(idx) FROM diary_leaves)")


def replace(connection: apsw.Connection) -> None:
    """Begin the diary anew under another key."""
    rewrite(connection)
    for table in ("diary_leaves", "diary_tiles", "diary"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables


def blame(connection: apsw.Connection) -> None:
    """Let one entry name somebody else, and nothing around it know."""
    connection.execute("UPDATE diary_leaves SET entry = replace(entry, 'Eve', 'Bob')")


ATTACKS: tuple[tuple[Callable[[apsw.Connection], None], str], ...] = (
    (edit, "What was in it when this browser last saw it"),
    (truncate, "What was in it when this browser last saw it"),
    (replace, "It was begun anew"),
)


class House:
    """A data folder whose hub is stopped while somebody has their hands in it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is there yet."""
        self.folder = folder / "home"
        self._copies = folder
        self.port = free_port()

    def change(self, function: Callable[[apsw.Connection], None]) -> None:
        """Change the database behind the hub's back."""
        path = self.folder / DATABASE
        key = database_key(self.folder / "keys" / "database.key", database=path)
        with Database.open(path, key) as database:
            database.call(function)
            database.checkpoint()

    def keep(self, name: str) -> None:
        """Keep a copy of the database."""
        shutil.copy(self.folder / DATABASE, self._copies / name)

    def put_back(self, name: str) -> None:
        """Put a copy back."""
        for file in self.folder.glob(f"{DATABASE}*"):
            file.unlink()
        shutil.copy(self._copies / name, self.folder / DATABASE)


@contextmanager
def visited(page: WatchedPage, house: House) -> Iterator[None]:
    """Start the hub and open its page, once it has checked the diary."""
    with hub_process("run", house.folder, port=house.port):
        with page.page.expect_response("**/api/diary/checkpoint"):
            page.open("")
        page.page.get_by_role("link", name="Settings").first.wait_for()
        yield
        page.page.goto("about:blank")


def kept_size(page: WatchedPage) -> int | None:
    """Return how many looks the checkpoint tells of that the browser keeps."""
    for origin in page.page.context.storage_state().get("origins", []):
        for item in origin["localStorage"]:
            if item["name"] == "consentry.diary":
                return int(json.loads(item["value"])["checkpoint"].split("\n")[1])
    return None


def stored(page: WatchedPage, size: int) -> None:
    """Wait until the browser keeps so large a checkpoint.

    Asked from outside: the page's policy forbids the scripts that Playwright waits with.
    """
    until = time.monotonic() + 60
    while kept_size(page) != size:
        assert time.monotonic() < until, kept_size(page)
        page.page.wait_for_timeout(50)


def test_the_hub_objects_until_somebody_takes_note(browser: Browser, tmp_path: Path) -> None:
    """It says so at every start, until an adult presses the button; that stands in the diary."""
    house = House(tmp_path)
    with watched(desktop(browser), f"http://localhost:{house.port}") as page:
        notice = page.page.get_by_text("the diary of looks was changed or damaged")
        with hub_process("run", house.folder, port=house.port) as hub:
            set_up(page, hub)
            page.page.goto("about:blank")
        house.change(add)
        house.change(truncate)
        with visited(page, house):
            notice.wait_for()
        with visited(page, house):
            notice.wait_for()
            page.page.get_by_role("button", name="I have read this").click()
            asked = page.page.get_by_role("dialog")
            asked.get_by_role("button", name="I have read this").click()
            notice.wait_for(state="detached")
        with visited(page, house):
            page.open("#/diary")
            page.page.get_by_text("Alex took note that the diary had been changed").wait_for()
            assert notice.count() == 0


def test_a_residents_browser_objects(browser: Browser, tmp_path: Path) -> None:
    """Edited, truncated, begun anew or rewound: an adult's page says so. Honest growth it takes."""
    house = House(tmp_path)
    context = desktop(browser)
    page = WatchedPage(context.new_page(), f"http://localhost:{house.port}")
    warning = page.page.get_by_role("alert").filter(has_text="The diary of looks was rewritten.")
    with hub_process("run", house.folder, port=house.port) as hub:
        set_up(page, hub)
    house.change(is_somebody_elses)
    house.change(add)
    with visited(page, house):
        stored(page, 2)
    house.keep("earlier")
    house.change(add)
    with visited(page, house):
        stored(page, 4)
        assert warning.count() == 0
    house.keep("true")
    for attack, said in ATTACKS:
        house.put_back("true")
        house.change(attack)
        with visited(page, house):
            warning.get_by_text(said).wait_for()
            stored(page, 4)
    house.put_back("true")
    house.change(blame)
    with visited(page, house):
        page.open("#/diary")
        warning.get_by_text("is not what was written").wait_for()
        page.page.get_by_text("What you read here cannot be trusted").wait_for()
    house.put_back("earlier")
    with visited(page, house):
        warning.get_by_text("It is shorter than").wait_for()
        warning.get_by_role("button", name="I know why").click()
        page.page.get_by_role("button", name="Go on from here").click()
        warning.wait_for(state="detached")
        stored(page, 2)
    context.close()
    assert page.foreign == []
