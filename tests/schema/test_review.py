"""Medical review by the perspective's date."""

import pytest

STATE = """query ($at: DateTime) @inContext(asOf: $at) {
  article(slug: "pain") { reviewState lastReviewedOn reviewDueOn } procedure(slug: "scope") { reviewState }
}"""
DUE = {"lastReviewedOn": "2026-01-01", "reviewDueOn": "2026-06-30"}


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-03-31", "CURRENT"),
        ("2026-04-01", "DUE"),
        ("2026-06-30", "DUE"),
        ("2026-07-01", "OVERDUE"),
    ],
)
async def test_review_is_due_from_ninety_days_before_to_the_day_itself(api, make, clock, day, state):
    """The state is that of the day of the operation, or of the moment that it asks for."""
    await make.live("article/pain", **DUE)
    await make.live("procedure/scope", **DUE)
    clock.now = clock.now.fromisoformat(f"{day}T10:00:00+00:00")
    answer = {"article": {"reviewState": state, **DUE}, "procedure": {"reviewState": state}}

    assert await api(STATE) == answer

    clock.advance(days=400)
    assert await api(STATE, at=f"{day}T10:00:00Z") == answer


async def test_what_was_never_reviewed_says_so(api, make):
    """Without a review the state is NEVER_REVIEWED, even with a due date; without a due date it stays current."""
    await make.live("article/pain", reviewDueOn="2020-01-01")
    await make.live("procedure/scope", lastReviewedOn="2001-01-01")

    article = {"reviewState": "NEVER_REVIEWED", "lastReviewedOn": None, "reviewDueOn": "2020-01-01"}
    assert await api(STATE) == {"article": article, "procedure": {"reviewState": "CURRENT"}}
