"""Windows and cursors, without a database."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import BadCursor, BadRequest
from loaders.paging import Window, cursor, page, window

KEYS = {
    datetime: st.datetimes(timezones=st.just(UTC)),
    bytes: st.binary(),
    int: st.integers(0, 2**31 - 1),
    UUID: st.uuids().map(str),
}


@given(st.data(), st.lists(st.sampled_from(list(KEYS)), min_size=1, max_size=3))
def test_a_cursor_comes_back_as_the_keys_that_it_was_made_of(data, types):
    """Whatever orders a list, a cursor carries it there and back, and is text for a URL."""
    keys = tuple(data.draw(KEYS[each]) for each in types)

    text = cursor("tag", *keys)

    assert window("tag", types, 5, text, None, None) == Window(5, after=keys)
    assert window("tag", types, None, None, 5, text) == Window(5, backward=True, before=keys)
    assert text.isascii()
    assert not set(text) & set("+/ ")


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_other_text_is_refused(text):
    """Nothing that a client can write breaks the reading of cursors."""
    with pytest.raises(BadCursor):
        window("tag", (datetime, UUID), 5, text, None, None)


def test_a_window_has_twenty_entries_where_nothing_is_asked_for():
    """The default is 20 from the start; sizes run from 0 to 100."""
    assert window("tag", (int,), None, None, None, None) == Window(20)
    assert window("tag", (int,), None, None, 0, None) == Window(0, backward=True)
    with pytest.raises(BadRequest, match="last must be from 0 to 100, and is 101"):
        window("tag", (int,), None, None, 101, None)


def test_a_page_turns_what_was_read_backwards_round():
    """Entries read from the end come out in the order of the list, and the one too many says that there are more."""
    found = page([3, 2, 1], [(3,), (2,), (1,)], "tag", Window(2, backward=True))

    cursors = [found.cursor(0), found.cursor(1)]
    assert (found.entries, cursors) == ([2, 3], [cursor("tag", 2), cursor("tag", 3)])
    assert (found.has_previous, found.has_next) == (True, False)
