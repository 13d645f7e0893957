"""Boxes of one thing become one box, whole things win over pieces."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from consentry.model.vision import Label
from consentry.vision.crops import Square
from consentry.vision.found import Found, joined

LEFT, RIGHT = Square(0, 0, 360), Square(280, 0, 360)

CAR = Found(Label.VEHICLE, 0.8, 100, 100, 200, 160, whole=True, square=LEFT, crop=0, stand_in=False)


def test_a_jittered_copy_is_the_same_thing() -> None:
    """Two boxes of a label that mostly overlap are one, with the better score."""
    again = replace(CAR, score=0.6, left=106, right=208)
    assert joined([again, CAR]) == [CAR]


def test_a_piece_cut_by_a_crop_is_no_second_thing() -> None:
    """A cut box inside a whole one disappears, though its score is higher."""
    piece = replace(CAR, score=0.9, right=130, whole=False, crop=1)
    assert joined([piece, CAR]) == [CAR]


def test_two_halves_become_one_whole() -> None:
    """What two crops cut apart is put together again."""
    left = replace(CAR, left=250, right=360, whole=False)
    right = replace(CAR, score=0.7, left=355, right=470, whole=False, square=RIGHT, crop=1)
    (whole,) = joined([left, right])
    assert (whole.left, whole.right, whole.score) == (250, 470, 0.8)


def test_halves_that_do_not_fit_stay_two() -> None:
    """A tall and a flat piece beside each other are two things."""
    left = replace(CAR, left=250, right=360, whole=False)
    tall = replace(CAR, left=355, right=400, top=20, bottom=300, whole=False, crop=1)
    assert len(joined([left, tall])) == 2


def test_one_thing_with_two_names_gets_the_better_one() -> None:
    """A person that is also called an animal is what the detector is surer of."""
    person = replace(CAR, label=Label.PERSON, score=0.7)
    assert joined([replace(person, label=Label.ANIMAL, score=0.5), person]) == [person]


def test_a_dog_before_its_owner_stays_a_dog() -> None:
    """A small animal in front of a person is a thing of its own."""
    person = replace(CAR, label=Label.PERSON, left=100, right=180, top=20, bottom=260)
    dog = replace(CAR, label=Label.ANIMAL, left=110, right=170, top=200, bottom=260)
    assert len(joined([person, dog])) == 2


@given(
    st.lists(
        st.builds(
            lambda x, y, w, h, score, label: replace(
                CAR, label=label, score=score, left=x, top=y, right=x + w, bottom=y + h
            ),
            st.integers(0, 300),
            st.integers(0, 300),
            st.integers(5, 60),
            st.integers(5, 60),
            st.floats(0.2, 1),
            st.sampled_from(Label),
        ),
        max_size=60,
    )
)
def test_joining_invents_nothing_and_is_final(found: list[Found]) -> None:
    """Every box that is left was there before, and joining again changes nothing."""
    left = joined(found)
    assert all(one in found for one in left)
    assert joined(left) == left
