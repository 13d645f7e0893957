"""Where sound lies in time, whenever it arrives."""

from hypothesis import given
from hypothesis import strategies as st

from consentry.ingest.audio_timeline import AudioTimeline

RATE = 16000
FRAME = 1024
START = 1_000_000


def jumped(packets: list[tuple[int, float]]) -> bool:
    """Tell whether frames of these numbers, arriving at these seconds, hold a jump."""
    timeline = AudioTimeline(rate=RATE, tolerance=FRAME // 2)
    for index, seconds in packets:
        timeline.place(START + index * FRAME, FRAME, round(seconds * RATE))
    return timeline.jumped


@given(st.lists(st.tuples(st.floats(0, 10), st.integers(1, 300), st.integers(0, 100)), max_size=20))
def test_late_arrival_is_never_a_jump(bursts: list[tuple[float, int, int]]) -> None:
    """Frames held back for seconds come in one burst, some of them lost: their stamps are true."""
    now, index = 100.0, 0
    packets = [(index, now)]
    for held, count, lost in bursts:
        index += lost
        now = max(now + held, 100 + (index + count) * FRAME / RATE)
        packets += [(index + place, now) for place in range(1, count + 1)]
        index += count
    assert not jumped(packets)


def test_a_stamp_from_the_future_is_a_jump() -> None:
    """A stamp further ahead than time went on cannot be true, and one far back neither."""
    even = [(index, index * FRAME / RATE) for index in range(50)]
    now = 50 * FRAME / RATE
    assert jumped([*even, (50 + 100, now)])
    assert jumped([*even, (50 - 49, now)])
    assert not jumped([*even, (50 + 100, now + 100 * FRAME / RATE)])


def test_after_a_restart_a_stamp_is_believed() -> None:
    """A new run forgets what was before."""
    timeline = AudioTimeline(rate=RATE, tolerance=FRAME // 2)
    timeline.place(START, FRAME, 0)
    timeline.place(START + 100 * FRAME, FRAME, FRAME)
    assert timeline.jumped
    timeline.restart()
    assert timeline.place(START, FRAME, 2 * FRAME) == START
    assert not timeline.jumped
