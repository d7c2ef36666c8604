"""Articles."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import strawberry

from engine.batched import batched
from loaders.rows import Row
from models import Kind, LinkKind
from models.article import Section as StoredSection
from schema.content import Content
from schema.context import Context
from schema.disclaimer import Disclaimer, disclaimer_field
from schema.link import linked_nodes
from schema.review import ReviewState, review_field
from schema.rich_text import RichText
from schema.suggestions import suggestions_field
from schema.values import Citation, Genre, Readership, value_type

Section = value_type(StoredSection)
WORDS_A_MINUTE = 200


def _reading_times(rows: Sequence[Row], _context: Context) -> list[int]:
    return [-(-row.word_count // WORDS_A_MINUTE) for row in rows]


@strawberry.type(description="An article. It never comes without its disclaimer.")
class Article(Content):
    disclaimer: Disclaimer = disclaimer_field(
        "The disclaimer, in the locale that the article was served in, at the same revision."
    )
    alternative_title: str | None = strawberry.field(description="A second title.")
    alternate_names: list[str] = strawberry.field(description="Other names of what the article is about.")
    genre: Genre = strawberry.field(description="What the article is, to its readers.")
    audience: Readership = strawberry.field(description="For whom the article is written.")
    body: RichText = strawberry.field(description="The text; empty where the article is made of sections alone.")
    sections: list[Section] = strawberry.field(description="The parts of the article under headings of their own.")
    word_count: int = strawberry.field(description="How many words body and sections have.")
    last_reviewed_on: date | None = strawberry.field(description="The day of the last medical review.")
    review_due_on: date | None = strawberry.field(description="The day by which the next medical review is due.")
    review_state: ReviewState = review_field(
        "How the article stands with its medical review on the perspective's date."
    )
    citations: list[Citation] = strawberry.field(description="The works that the article rests on.")
    license: str | None = strawberry.field(description="The licence under which the article may be used.")
    copyright_holder: str | None = strawberry.field(description="Who holds the copyright.")
    credit_text: str | None = strawberry.field(description="The words of credit that must stand with the article.")
    source_url: str | None = strawberry.field(description="Where the article was first published.")
    change_note: str | None = strawberry.field(description="What changed in this edition.")
    correction: str | None = strawberry.field(description="What was wrong before and is corrected now.")
    authors: list[Annotated["Physician", strawberry.lazy("schema.physician")]] = linked_nodes(  # noqa: F821
        LinkKind.AUTHORED_BY, Kind.PHYSICIAN, "The physicians who wrote the article, in the editor's order."
    )
    editors: list[Annotated["Physician", strawberry.lazy("schema.physician")]] = linked_nodes(  # noqa: F821
        LinkKind.EDITED_BY, Kind.PHYSICIAN, "The physicians who edited the article."
    )
    medical_reviewers: list[Annotated["Physician", strawberry.lazy("schema.physician")]] = linked_nodes(  # noqa: F821
        LinkKind.REVIEWED_BY,
        Kind.PHYSICIAN,
        "The physicians who reviewed the article; role and credential stand on the edges of links.",
    )
    procedures: list[Annotated["Procedure", strawberry.lazy("schema.procedure")]] = linked_nodes(  # noqa: F821
        LinkKind.COVERS, Kind.PROCEDURE, "The procedures that the article is about."
    )
    reading_time_minutes: int = batched(
        returns=int, description="How long reading takes, at 200 words a minute, rounded up."
    )(_reading_times)
    suggestions: list[Content] = suggestions_field("article")
