"""Medical review: when content was last reviewed, and whether the next review is due."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from engine.batched import batched
from loaders.rows import Row
from models.values import Words
from schema.context import Context
from schema.values import enum_type

SOON = timedelta(days=90)


class ReviewStateWords(Words):
    """How content stands with its medical review."""

    CURRENT = "CURRENT", "Reviewed, and the next review is not due yet."
    DUE = "DUE", "The next review is due within 90 days."
    OVERDUE = "OVERDUE", "The next review is overdue."
    NEVER_REVIEWED = "NEVER_REVIEWED", "Never reviewed."


ReviewState = enum_type(ReviewStateWords, "ReviewState")


def review_state(last: date | None, due: date | None, today: date) -> ReviewStateWords:
    """The state of a review on a day."""
    if last is None:
        return ReviewStateWords.NEVER_REVIEWED
    if due is None or due > today + SOON:
        return ReviewStateWords.CURRENT
    return ReviewStateWords.DUE if due >= today else ReviewStateWords.OVERDUE


def _states(rows: Sequence[Row], context: Context) -> list[ReviewStateWords]:
    today = context.reading.perspective.date
    return [review_state(row.last_reviewed_on, row.review_due_on, today) for row in rows]


def review_field(description: str) -> Any:
    """A field: the state of the review on the perspective's date."""
    return batched(returns=ReviewState, description=description)(_states)
