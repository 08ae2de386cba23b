"""Chance as a value: the same bytes from the same chance, and never the same bytes twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.admin.chance import CHANCE_BYTES, ChanceMissing, drawn_from, new_id

CHANCE = bytes(range(CHANCE_BYTES))


@given(some.lists(some.integers(1, 100), min_size=1, max_size=8))
def test_every_draw_has_its_length_and_repeats_no_other(lengths: list[int]) -> None:
    drawn = [drawn_from(CHANCE)(length) for length in lengths]
    source = drawn_from(CHANCE)
    once = [source(max(length, 16)) for length in lengths]

    assert [len(some_bytes) for some_bytes in drawn] == lengths
    assert len({some_bytes[:16] for some_bytes in once}) == len(once)


def test_the_same_chance_draws_the_same_and_another_another() -> None:
    assert new_id(drawn_from(CHANCE)) == new_id(drawn_from(CHANCE))
    assert new_id(drawn_from(CHANCE)) != new_id(drawn_from(bytes(CHANCE_BYTES)))


@pytest.mark.parametrize("chance", [b"", bytes(CHANCE_BYTES - 1)])
def test_too_little_chance_is_a_fault_because_links_could_be_guessed(chance: bytes) -> None:
    with pytest.raises(ChanceMissing):
        drawn_from(chance)
