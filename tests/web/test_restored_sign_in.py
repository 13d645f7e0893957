"""Signing in on a hub that was restored from a backup on another machine."""

import io
from pathlib import Path

import pyotp

from consentry.config import Config
from consentry.home.hub import Hub
from consentry.home.restoring import restore
from consentry.home.supervisor import Work
from consentry.model.secret import Secret
from consentry.model.time import SECOND
from consentry.store import second_factors
from consentry.web.app import create_app
from tests.web.browsers import browser_at
from tests.web.doorstep import PASSWORD, doorstep
from tests.web.hand_clock import HandClock
from tests.web.home import CHEAP

STEP = 30 * SECOND


async def test_a_code_is_asked_for_as_before(tmp_path: Path) -> None:
    """Who had the password and the app signs in; the password alone does not; old tokens never."""
    clock = HandClock()
    async with doorstep(tmp_path / "old", clock) as door:
        made = await door.owner.post("/api/sign-in/totp", json={"password": PASSWORD})
        app = pyotp.TOTP(made.json()["secret"])
        now = app.generate_otp(clock.wall() // STEP)
        confirmed = await door.owner.put("/api/sign-in/totp", json={"code": now})
        codes = confirmed.json()["recovery_codes"]
        wanted = {"name": "Board", "password": PASSWORD, "rights": ["live"], "days": 9}
        token = (await door.owner.post("/api/tokens", json=wanted)).json()["secret"]
        words = door.hub.words.offer()
        await door.hub.words.confirm({n: words.words[n - 1] for n in words.asked})
        content = b"".join(door.hub.words.backup())
    assert made.json()["secret"].encode() not in content
    config = Config(data=tmp_path / "new")
    restore(config, io.BytesIO(content), Secret(" ".join(words.words)))
    clock.advance(STEP)
    async with Hub(config, work=Work.NOTHING, clock=clock, cost=CHEAP) as hub:
        async with browser_at(create_app(hub)) as browser:
            body = {"name": "Ada", "password": PASSWORD}
            for wrong in ({}, {"code": "000000"}, {"code": codes[0]}):
                assert (await browser.post("/api/login", json={**body, **wrong})).status_code == 401
            signed = {"Authorization": f"Bearer {token}"}
            assert (await browser.get("/api/cameras", headers=signed)).status_code == 401
            later = app.generate_otp(clock.wall() // STEP)
            entered = await browser.post("/api/login", json={**body, "code": later})
            assert entered.status_code == 200, entered.text
            assert not entered.json()["locked"]
            member = entered.json()["member"]
        assert await hub.database.run(second_factors.codes_left, member) == 0
