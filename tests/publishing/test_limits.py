"""What a record may not be: too long, or with a disclaimer that was itself refused."""

import pytest

from errors import Invalid
from models import Kind
from models.rich_text import LONGEST
from publishing.save import save


def test_a_text_that_is_too_long_is_refused_by_name(make):
    """A text has a bound, so that rendering it has one."""
    with pytest.raises(Invalid) as refused:
        make.record("article/long", body="x" * (LONGEST + 1))

    assert refused.value.problems == [f"body: has {LONGEST + 1} characters, and a text may have {LONGEST}: split it"]


async def test_a_disclaimer_that_was_refused_is_none(make, settings):
    """A declared disclaimer without any wording cannot stand by an article, not even by a draft."""
    declared = {"disclaimer/refused": ("01a20000-0000-7000-8000-000000000000", Kind.DISCLAIMER)}
    record = make.record("article/back-pain", disclaimer="refused")

    (outcome,) = await save([record], settings, who="test", declared=declared)

    assert outcome.problems == ["disclaimer: disclaimer/refused has no wording: it was itself refused"]
