"""When a soak is held, and what it says when not."""

from dataclasses import replace

import pytest

from consentry.bench.soak import Minute, complaints

GOOD = [
    Minute(n, recording=4, gaps=0, covered=1.0, memory=300_000_000, cpu_share=0.2, events=1)
    for n in range(1, 21)
]


def test_flat_memory_and_whole_footage_hold() -> None:
    """Twenty minutes with nothing lost are no complaint, also where memory grew at the start."""
    warming = [replace(GOOD[0], memory=100_000_000), *GOOD[1:]]
    assert complaints(GOOD, 4) == complaints(warming, 4) == []


@pytest.mark.parametrize(
    ("lost", "sentence"),
    [
        (replace(GOOD[10], gaps=2), "2 gaps"),
        (replace(GOOD[10], covered=0.98), "98.00 %"),
        (replace(GOOD[10], recording=3), "not all cameras"),
    ],
)
def test_anything_lost_is_named(lost: Minute, sentence: str) -> None:
    """A gap, a hole or a camera that is not recorded ends in a complaint."""
    found = complaints([*GOOD[:10], lost, *GOOD[11:]], 4)
    assert len(found) == 1
    assert sentence in found[0]


def test_growing_memory_is_named() -> None:
    """Memory that grows steadily after warm-up ends in a complaint."""
    leaking = [replace(m, memory=m.memory + m.minute * 5_000_000) for m in GOOD]
    assert "memory grew" in complaints(leaking, 4)[0]
