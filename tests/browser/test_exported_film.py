"""Exported films in a real Chromium: the first picture is exact, also where parameters changed."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from consentry.model.time import SECOND, Micros, Span
from consentry.store import export
from tests.store.film import START, film
from tests.store.house import DOOR, build

pytestmark = pytest.mark.browser

SHOW = """async ([content, times]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const video = document.createElement("video");
    video.muted = true;
    document.body.append(video);
    const painted = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    video.src = URL.createObjectURL(new Blob([bytes], {type: "video/mp4"}));
    const happened = (name) => new Promise((resolve, reject) => {
        video.addEventListener(name, resolve, {once: true});
        video.addEventListener("error", () => reject(video.error.message), {once: true});
    });
    await happened("loadeddata");
    await painted;
    const numbers = [];
    const canvas = new OffscreenCanvas(64, 48);
    const context = canvas.getContext("2d", {willReadFrequently: true});
    for (const time of times) {
        if (time > 0) {
            video.currentTime = time;
            await happened("seeked");
        }
        context.drawImage(video, 0, 0, 64, 48);
        let number = 0;
        for (let bit = 0; bit < 12; bit += 1) {
            const x = 8 + 16 * (bit % 4);
            const y = 8 + 16 * Math.floor(bit / 4);
            number += context.getImageData(x, y, 1, 1).data[0] > 128 ? 1 << bit : 0;
        }
        numbers.push(number);
    }
    return {numbers, duration: video.duration};
}"""


@pytest.mark.parametrize("b_frames", [0, 2])
def test_chromium_shows_the_first_picture_of_the_stretch(
    browser: Browser, tmp_path: Path, b_frames: int
) -> None:
    """A stretch that begins between key frames shows its own first picture, and seeks right."""
    house = build(tmp_path)
    house.record(film(seconds=12, b_frames=b_frames, audio="aac"))
    house.record(
        film(seconds=12, width=128, start=Micros(START + 12 * SECOND), reason="parameters")
    )
    delay = house.recorded()[0].media_start
    span = Span(Micros(START + 5_300_000 + delay), Micros(START + 20_000_000 + delay))
    plan = export.plan(house.footage, DOOR, span)
    content = base64.b64encode(b"".join(plan.chunks())).decode()
    house.database.close()
    page = browser.new_page()
    shown = page.evaluate(SHOW, [content, [0, 1.05, 3.25, 8.05]])
    page.close()
    assert shown["numbers"] == [53, 63, 85, 13]
    assert shown["duration"] == pytest.approx(plan.duration / SECOND, abs=0.1)
