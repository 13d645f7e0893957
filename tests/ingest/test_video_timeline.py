"""Times of video streams, however badly they were stamped."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentry.ingest.video_timeline import Moment, VideoTimeline

SECOND = 90000
STEP = 4500  # 20 fps


def place(
    stamps: Iterable[int | None], *, reorder: int = 0, arrivals: Iterable[int] | None = None
) -> tuple[VideoTimeline, list[Moment]]:
    """Place pictures that arrive evenly unless told otherwise."""
    given_stamps = list(stamps)
    times = list(arrivals or (index * STEP for index in range(len(given_stamps))))
    timeline = VideoTimeline(timescale=SECOND, reorder=reorder, arrival=times[0], step=STEP)
    return timeline, [
        timeline.place(stamp, time) for stamp, time in zip(given_stamps, times, strict=True)
    ]


def jumps(moments: list[Moment]) -> list[int]:
    """Return the places where a new run was asked for."""
    return [index for index, moment in enumerate(moments) if moment.jumped]


def test_even_times_stay_as_they_are() -> None:
    """A well-behaved camera's times are only moved to the run's zero."""
    _, moments = place(range(777, 777 + 40 * STEP, STEP))
    assert [moment.dts for moment in moments] == list(range(0, 40 * STEP, STEP))
    assert {(moment.cts_offset, moment.duration) for moment in moments} == {(0, STEP)}
    assert jumps(moments) == []


def test_b_frames_get_decode_times_that_display_order_implies() -> None:
    """Pictures in decoding order keep their presentation times, decode times are even."""
    order = [0, 4, 2, 1, 3, 8, 6, 5, 7, 12, 10, 9, 11]
    _, moments = place([1000 + index * STEP for index in order], reorder=2)
    assert [moment.dts for moment in moments] == [index * STEP for index in range(13)]
    shown = [moment.dts + moment.cts_offset for moment in moments]
    assert shown == [(index + 2) * STEP for index in order]
    assert jumps(moments) == []


@pytest.mark.parametrize("leading", [[3, 1, 2], [2, 1], [1, 2], [0, 1, 2]])
def test_pictures_that_lead_the_first_one_are_no_jump(leading: list[int]) -> None:
    """A run entered at an open group, whose leading pictures reach back beyond the run's zero."""
    order = [4, *leading, 8, 6, 5, 7, 12, 10, 9, 11]
    _, moments = place([1000 + index * STEP for index in order], reorder=2)
    assert jumps(moments) == []
    assert all(later.dts > earlier.dts for earlier, later in pairwise(moments))


def test_b_frames_not_announced_are_learnt() -> None:
    """A stream that reorders without saying so asks for a new run, which then knows."""
    order = [0, 3, 1, 2, 6, 4, 5]
    timeline, moments = place([index * STEP for index in order])
    assert jumps(moments)[0] == 2
    assert timeline.reorder == 1
    _, again = place([index * STEP for index in order], reorder=timeline.reorder)
    assert jumps(again) == []


def test_a_repeated_time_takes_the_usual_step() -> None:
    """Every third picture stamped like the one before it: even times all the same."""
    stamps = [index * STEP - (STEP if index % 3 == 2 else 0) for index in range(60)]
    _, moments = place(stamps)
    assert [moment.dts for moment in moments] == list(range(0, 60 * STEP, STEP))
    assert jumps(moments) == []


def test_missing_times_take_the_usual_step() -> None:
    """Missing stamps, the very first included, leave even times."""
    stamps = [None, 5000 + STEP, None, None, 5000 + 4 * STEP, 5000 + 5 * STEP]
    timeline, moments = place(stamps)
    assert [moment.dts for moment in moments] == list(range(0, 6 * STEP, STEP))
    assert timeline.origin == 5000
    assert jumps(moments) == []


def test_time_that_stands_still_goes_on_by_the_clock() -> None:
    """While stamps stand still, pictures are placed by when they came."""
    _, moments = place([0, STEP] + [2 * STEP] * 100)
    assert abs(moments[-1].dts - 101 * STEP) <= STEP
    assert jumps(moments) == []


@pytest.mark.parametrize("jump", [3600 * SECOND, -3600 * SECOND, 5 * SECOND, -SECOND])
def test_a_jump_is_bridged_and_reported_once(jump: int) -> None:
    """The camera's clock is set: the recording goes on evenly and a new run is asked for."""
    stamps = [10**9 + index * STEP + (jump if index >= 50 else 0) for index in range(100)]
    _, moments = place(stamps)
    assert jumps(moments) == [50]
    assert [moment.dts for moment in moments] == list(range(0, 100 * STEP, STEP))


