"""Codes of an authenticator app, and recovery codes."""

import httpx
import pyotp
import pytest

from consentry.model.time import DAY, SECOND
from tests.web.doorstep import PASSWORD, Doorstep

STEP = 30 * SECOND


def code(door: Doorstep, secret: str, *, steps: int = 0) -> str:
    """Return what the app shows now, or so many half minutes later."""
    return pyotp.TOTP(secret).generate_otp(door.clock.wall() // STEP + steps)


async def switched_on(door: Doorstep) -> tuple[str, list[str]]:
    """Ask Ada for codes from now on; return the app's secret and her recovery codes."""
    made = await door.owner.post("/api/sign-in/totp", json={"password": PASSWORD})
    secret = made.json()["secret"]
    assert made.json()["uri"].startswith("otpauth://totp/Consentry:Ada?secret=" + secret)
    assert made.json()["qr"].startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    confirmed = await door.owner.put("/api/sign-in/totp", json={"code": code(door, secret)})
    assert confirmed.status_code == 200, confirmed.text
    door.clock.advance(STEP)  # the code just typed is used up
    return secret, confirmed.json()["recovery_codes"]


def refused(answer: httpx.Response) -> str:
    """Return the code of a refusal."""
    assert answer.status_code == 401, answer.text
    told: str = answer.json()["error"]["code"]
    return told


async def test_codes_are_asked_for_once_one_was_typed(door: Doorstep) -> None:
    """A secret alone changes nothing: whoever gives up half-way is not locked out."""
    await door.owner.post("/api/sign-in/totp", json={"password": PASSWORD})
    async with door.browser() as phone:
        assert (await door.log_in(phone)).status_code == 200
    wrong = await door.owner.put("/api/sign-in/totp", json={"code": "123"})
    assert refused(wrong) == "wrong_code"
    assert (await door.owner.get("/api/sign-in")).json()["totp"] is False
    await switched_on(door)
    shown = (await door.owner.get("/api/sign-in")).json()
    assert (shown["totp"], shown["recovery_codes"]) == (True, 10)
    (ada,) = (await door.owner.get("/api/members")).json()["members"]
    assert ada["second_factor"] is True


async def test_the_right_password_needs_the_right_code(door: Doorstep) -> None:
    """Without one it is asked for; a wrong one is told from a wrong password."""
    secret, _ = await switched_on(door)
    async with door.browser() as phone:
        assert refused(await door.log_in(phone)) == "second_factor"
        assert refused(await door.log_in(phone, code="000000")) == "wrong_code"
        assert refused(await door.log_in(phone, "wrong horse")) == "wrong_credentials"
        assert (await phone.get("/api/cameras")).status_code == 401
        spaced = code(door, secret)[:3] + " " + code(door, secret)[3:]
        assert (await door.log_in(phone, code=spaced)).status_code == 200


async def test_a_code_works_once(door: Doorstep) -> None:
    """Whoever looks over a shoulder is too late, also with the code before."""
    secret, _ = await switched_on(door)
    before, now = code(door, secret, steps=-1), code(door, secret)
    async with door.browser() as phone:
        assert (await door.log_in(phone, code=now)).status_code == 200
        assert refused(await door.log_in(phone, code=now)) == "wrong_code"
        assert refused(await door.log_in(phone, code=before)) == "wrong_code"


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (1, True), (2, False)])
async def test_a_clock_may_be_half_a_minute_off(door: Doorstep, *, steps: int, good: bool) -> None:
    """The app's clock and ours need not agree to the second."""
    secret, _ = await switched_on(door)
    door.clock.advance(5 * STEP)
    async with door.browser() as phone:
        answer = await door.log_in(phone, code=code(door, secret, steps=steps))
        assert (answer.status_code == 200) is good


async def test_a_code_of_yesterday_is_not_revived_by_the_clock(door: Doorstep) -> None:
    """Set back to when it was shown, it has been used or overtaken; recovery codes still work."""
    secret, codes = await switched_on(door)
    old = code(door, secret)
    door.clock.advance(DAY)
    async with door.browser() as phone:
        assert (await door.log_in(phone, code=code(door, secret))).status_code == 200
        door.clock.advance(-DAY)
        assert refused(await door.log_in(phone, code=old)) == "wrong_code"
        assert (await door.log_in(phone, code=codes[0])).status_code == 200


async def test_a_recovery_code_works_once_however_it_is_typed(door: Doorstep) -> None:
    """In capitals, without dashes; new ones make the old ones worthless."""
    _, codes = await switched_on(door)
    async with door.browser() as phone:
        typed = codes[0].upper().replace("-", " ")
        assert (await door.log_in(phone, code=typed)).status_code == 200
        assert refused(await door.log_in(phone, code=codes[0])) == "wrong_code"
        assert (await door.owner.get("/api/sign-in")).json()["recovery_codes"] == 9
        renewed = await door.owner.post("/api/sign-in/recovery-codes", json={"password": PASSWORD})
        fresh = renewed.json()["recovery_codes"]
        assert len(set(fresh) | set(codes)) == 20
        assert refused(await door.log_in(phone, code=codes[1])) == "wrong_code"
        assert (await door.log_in(phone, code=fresh[1])).status_code == 200


async def test_switching_off_takes_the_password(door: Doorstep) -> None:
    """A stolen browser alone weakens nothing."""
    await switched_on(door)
    wrong = {"password": "wrong horse"}
    for path in ("totp", "totp/off", "recovery-codes"):
        assert refused(await door.owner.post(f"/api/sign-in/{path}", json=wrong))
    again = await door.owner.post("/api/sign-in/totp", json={"password": PASSWORD})
    assert again.status_code == 409
    off = await door.owner.post("/api/sign-in/totp/off", json={"password": PASSWORD})
    assert off.status_code == 204
    async with door.browser() as phone:
        assert (await door.log_in(phone)).status_code == 200


async def test_guessing_codes_is_slowed(door: Doorstep) -> None:
    """Who knows the password and guesses the code waits like who guesses passwords."""
    await switched_on(door)
    async with door.browser() as thief:
        answers = [await door.log_in(thief, code="000000") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2


async def test_the_database_tells_no_recovery_code(door: Doorstep) -> None:
    """Only hashes are kept."""
    _, codes = await switched_on(door)
    rows = await door.hub.database.run(
        lambda c: c.execute("SELECT * FROM recovery_codes").fetchall()
    )
    assert len(rows) == 10
    assert not any(codes[0].replace("-", "") in repr(row) for row in rows)
