"""Zones are asked for the point where a thing stands."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from consentry.events.zones import alerts_in, contains, zones_at
from consentry.model.camera import Zone
from consentry.model.vision import Box, Label
from tests.events.passing_things import CAMERA

LEFT = Zone("left", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
L_SHAPE = ((0.0, 0.0), (1.0, 0.0), (1.0, 0.5), (0.5, 0.5), (0.5, 1.0), (0.0, 1.0))


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_an_l_shaped_zone_leaves_its_corner_out(x: float, y: float) -> None:
    """A point lies in an L exactly when it is not in the missing quarter."""
    assert contains(L_SHAPE, (x, y)) is not (x > 0.5 and y >= 0.5) or x == 0.5


def test_the_foot_decides() -> None:
    """A tall box that leans into a zone stands where its lower edge is."""
    camera = replace(CAMERA, zones=(LEFT,))
    assert zones_at(camera, Box(0.3, 0.1, 0.5, 0.9)) == (LEFT,)
    assert zones_at(camera, Box(0.45, 0.1, 0.75, 0.9)) == ()


def test_a_thing_cut_by_the_lower_edge_stands_inside() -> None:
    """A box that ends at or below the picture's edge is still in the zone that touches it."""
    camera = replace(CAMERA, zones=(LEFT,))
    assert zones_at(camera, Box(0.1, 0.5, 0.3, 1.02)) == (LEFT,)


def test_labels_of_a_zone() -> None:
    """A zone without labels asks for all of them."""
    assert alerts_in(LEFT, Label.ANIMAL)
    assert not alerts_in(replace(LEFT, labels=frozenset({Label.PERSON})), Label.ANIMAL)
