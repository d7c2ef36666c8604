"""Medical review: when content was last reviewed, and whether the next review is due."""

from datetime import date, timedelta
from typing import Any

import strawberry

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


def state_of(root: strawberry.Parent[Any], info: strawberry.Info) -> ReviewState:
    """The state of a row's review on the perspective's date."""
    context: Context = info.context
    return review_state(root.last_reviewed_on, root.review_due_on, context.reading.perspective.date)
