"""The block tree, the plain text and the table of contents of rich text, from its Markdown tokens."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence

from markdown_it.token import Token

from models.rich_text import Block, BlockKind, Heading, Mark, Span

CONTAINERS = {
    "bullet_list": BlockKind.LIST,
    "ordered_list": BlockKind.LIST,
    "list_item": BlockKind.LIST_ITEM,
    "blockquote": BlockKind.QUOTE,
    "table": BlockKind.TABLE,
    "tr": BlockKind.TABLE_ROW,
    "footnote": BlockKind.FOOTNOTE,
}
OPENS = {f"{name}_open": kind for name, kind in CONTAINERS.items()}
CLOSES = {f"{name}_close": kind for name, kind in CONTAINERS.items()}
LEAVES = {
    "paragraph_open": BlockKind.PARAGRAPH,
    "heading_open": BlockKind.HEADING,
    "th_open": BlockKind.TABLE_HEADER,
    "td_open": BlockKind.TABLE_CELL,
}
MARKS = {"strong_open": Mark.STRONG, "em_open": Mark.EMPHASIS, "s_open": Mark.STRIKETHROUGH}
BREAKS = {"softbreak": " ", "hardbreak": "\n"}
CELL, LINE, PARAGRAPH = 1, 2, 3
GAPS = ("", " | ", "\n", "\n\n")

INLINE_TAG = re.compile(r'</?(?:a|em|strong|del|s|sup|sub|code)\b(?:[^>"]|"[^"]*")*>')
TAG = re.compile(r'<(?:[^>"]|"[^"]*")*>')
LETTERS = re.compile(r"[^\W_]+")


def footnote(token: Token) -> str:
    """The anchor of the footnote that a token stands for; headings' anchors have no colon."""
    return f"fn:{token.meta['id'] + 1}"


def words_of(markup: str) -> str:
    """The words of sanitised HTML, a line for each element that is not inline."""
    lines = html.unescape(TAG.sub("\n", INLINE_TAG.sub("", markup))).splitlines()
    return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))


def slug_of(text: str) -> str:
    """A heading's text as an anchor: lower case, accents folded, words joined by hyphens; never empty."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return "-".join(LETTERS.findall(plain)) or "section"


def plain(spans: Iterable[Span]) -> str:
    """The text of spans, without the marks of footnotes."""
    return "".join(span.text for span in spans if Mark.FOOTNOTE not in span.marks).strip()


def _span(text: str, marks: Iterable[Mark] = (), url: str | None = None, node: str | None = None) -> Span:
    return Span(text=text, marks=[*dict.fromkeys(marks)], url=url, node=node)


class Runs:
    """Collects the spans of one paragraph; neighbours that are set apart alike become one span."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.marks: list[Mark] = []
        self.url: str | None = None
        self.node: str | None = None
        self._pending: list[str] = []

    def read(self, tokens: Sequence[Token]) -> list[Span]:
        """The spans of the (polished) children of an inline token."""
        for token in tokens:
            self._read(token)
        self._flush()
        return self.spans

    def _read(self, token: Token) -> None:
        if token.type == "text":
            self._pending.append(token.content)
        elif token.type in BREAKS:
            self._pending.append(BREAKS[token.type])
        elif token.nesting:
            self._flush()
            self._turn(token)
        elif token.type == "code_inline":
            self._apart(token.content, Mark.CODE, self.url)
        elif token.type == "footnote_ref":
            self._apart(str(token.meta["id"] + 1), Mark.FOOTNOTE, f"#{footnote(token)}")
        elif token.content.lower().startswith("<br"):
            self._pending.append("\n")

    def _turn(self, token: Token) -> None:
        if token.type == "link_open":
            self.node = token.meta.get("node")
            self.url = None if self.node else str(token.attrs["href"])
        elif token.type == "link_close":
            self.url = self.node = None
        elif token.nesting > 0:
            self.marks.append(MARKS[token.type])
        else:
            self.marks.pop()

    def _apart(self, text: str, mark: Mark, url: str | None) -> None:
        self._flush()
        node = None if mark is Mark.FOOTNOTE else self.node
        self._add(_span(text, [*self.marks, mark], url, node))

    def _flush(self) -> None:
        if text := "".join(self._pending):
            self._add(_span(text, self.marks, self.url, self.node))
        self._pending.clear()

    def _add(self, span: Span) -> None:
        last = self.spans[-1] if self.spans else None
        same = last and (last.marks, last.url, last.node) == (span.marks, span.url, span.node)
        if last and same and Mark.FOOTNOTE not in span.marks:
            self.spans.pop()
            span = _span(last.text + span.text, span.marks, span.url, span.node)
        self.spans.append(span)


