"""One's own browsers: which are signed in, and signing them out."""

import contextlib
from collections.abc import AsyncIterator

import httpx
import pytest

from consentry.model.feed import SignedIn
from consentry.web.device import device
from tests.web.doorstep import Doorstep

FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"


@contextlib.asynccontextmanager
async def signed_in(door: Doorstep, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Use another browser of Ada's."""
    async with door.browser(address, **{"User-Agent": FIREFOX}) as browser:
        assert (await door.log_in(browser)).status_code == 200
        yield browser


async def test_browsers_are_listed_and_signed_out(door: Doorstep) -> None:
    """With address, device and last use; one of them, or all but this."""
    async with (
        signed_in(door, "192.0.2.20") as phone,
        signed_in(door, "192.0.2.21") as tablet,
    ):
        listed = (await door.owner.get("/api/sessions")).json()
        assert {(s["address"], s["current"]) for s in listed} == {
            ("192.0.2.10", True),
            ("192.0.2.20", False),
            ("192.0.2.21", False),
        }
        (one,) = (s for s in listed if s["address"] == "192.0.2.20")
        assert one["device"] == "Firefox on Android"
        path = f"/api/sessions/{one['id']}"
        assert (await door.owner.delete(path)).status_code == 204
        assert (await phone.get("/api/cameras")).status_code == 401
        assert (await tablet.get("/api/cameras")).status_code == 200
        assert (await door.owner.delete("/api/sessions")).status_code == 204
        assert (await tablet.get("/api/cameras")).status_code == 401
        (here,) = (await door.owner.get("/api/sessions")).json()
        assert here["current"] is True


async def test_nobody_signs_others_out(door: Doorstep) -> None:
    """Somebody else's session does not exist for anybody but themselves."""
    async with door.browser() as phone:
        await door.join(phone, "adult", "Bo")
        (own,) = (await phone.get("/api/sessions")).json()
        (hers,) = (await door.owner.get("/api/sessions")).json()
        assert (await phone.delete(f"/api/sessions/{hers['id']}")).status_code == 404
        assert (await phone.delete(f"/api/sessions/{own['id']}")).status_code == 204
        assert (await door.owner.get("/api/cameras")).status_code == 200


async def test_adults_hear_of_every_sign_in(door: Doorstep) -> None:
    """Who, from where, with what."""
    async with door.hub.feed.subscribe() as messages, signed_in(door, "192.0.2.20"):
        heard = await anext(messages)
    assert isinstance(heard, SignedIn)
    told = (heard.name, heard.address, heard.device, heard.at)
    assert told == ("Ada", "192.0.2.20", "Firefox on Android", door.clock.wall())


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/142 Safari/537", "Chrome on Mac"),
        ("curl/8.9", "curl"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_device_has_a_name_for_people(agent: str, name: str) -> None:
    """Browser and system, or what a program calls itself; never anything that could be markup."""
    assert device(agent) == name
