"""What the house's locks cost: the same looks by one owner on this machine, and by a household.

One hub does both in turn, window by window, so that what a hub costs anyway is the same:

* *alone*: one owner, signed in, over plain HTTP on loopback; feed open; four cameras live; one
  camera played; a page that polls.
* *locked*: the same looks by four people over HTTPS: owner, adult, member and guest, the last two
  by grants with hours; four feeds open; the cameras played in turn, so that every request begins
  and ends a sitting in the diary; the polling is done with a limited API token; the adult's
  browser reads the diary.

What of the locks can't be switched off is in both: sealed recording, the diary, the check of
rights. The owner alone begins a sitting once. Signing in (half a second of Argon2 by design) lies
before the windows.

What locks cost they cost in the hub's own process: recorders, watcher and detector do the same
for one owner as for four people. But they are nine tenths of the whole, and how much there is to
see differs from window to window by more than locks cost. So the pairs compare the hub's own
process, and the promise is about their mean difference as a share of the whole: with its
confidence interval, which says what the measurement is worth.
"""

import asyncio
import statistics
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from consentry.bench.figure import Figure, Mean
from consentry.bench.films import MAIN, kept_film
from consentry.bench.hub_process import HubProcess
from consentry.bench.visitor import PASSWORD, Door, Visitor, everywhere
from consentry.bench.windows import Plan, Window, measure, scratch
from consentry.simcam import CameraProcess, SimulatedCamera
from consentry.simcam.programme import default_cache, demo_films

CAMERAS = 16
_LIVE = 4
_LOOP_S = 96
_TURN_S = 2 * _LOOP_S / CAMERAS
"""As in ``watching``: a window of a whole turn of the demo's programme meets as many visitors."""
_PAIRS = 4
"""Pairs of short windows for each long one that other figures have."""
_RIGHTS = ("live", "recordings", "clips")
_WARM_S = 30.0
"""What is played lies twenty seconds back."""


@dataclass(frozen=True, slots=True)
class _House:
    """Who can look: the owner on this machine, and everybody over HTTPS."""

    cameras: tuple[str, ...]
    alone: Visitor
    owner: Visitor
    adult: Visitor
    member: Visitor
    guest: Visitor
    program: Visitor


def figures(plan: Plan) -> Iterator[Figure]:
    """Measure both in turn on one hub."""
    main, scenes = kept_film(MAIN), list(demo_films(default_cache(), lambda *_: None).values())
    served = {}
    for n in range(CAMERAS):
        served[f"{n}/main"] = SimulatedCamera(main)
        scene = scenes[n % len(scenes)].sub
        served[f"{n}/sub"] = SimulatedCamera(scene, phase=n * _LOOP_S / CAMERAS)
    plan = replace(plan, windows=_PAIRS * plan.windows, seconds=_TURN_S, settle_s=2.0)
    with (
        scratch(plan.folder / "locks") as folder,
        CameraProcess(served) as cameras,
        HubProcess(folder, detect=True, host="0.0.0.0") as hub,  # noqa: S104 - HTTPS is only there
    ):
        urls = {
            f"Camera {n}": (cameras.url(f"{n}/main"), cameras.url(f"{n}/sub"))
            for n in range(CAMERAS)
        }
        hub.add_cameras(urls)
        hub.wait_recording(CAMERAS)
        alone, locked = asyncio.run(_windows(hub, plan))
    yield _figure(alone, locked)


async def _windows(hub: HubProcess, plan: Plan) -> tuple[list[Window], list[Window]]:
    house = await _moved_in(hub)
    alone, locked = list[Window](), list[Window]()
    await asyncio.sleep(_WARM_S)
    sides: Sequence[tuple[list[Window], Callable[[_House], AbstractAsyncContextManager[None]]]]
    sides = (alone, _owner_alone), (locked, _everybody)
    for number in range(plan.windows):
        # Each side comes first as often: what drifts in a pair adds up to nothing.
        for found, looking in sides if number % 2 else sides[::-1]:
            async with looking(house):
                found.append(await asyncio.to_thread(measure, [hub.pid], plan))
    return alone, locked


