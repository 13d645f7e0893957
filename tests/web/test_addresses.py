"""Where a camera is in the network: for those who may set it up, and nobody else."""

from urllib.parse import urlsplit

import pytest
import websockets

from consentry.home.messages import StreamStatus
from consentry.model.errors import CameraState
from consentry.model.media import StreamName
from consentry.model.rights import RESIDENT, Grant, Role
from consentry.model.status import without_address
from tests.web.home import Home, listening
from tests.web.people import browser_of, joined
from tests.web.test_every_route import TABLE, filled

HOST, WHERE = "192.0.2.1", "/hidden/path"
TROUBLE = f"The camera at {HOST} has no stream at {WHERE}; check the path."


def in_trouble(home: Home, sentence: str = TROUBLE) -> None:
    """Let the recorder say what is wrong with the camera, address and all."""
    home.hub.cameras.status(
        StreamStatus(home.camera, StreamName.MAIN, CameraState.NOT_FOUND, sentence, recording=False)
    )


@pytest.mark.parametrize("role", [Role.ADULT, Role.MEMBER, Role.GUEST])
async def test_no_route_tells_the_address(home: Home, role: Role) -> None:
    """Every GET as somebody without the right to settings: neither host nor path in any answer."""
    in_trouble(home)
    assert TROUBLE in (await home.owner.get(f"/api/cameras/{home.camera}")).text
    grants = () if role is Role.ADULT else (Grant(home.camera, RESIDENT),)
    async with await browser_of(home.app, await joined(home.app, "Bo", role, *grants)) as browser:
        shown = await browser.get(f"/api/cameras/{home.camera}")
        assert shown.json()["state_message"] == without_address(CameraState.NOT_FOUND)
        for row in TABLE:
            if row.method == "GET":
                answer = await browser.get(filled(row.path, home), params=row.query)
                assert HOST.encode() not in answer.content, row
                assert WHERE.encode() not in answer.content, row


@pytest.mark.parametrize("role", [Role.ADULT, Role.MEMBER, Role.GUEST])
async def test_no_socket_tells_the_address(home: Home, role: Role) -> None:
    """Feed and live view name the state; only the owner reads where the camera is."""
    in_trouble(home)
    grants = () if role is Role.ADULT else (Grant(home.camera, RESIDENT),)
    bo = await joined(home.app, "Bo", role, *grants)
    async with await browser_of(home.app, bo) as browser, listening(home) as url:
        theirs = next(iter(browser.cookies.values()))
        port = urlsplit(url).port
        for token, tells in ((theirs, False), (home.token, True)):
            signed = {"Cookie": f"consentry_session_{port}={token}"}
            live = f"{url}/api/cameras/{home.camera}/live?stream=main"
            async with (
                websockets.connect(f"{url}/api/feed", additional_headers=signed) as feed,
                websockets.connect(live, additional_headers=signed) as watching,
            ):
                assert (HOST in str(await watching.recv())) is tells
                in_trouble(home, f"{TROUBLE} {tells}")
                while '"type":"camera"' not in (said := str(await feed.recv())):
                    assert HOST not in said
                assert (HOST in said) is tells


def test_every_trouble_has_a_sentence_without_address() -> None:
    """Whatever is wrong with a camera, those who only watch are told so in a sentence."""
    fine = {CameraState.CONNECTING, CameraState.ONLINE}
    assert {state for state in CameraState if not without_address(state)} == fine
