"""The words of embeds, in the reader's language."""

import re

import pytest

from delivery.embeds.cards import FOLDER
from delivery.embeds.words import DEFAULT, WORDS, day, direction, language_name, words


def test_every_word_is_said_somewhere():
    """A template says it by its name, or names those that it chooses from."""
    templates = " ".join(path.read_text() for path in (FOLDER / "templates").glob("*.html"))

    assert [name for name in WORDS[DEFAULT] if not re.search(rf"say\.{name}\b|\"{name}\"", templates)] == []


@pytest.mark.parametrize("tag", sorted(WORDS))
def test_every_language_has_all_words(tag):
    """None is missing, and none is empty."""
    assert sorted(WORDS[tag]) == sorted(WORDS[DEFAULT])
    assert all(word.strip() for word in WORDS[tag].values())


def test_regions_have_the_words_of_their_language_and_others_english():
    """A reader is never shown a key."""
    assert words("es-MX") is WORDS["es"]
    assert words("xx") is WORDS["en"]


def test_dates_names_and_directions_are_those_of_the_language():
    """As CLDR has them."""
    assert [day("2026-02-01", tag) for tag in ("en", "es", "ar")] == [
        "February 1, 2026",
        "1 de febrero de 2026",
        "1 فبراير 2026",
    ]
    assert (language_name("es", "en"), language_name("en", "es"), language_name("zzz", "en")) == (
        "Spanish",
        "inglés",
        "zzz",
    )
    assert [direction(tag) for tag in ("en", "ar", "he", "xx")] == ["ltr", "rtl", "rtl", "ltr"]