async def _moved_in(hub: HubProcess) -> _House:
    """Make everybody's account and sign everybody in."""
    hub.make_account("Ada", PASSWORD)
    cameras = tuple(camera["id"] for camera in hub.get("/api/cameras"))
    plain, sealed = Door.plain(hub), Door.sealed(hub)
    alone, owner = Visitor(plain), Visitor(sealed)
    await alone.sign_in("Ada")
    await owner.sign_in("Ada")
    people = []
    for name, role in (("Ben", "adult"), ("Cleo", "member"), ("Dan", "guest")):
        given = [] if role == "adult" else list(everywhere(cameras, _RIGHTS))
        invited = await owner.send("/api/members/invitations", {"role": role, "grants": given})
        somebody = Visitor(sealed)
        joining = {"token": invited["token"], "name": name, "password": PASSWORD}
        await somebody.send("/api/join", joining)
        people.append(somebody)
    adult, member, guest = people
    wanted = {"name": "Board", "password": PASSWORD, "rights": list(_RIGHTS), "days": 1}
    program = Visitor(sealed)
    secret = (await adult.send("/api/tokens", wanted))["secret"]
    program.client.headers["Authorization"] = f"Bearer {secret}"
    return _House(cameras, alone, owner, adult, member, guest, program)


@asynccontextmanager
async def _owner_alone(house: _House) -> AsyncIterator[None]:
    alone = house.alone
    lives = [alone.live(camera) for camera in house.cameras[:_LIVE]]
    async with alone.doing(*lives, alone.play(house.cameras[:1]), alone.poll()):
        yield


@asynccontextmanager
async def _everybody(house: _House) -> AsyncIterator[None]:
    people = (house.owner, house.adult, house.member, house.guest)
    looks = [[each.live(camera)] for each, camera in zip(people, house.cameras, strict=False)]
    looks[1].append(house.adult.check_diary())
    looks[2].append(house.member.play(house.cameras))
    async with AsyncExitStack() as stack:
        for person, theirs in zip(people, looks, strict=True):
            await stack.enter_async_context(person.doing(*theirs))
        await stack.enter_async_context(house.program.doing(house.program.poll()))
        yield


def _figure(alone: list[Window], locked: list[Window]) -> Figure:
    whole = statistics.fmean(window.cpu_share for window in alone)
    own = Mean.of(
        [100 * (b.own_share - a.own_share) / whole for a, b in zip(alone, locked, strict=True)]
    )
    total = Mean.of(
        [100 * (b.cpu_share - a.cpu_share) / whole for a, b in zip(alone, locked, strict=True)]
    )
    hub = statistics.fmean(window.own_share for window in alone)
    return Figure(
        f"all locks on, {CAMERAS} cameras recorded and watched: processor of the hub",
        f"{own.value:+.1f} % ± {own.either_way:.1f}: at most {own.highest:+.1f} %",
        f"one owner: {100 * whole:.1f} % of one core, {100 * hub:.1f} of it the hub's own process",
        "at most 5 % more",
        f"mean and 95 % interval of {len(alone)} pairs of windows of {_TURN_S:.0f} s, interleaved "
        "on one hub: what its own process, where the locks are, used more, as a share of all its "
        f"processes (all compared: {total.value:+.1f} % ± {total.either_way:.1f}). One owner: by "
        f"plain HTTP on this machine, feed, {_LIVE} cameras live, one played, a page that polls; "
        "the diary, which can't be off, begins one sitting. Locked: the same looks over HTTPS by "
        "owner, adult, and a member and a guest by grants with hours; four feeds, a sitting begun "
        "and ended with each request of the player, polled with a limited token, diary read",
    )
