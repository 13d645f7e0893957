"""A household of our own making: test cards instead of the demo's films, and cameras to break."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, StorageState

from consentry.simcam import FilmSpec, SimulatedCameras, film
from tests.browser.hub_process import hub_process
from tests.browser.owner import add_camera, set_up
from tests.browser.watched_page import WatchedPage

FILMS = {
    "door": film(FilmSpec(audio="aac")),
    "yard": film(FilmSpec(codec="hevc")),
    "yard-small": film(FilmSpec(width=160, height=90)),
    "gate": film(FilmSpec(width=640, height=360, bitrate=2_000_000, noise=0.2)),
    "gate-small": film(FilmSpec(width=160, height=90, seed=1)),
}


@dataclass(frozen=True)
class Household:
    """A hub with three cameras: one with sound, one of H.265, and one of 2 Mbit/s.

    The last two have a small H.264 picture too.
    """

    address: str
    session: StorageState
    cameras: SimulatedCameras
    door: str
    yard: str
    gate: str


@contextmanager
def household(context: BrowserContext, folder: Path) -> Iterator[Household]:
    """Run such a hub until the block ends; its account is made in ``context``."""
    with SimulatedCameras(FILMS) as cameras, hub_process("run", folder) as hub:
        page = WatchedPage(context.new_page(), hub.address)
        set_up(page, hub)
        door = add_camera(page, name="Door", url=cameras.url("door"))
        small = cameras.url("yard-small")
        yard = add_camera(page, name="Yard", url=cameras.url("yard"), sub_url=small)
        small = cameras.url("gate-small")
        gate = add_camera(page, name="Gate", url=cameras.url("gate"), sub_url=small)
        session = context.storage_state()
        context.close()
        yield Household(hub.address, session, cameras, door, yard, gate)
