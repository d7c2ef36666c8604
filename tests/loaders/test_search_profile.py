"""Profiles: what each term and each pair of neighbours says of a document, packed and read again."""

import random

import pytest

from loaders.search.profile import MOST, Profile, key, packed, pair

TERMS = [f"term{number}" for number in range(200)]


def profile(title=(), names=(), headings=(), body=()):
    """The profile of a document, as it is read."""
    return Profile(packed(title, names, headings, body))


def test_a_term_says_more_in_a_title_than_in_a_name_a_heading_or_the_text():
    """Impacts follow the fields' weights, from 0 to 1; a term that is nowhere has none."""
    read = profile(["knee"], ["joint"], ["pain"], [["rest", *TERMS]])

    impacts = [read.impact(key(each)) for each in ("knee", "joint", "pain", "rest", "hip")]

    assert impacts == sorted(impacts, reverse=True)
    assert len({*impacts}) == 5
    assert impacts[0] < 1
    assert impacts[-1] == 0


def test_a_term_says_less_in_a_long_text():
    """As often in ten times the text is not as much."""
    short, long = (profile(body=[["knee", *TERMS[:number]]]) for number in (20, 200))

    assert short.impact(key("knee")) > long.impact(key("knee")) > 0


def test_neighbours_are_known_in_either_order():
    """Within a title and within a paragraph, not from one paragraph to the next, and no term beside itself."""
    read = profile(["knee", "pain"], body=[["spinal", "canal", "canal"], ["narrow"]])

    assert [read.impact(pair(*two)) for two in (("knee", "pain"), ("pain", "knee"), ("canal", "spinal"))] == [1, 1, 1]
    assert [read.impact(pair(*two)) for two in (("canal", "narrow"), ("pain", "spinal"), ("canal", "canal"))] == [0] * 3


@pytest.mark.parametrize("seed", range(5))
def test_every_term_is_found_and_no_other(seed):
    """Whatever the document: each of its terms has an impact, and none of other documents has."""
    chance = random.Random(seed)
    chosen = chance.sample(TERMS, 100)
    fields = [[each for each in chosen if chance.random() < 0.5] for _ in range(4)]

    read = profile(*fields[:3], [fields[3][:40], fields[3][40:]])

    assert {each for each in TERMS if read.impact(key(each))} == {each for field in fields for each in field}


def test_a_profile_has_five_bytes_for_each_term_and_each_pair():
    """Four for the key and one for the impact; of nothing it is empty, and says nothing."""
    assert len(packed(["a", "b"], ["a"], ["c"], [["a", "b"], []])) == 5 * len(["a", "b", "c", "a b"])
    assert packed([], [], [], []) == b""
    assert profile().impact(key("knee")) == 0
    assert profile(["knee"] * 10_000).impact(key("knee")) * MOST <= MOST