def spans_of(tokens: Sequence[Token]) -> list[Span]:
    """The spans of the children of an inline token."""
    if len(tokens) == 1 and tokens[0].type == "text":  # nine paragraphs in ten
        return [_span(tokens[0].content)] if tokens[0].content else []
    return Runs().read(tokens)


class Outline:
    """Reads tokens once; notes each heading's anchor in the ``meta`` of its token, for the HTML."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.blocks: list[Block] = []
        self.headings: list[Heading] = []
        self._parents: list[int] = []
        self._lists = 0
        self._text: list[str] = []
        self._gap = 0
        self._anchors: set[str] = set()
        self._counts: dict[str, int] = {}
        self._read(tokens)

    @property
    def text(self) -> str:
        """The plain text: paragraphs set apart by blank lines, list items and rows by newlines."""
        return "".join(self._text)

    def _read(self, tokens: Sequence[Token]) -> None:
        opener = None
        for token in tokens:
            if token.type == "inline" and opener:
                self._leaf(opener, token)
            elif token.type in OPENS:
                self._open(OPENS[token.type], token)
            elif token.type in CLOSES:
                self._close(CLOSES[token.type])
            elif token.type in LEAVES:
                opener = token
            elif not token.nesting:
                self._whole(token)

    def _add(
        self,
        kind: BlockKind,
        spans: list[Span],
        level: int | None = None,
        anchor: str | None = None,
        ordered: bool | None = None,
    ) -> None:
        parent = self._parents[-1] if self._parents else None
        block = Block(kind=kind, parent=parent, level=level, ordered=ordered, anchor=anchor, spans=spans)
        self.blocks.append(block)

    def _open(self, kind: BlockKind, token: Token) -> None:
        ordered = token.type == "ordered_list_open" if kind is BlockKind.LIST else None
        anchor = footnote(token) if kind is BlockKind.FOOTNOTE else None
        self._part(LINE if kind is BlockKind.TABLE_ROW else PARAGRAPH)
        self._lists += kind is BlockKind.LIST
        self._add(kind, [], anchor=anchor, ordered=ordered)
        self._parents.append(len(self.blocks) - 1)

    def _close(self, kind: BlockKind) -> None:
        self._parents.pop()
        self._lists -= kind is BlockKind.LIST
        self._part(LINE if kind is BlockKind.TABLE_ROW else PARAGRAPH)

    def _leaf(self, opener: Token, inline: Token) -> None:
        kind, spans = LEAVES[opener.type], spans_of(inline.children or [])
        text = plain(spans)
        level = anchor = None
        if kind is BlockKind.HEADING:
            level, anchor = int(opener.tag[1]), self._anchor(" ".join(text.split()))
            opener.meta["anchor"] = anchor
            if text:
                self.headings.append(Heading(level=level, text=" ".join(text.split()), anchor=anchor))
        self._add(kind, spans, level, anchor)
        self._say(text, CELL if opener.tag in ("td", "th") else PARAGRAPH)

    def _whole(self, token: Token) -> None:
        if token.type == "hr":
            self._add(BlockKind.RULE, [])
        elif token.type in ("fence", "code_block"):
            text = token.content.removesuffix("\n")
            self._add(BlockKind.CODE, [_span(text)] if text else [])
            self._say(text.strip(), PARAGRAPH)
        elif token.type == "html_block" and (text := words_of(token.content)):
            self._add(BlockKind.PARAGRAPH, [_span(text)])
            self._say(text, PARAGRAPH)

    def _anchor(self, text: str) -> str:
        slug = anchor = slug_of(text)
        count = self._counts.get(slug, 1)
        while anchor in self._anchors:
            count += 1
            anchor = f"{slug}-{count}"
        self._counts[slug] = count
        self._anchors.add(anchor)
        return anchor

    def _part(self, gap: int) -> None:
        self._gap = max(self._gap, LINE if self._lists and gap == PARAGRAPH else gap)

    def _say(self, text: str, gap: int) -> None:
        self._part(gap)
        if text:
            self._text += [GAPS[self._gap], text] if self._text else [text]
            self._gap = 0
