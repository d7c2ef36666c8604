"""Rich text as it is kept: CommonMark and everything that is computed from it once, when it is saved."""

from typing import Any

from pydantic import model_validator

from models.values import Words, described, value

LONGEST = 500_000  # characters; the densest text of that size takes some seconds to render (2026-11)


class BlockKind(Words):
    """What a block of rich text is."""

    PARAGRAPH = "PARAGRAPH", "A paragraph."
    HEADING = "HEADING", "A heading; its level and anchor are set."
    LIST = "LIST", "A bulleted or numbered list; its children are list items."
    LIST_ITEM = "LIST_ITEM", "An item of a list; its text stands in its children."
    QUOTE = "QUOTE", "A quotation; its text stands in its children."
    CODE = "CODE", "Preformatted text."
    TABLE = "TABLE", "A table; its children are rows."
    TABLE_ROW = "TABLE_ROW", "A row of a table; its children are cells."
    TABLE_HEADER = "TABLE_HEADER", "A header cell of a table."
    TABLE_CELL = "TABLE_CELL", "A cell of a table."
    RULE = "RULE", "A thematic break."
    FOOTNOTE = "FOOTNOTE", "A footnote; its text stands in its children."


class Mark(Words):
    """How a span of text is set apart."""

    STRONG = "STRONG", "Strong importance."
    EMPHASIS = "EMPHASIS", "Stress emphasis."
    CODE = "CODE", "Computer code."
    STRIKETHROUGH = "STRIKETHROUGH", "Text that no longer holds."
    FOOTNOTE = "FOOTNOTE", "The mark of a footnote; its url is the anchor of the footnote."


@value
class Span:
    """A run of text with one set of marks."""

    text: str = described("The text.")
    marks: list[Mark] = described("How the text is set apart.", default=list)
    url: str | None = described("Where the text links to, outside the graph.", default=None)
    node: str | None = described("The id of the node that the text refers to.", default=None)


@value
class Block:
    """A block of rich text. The blocks of a text are a flat list, in reading order; parent makes it a tree."""

    kind: BlockKind = described("What the block is.")
    parent: int | None = described("The place of the enclosing block in the list, counted from 0.", default=None)
    level: int | None = described("The level of a heading, 1 to 6.", default=None)
    ordered: bool | None = described("Whether a list is numbered.", default=None)
    anchor: str | None = described("The anchor of a heading or footnote.", default=None)
    spans: list[Span] = described("The text of the block, in runs.", default=list)


@value
class Heading:
    """An entry of a table of contents."""

    level: int = described("The level of the heading, 1 to 6.")
    text: str = described("The text of the heading.")
    anchor: str = described("The stable anchor of the heading, without #.")


@value
class RichText:
    """Rich text. Given as a string, it is CommonMark that still has to be rendered."""

    markdown: str = described("The text as CommonMark; references to nodes carry their ids.", default="")
    html: str = described("Sanitised HTML; references are links to caveat:ID.", default="")
    text: str = described("The plain text.", default="")
    blocks: list[Block] = described("The text as a tree of blocks.", default=list)
    table_of_contents: list[Heading] = described("The headings of the text.", default=list)
    word_count: int = described("How many words the text has.", default=0)
    references: list[str] = described(
        "The ids of the nodes that the text refers to, each once, in order.", default=list
    )

    @model_validator(mode="before")
    @classmethod
    def _from_markdown(cls, given: Any) -> Any:
        if isinstance(given, str) and len(given) > LONGEST:
            raise ValueError(f"has {len(given)} characters, and a text may have {LONGEST}: split it")
        return {"markdown": given} if isinstance(given, str) else given