@pytest.mark.parametrize("reorder", [0, 3])
def test_rtp_time_wraps_without_a_seam(reorder: int) -> None:
    """Passing 2**32 ticks, which 90 kHz does every 13 hours, is no jump."""
    group = [0, 1, 2, 3] if reorder == 0 else [3, 2, 1, 0]
    order = [0, *(1 + first + index for first in range(0, 100, 4) for index in group)]
    _, moments = place([index * STEP for index in order], reorder=reorder)
    start = (1 << 32) - 40 * STEP
    _, wrapped = place([(start + index * STEP) % (1 << 32) for index in order], reorder=reorder)
    assert wrapped == moments
    assert jumps(wrapped) == []


def test_a_stalled_network_that_catches_up_moves_nothing() -> None:
    """Four seconds of silence, then a burst: the stamps were right all along."""
    arrivals = [index * STEP if index < 40 else max(index, 120) * STEP for index in range(200)]
    _, moments = place((index * STEP for index in range(200)), arrivals=arrivals)
    assert [moment.dts for moment in moments] == list(range(0, 200 * STEP, STEP))
    assert jumps(moments) == []


def test_a_burst_at_the_beginning_moves_nothing() -> None:
    """A camera that first sends the eight seconds it kept is believed."""
    arrivals = [index if index < 160 else (index - 160) * STEP for index in range(300)]
    _, moments = place((index * STEP for index in range(300)), arrivals=arrivals)
    assert [moment.dts for moment in moments] == list(range(0, 300 * STEP, STEP))


def test_a_pause_the_stamps_do_not_know_of_is_found() -> None:
    """A camera whose clock stood during 30 s without pictures lags for good: a new run."""
    arrivals = [(index + (600 if index >= 100 else 0)) * STEP for index in range(300)]
    _, moments = place((index * STEP for index in range(300)), arrivals=arrivals)
    found = jumps(moments)
    assert len(found) == 1
    lag = arrivals[-1] - moments[-1].dts
    assert abs(lag) < SECOND // 2


def test_pictures_lost_on_the_way_leave_their_time() -> None:
    """Three seconds of pictures never came: the times after it are right, and no jump."""
    indexes = [*range(50), *range(110, 200)]
    stamps = [index * STEP for index in indexes]
    _, moments = place(stamps, arrivals=stamps)
    assert [moment.dts for moment in moments] == stamps
    assert jumps(moments) == []


def test_a_slow_crystal_is_no_jump() -> None:
    """At 300 ppm an hour's recording drifts by a second, and no new run is asked for."""
    arrivals = [index * STEP + index * STEP * 300 // 1_000_000 for index in range(72_000)]
    _, moments = place((index * STEP for index in range(72_000)), arrivals=arrivals)
    assert jumps(moments) == []


stamp = st.one_of(st.none(), st.integers(0, 1 << 33), st.integers(0, 20).map(lambda n: n * STEP))


@given(
    st.lists(st.tuples(stamp, st.integers(0, 20 * SECOND)), min_size=1, max_size=80),
    st.integers(0, 5),
)
def test_whatever_is_stamped_decode_times_grow(
    pictures: list[tuple[int | None, int]], reorder: int
) -> None:
    """No stamps at all make decode times fall, repeat, or lie after presentation; none is lost."""
    timeline = VideoTimeline(timescale=SECOND, reorder=reorder, arrival=0)
    arrival = 0
    moments: list[Moment] = []
    for pts, pause in pictures:
        arrival += pause
        moments.append(timeline.place(pts, arrival))
    assert len(moments) == len(pictures)
    assert moments[0].dts >= 0
    for earlier, later in pairwise(moments):
        assert later.dts > earlier.dts
    assert all(moment.cts_offset >= 0 and moment.duration > 0 for moment in moments)


@given(st.lists(st.integers(-SECOND // 30, SECOND // 30), min_size=50, max_size=200))
def test_jitter_of_the_network_never_moves_a_time(jitter: list[int]) -> None:
    """Only stamps place pictures while they are plausible: arrival within 33 ms changes nothing."""
    stamps = [index * STEP for index in range(len(jitter))]
    arrivals = [SECOND + time + late for time, late in zip(stamps, jitter, strict=True)]
    _, moments = place(stamps, arrivals=arrivals)
    assert [moment.dts for moment in moments] == stamps
