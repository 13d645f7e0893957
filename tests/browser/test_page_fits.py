"""Every page fits a phone: nothing wider than the screen, nothing too small for a finger."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.household import Household
from tests.browser.watched_page import WatchedPage
from tests.browser.windows import phone, watched

pytestmark = pytest.mark.browser

PLACES = (
    "#/",
    "#/camera/{door}",
    "#/camera/{door}/timeline",
    "#/events",
    "#/kept",
    "#/cameras",
    "#/cameras/add",
    "#/cameras/{gate}",
    "#/cameras/{door}/zones",
    "#/diary",
    "#/settings",
    "#/people",
    "#/sign-in",
    "#/backup",
    "#/shares",
    "#/welcome",
    "#/departure?name=Bo&opened=1&camera={door}",
)

LONG = "Garage beside the drive, seen from the side entrance"
"""A name as an owner of several cameras gives it; the hub takes 60 letters."""

LEAST = 44
"""CSS pixels each way: WCAG 2.5.5, and what Apple asks of a button."""

_SMALL = """least => {
    const wide = document.documentElement.scrollWidth - screen.width;
    const what = 'a[href], button, input, select, [tabindex="0"]';
    const small = [...document.querySelectorAll(what)].flatMap((each) => {
        const target = each.closest('label') ?? each;
        const box = target.getBoundingClientRect();
        const there = each.checkVisibility() && each.tabIndex >= 0 && !each.closest('.unseen');
        if (!there || (box.width >= least && box.height >= least)) return [];
        const name = each.ariaLabel || target.textContent.trim() || each.type;
        return [`${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`];
    });
    return { wide, small };
}"""

_DIM = """() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const colour = (text) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = text;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((value) => value / 255)
        .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
        .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
    const under = (each) => {
        for (let at = each; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.backgroundImage !== 'none' || at.matches('.stage, .view, .tile')) return null;
            const back = colour(style.backgroundColor);
            if (back[3] === 255) return back;
            if (back[3] > 0) return null;
        }
        return null;
    };
    const found = new Set();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const each = texts.currentNode.parentElement;
        const text = texts.currentNode.data.trim();
        const off = each.closest(':disabled, [disabled], .unseen, script, style, option, .picture');
        if (!text || off || !each.checkVisibility()) continue;
        const back = under(each);
        const ink = colour(getComputedStyle(each).color);
        if (!back || ink[3] < 255) continue;
        const [one, other] = [light(back), light(ink)].toSorted((a, b) => b - a);
        const ratio = (one + 0.05) / (other + 0.05);
        if (ratio < 4.5) found.add(`${text.slice(0, 40)}: ${ratio.toFixed(2)}`);
    }
    return [...found];
}"""
"""Texts on a plain ground whose contrast is under 4.5 to 1 (WCAG 1.4.3)."""


@pytest.mark.parametrize("language", ["English", "Deutsch"])
def test_every_page_fits_a_phone(browser: Browser, house: Household, language: str) -> None:
    """Nothing is wider than the screen, and whatever is touched is as large as a finger."""
    found = {}
    with watched(phone(browser, house.session), house.address) as page:
        page.open("#/settings")
        page.page.get_by_text(language).click()
        page.ask("PATCH", f"/api/cameras/{house.gate}", {"name": LONG})
        problem = {"id": "down", "code": "camera_down", "camera": house.gate, "message": ""}
        problems = [{**problem, "since": "2026-11-22T10:00:00Z"}]
        page.page.route("**/api/problems", lambda route: route.fulfill(json=problems))
        page.page.reload()
        expect(page.page.get_by_role("status").filter(has_text=LONG)).to_be_visible()
        for place in PLACES:
            page.open(place.format(door=house.door, gate=house.gate))
            expect(page.page.locator("main")).to_be_visible()
            page.page.wait_for_load_state("networkidle")
            found[place] = page.page.evaluate(_SMALL, LEAST)
        page.open("#/settings")
        page.page.get_by_text("English").click()
        page.ask("PATCH", f"/api/cameras/{house.gate}", {"name": "Gate"})
    assert found == {place: {"wide": 0, "small": []} for place in PLACES}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(house_page: WatchedPage, house: Household, scheme: str) -> None:
    """Light or dark, each text stands out from its ground by 4.5 to 1."""
    house_page.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = {}
    for place in PLACES:
        house_page.open(place.format(door=house.door, gate=house.gate))
        expect(house_page.page.locator("main")).to_be_visible()
        house_page.page.wait_for_load_state("networkidle")
        found[place] = house_page.page.evaluate(_DIM)
    assert found == {place: [] for place in PLACES}
