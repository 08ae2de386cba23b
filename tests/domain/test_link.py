"""The token of a check-in link: what is issued, what is kept and what a person may type."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.domain.link import new_token, normalise_token, token_hash

TOKEN = "abcdefghijklmnopqrstuvwxyz"


@given(some.binary(min_size=17, max_size=17))
def test_a_token_is_26_lower_case_base32_characters_and_reads_as_itself(noise: bytes) -> None:
    token = new_token(lambda count: noise[:count])

    assert re.fullmatch(r"[a-z2-7]{26}", token)
    assert normalise_token(token) == token


def test_all_130_bits_of_a_token_come_from_chance() -> None:
    asked: list[int] = []

    def zeros(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    assert new_token(zeros) == "a" * 26
    assert asked[0] * 8 >= 130


def test_only_the_sha_256_of_a_token_is_kept() -> None:
    assert token_hash("a" * 26) == "9976d549a25115dab4e36d0c1fb8f31cb07da87dd83275977360eb7dc09e88de"


@pytest.mark.parametrize(
    "typed",
    [
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "abcde fghij klmno pqrst uvwxyz",
        "abcde-fghij-klmno-pqrst-uvwxyz",
        " abcdefghijklmnopqrstuvwxyz\n",
        "a8cdefghijk1mn0pqrstuvwxyz",
        "https://hadir.example.com/c#abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_case_spaces_dashes_and_lookalikes_do_not_matter(typed: str) -> None:
    assert normalise_token(typed) == TOKEN


@pytest.mark.parametrize("typed", ["", "abc", TOKEN + "a", "9bcdefghijklmnopqrstuvwxyz", "ñbcdefghijklmnopqrstuvwxyz"])
def test_what_can_be_no_token_is_none(typed: str) -> None:
    assert normalise_token(typed) is None
