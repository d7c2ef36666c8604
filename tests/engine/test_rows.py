"""Rows of an answer, zipped from columns."""

from hypothesis import given
from hypothesis import strategies as st

from engine.rows import WIDEST, zipper

WORDS = st.sampled_from(["id", "title", "__typename", "k0", "v0", "columns", "lambda", "zip", 'a"]', "ä", "{", "\n"])


@given(st.lists(st.text(max_size=4) | WORDS, min_size=1, max_size=WIDEST + 6, unique=True), st.integers(0, 4))
def test_a_row_has_a_key_for_each_column_in_their_order(keys, number):
    """Whatever the keys are, and however many: the same dicts as ``dict(zip(…))`` makes, in the same order."""
    columns = [[(key, row) for row in range(number)] for key in keys]

    rows = zipper(keys)(columns)

    assert [list(row.items()) for row in rows] == [[(key, (key, place)) for key in keys] for place in range(number)]


def test_a_key_is_never_part_of_a_program():
    """What a client calls a field is a value, even where it looks like Python."""
    assert zipper(["__import__('os')", "0: 1}, {"])([["a"], ["b"]]) == [{"__import__('os')": "a", "0: 1}, {": "b"}]


def test_rows_of_one_width_are_zipped_apart():
    """Two selections as wide as one another have each their own keys."""
    first, second = zipper(["a", "b"]), zipper(["c", "d"])

    assert (first([[1], [2]]), second([[1], [2]])) == ([{"a": 1, "b": 2}], [{"c": 1, "d": 2}])
