"""The built page: deep links, caching, compression, and a hub without one."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from consentry.web.static import Page

INDEX = b"<!doctype html><title>Consentry</title>" + b"<p>x</p>" * 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder like the one Vite builds."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_bytes(INDEX)
    (tmp_path / "theme.js").write_text("void 0;")
    (tmp_path / "assets" / "app-1a2b3c.js").write_text("let a = 1;" * 100)
    (tmp_path.parent / "secret.txt").write_text("not for you")
    return tmp_path


def client_of(folder: Path) -> httpx.AsyncClient:
    """Return a client of a page in ``folder``."""
    app = Starlette(routes=[Route("/{path:path}", Page(folder).__call__)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost")


async def test_deep_links_open_the_page(folder: Path) -> None:
    """The root and any address without a file ending answer the page, asked again each time."""
    async with client_of(folder) as client:
        for path in ("/", "/camera/abc/timeline", "/events"):
            answer = await client.get(path)
            assert answer.content == INDEX
            assert answer.headers["content-type"] == "text/html; charset=utf-8"
            assert answer.headers["cache-control"] == "no-cache"


async def test_hashed_assets_stay_cached(folder: Path) -> None:
    """A file whose name carries its hash is cached for a year; others are asked for again."""
    async with client_of(folder) as client:
        asset = await client.get("/assets/app-1a2b3c.js")
        assert "immutable" in asset.headers["cache-control"]
        assert asset.headers["content-type"].startswith("text/javascript")
        assert (await client.get("/theme.js")).headers["cache-control"] == "no-cache"


async def test_the_icon_is_not_asked_for_at_every_seek(folder: Path) -> None:
    """The icon may be kept for a day, but not for ever: its name does not change with it."""
    (folder / "icon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    async with client_of(folder) as client:
        kept = (await client.get("/icon.svg")).headers["cache-control"]
    assert "max-age=86400" in kept
    assert "immutable" not in kept


async def test_unchanged_files_are_not_sent_again(folder: Path) -> None:
    """The ETag of an earlier answer gets 304 without a body."""
    async with client_of(folder) as client:
        etag = (await client.get("/")).headers["etag"]
        answer = await client.get("/", headers={"if-none-match": etag})
        assert (answer.status_code, answer.content) == (304, b"")


async def test_text_is_compressed_for_who_takes_it(folder: Path) -> None:
    """Gzip when accepted, plain otherwise, the same bytes either way."""
    async with client_of(folder) as client:
        packed = await client.get("/", headers={"accept-encoding": "gzip"})
        plain = await client.get("/", headers={"accept-encoding": "identity"})
        assert packed.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert packed.content == plain.content == INDEX


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/missing.js"]
)
async def test_nothing_else_can_be_reached(folder: Path, path: str) -> None:
    """Files outside the folder and files that are not there do not exist."""
    async with client_of(folder) as client:
        assert (await client.get(path)).status_code == 404


async def test_unknown_api_addresses_are_errors_not_pages(folder: Path) -> None:
    """A mistyped API address gets an error a program understands."""
    async with client_of(folder) as client:
        answer = await client.get("/api/nothing")
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "not_found"


async def test_a_hub_without_a_page_says_so(tmp_path: Path) -> None:
    """When the page is not built, the answer says so and what to do."""
    async with client_of(tmp_path / "nowhere") as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert "not built" in answer.text
