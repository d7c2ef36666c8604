"""Rich text, rendered once, when it is saved: CommonMark in, a ``RichText`` out.

One parse serves everything: the HTML, the blocks, the text, the table of contents. What is unsafe is taken
out of the tokens first, so that it is in none of them; nh3 then goes over the HTML again.

A reference, ``[words](caveat:procedure/knee)``, is in the HTML exactly ``<a href="caveat:NODE">words</a>``,
without other attributes and without an anchor inside: ``models.references.serve`` rests on that.
"""

import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

import nh3
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from models.references import SCHEME
from models.rich_text import RichText
from publishing.blocks import BREAKS, Outline
from publishing.commonmark import DEEPEST, ID, NODE, NONCE, PARSER

REFERENCE = re.compile(rf'<a {NODE}="([^"]*)" rel="noopener noreferrer">')

HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
INLINE = {"a", "em", "strong", "del", "s", "sup", "sub", "code"}
OPAQUE = {"script", "style"}
ALIGN = {"align": {"left", "center", "right"}}
CLEANER = nh3.Cleaner(
    tags={*HEADINGS, *TABLES, *INLINE, "p", "ul", "ol", "li", "blockquote", "pre", "hr", "br", "section"},
    clean_content_tags=OPAQUE,
    attributes={
        "a": {"href", "title", ID, NODE},
        "ol": {"start"},
        "li": {ID},
        **{tag: {ID} for tag in HEADINGS},
    },
    tag_attribute_values={"th": ALIGN, "td": ALIGN},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel="noopener noreferrer",
)
SAFE_URL = re.compile(r"(?:https?|mailto|tel):|(?![^/?#]*:)", re.IGNORECASE)

DESTINATION = re.compile(rf"(\][(:][\s>]*<?){SCHEME}([\w/.~-]+)")
MARK = re.compile(rf"{SCHEME}{NONCE}\.(\d+)\.")
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
RAW_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
MOST_TAGS = 5_000
"""In one block of raw HTML: nh3 is quadratic in their depth: 50,000 open quotes took it 7 s (2026-11-23)."""
WORD = re.compile(r"[\w\u0300-\u036f]+(?:['’‐‑-][\w\u0300-\u036f]+)*")


class Source:
    """A text whose destinations ``caveat:…`` are numbered, so that a parsed link tells where it was written.

    The parser gives no positions of links. Only what stands after ``](`` or ``]:`` is numbered; where that
    was no link after all (in code, say), ``restored`` takes the number out again.
    """

    def __init__(self, markdown: str) -> None:
        self.markdown = UNSTORABLE.sub("\ufffd", markdown) if _unstorable(markdown) else markdown
        self.written: list[str] = []
        self.numbered = DESTINATION.sub(self._number, self.markdown) if SCHEME in markdown else self.markdown

    def _number(self, found: re.Match[str]) -> str:
        self.written.append(found[2])
        return f"{found[1]}{SCHEME}{NONCE}.{len(self.written) - 1}.{found[2]}"

    def number(self, link: Token) -> int | None:
        """Which destination a link has; None where it is not one, has more to it, or is its own words."""
        href = str(link.attrs["href"])
        found = MARK.match(href) if self.written and link.info != "auto" else None
        if found and unquote(href[found.end() :]) == self.written[int(found[1])]:
            return int(found[1])
        return None

    def restored(self, text: str) -> str:
        """A part of the numbered text as it was written."""
        return MARK.sub(SCHEME, text) if self.written and NONCE in text else text

    def rewritten(self, nodes: Mapping[int, str]) -> str:
        """The text with the numbered destinations replaced by ids of nodes."""
        numbers = iter(range(len(self.written)))

        def destination(found: re.Match[str]) -> str:
            node = nodes.get(next(numbers))
            return found[0] if node is None else f"{found[1]}{SCHEME}{node}"

        return DESTINATION.sub(destination, self.markdown) if nodes else self.markdown


def _unstorable(text: str) -> bool:
    try:
        return b"\0" in text.encode()
    except UnicodeEncodeError:
        return True


class Polish:
    """Makes tokens safe, in place: references get their nodes, other links are checked, raw HTML is tamed."""

    def __init__(self, source: Source, ids: Mapping[str, str]) -> None:
        self.source = source
        self.ids = ids
        self.nodes: dict[int, str] = {}
        """The node of each destination that is a link, by its number, in order of appearance."""

    def tokens(self, tokens: Sequence[Token]) -> None:
        """Polish the tokens of a text."""
        for token in tokens:
            if token.type == "inline":
                self._inline(token)
            elif token.type == "html_block":
                token.content = _tamed(self.source.restored(token.content))
            elif token.content:
                token.content = self.source.restored(token.content)
            elif token.type in ("th_open", "td_open") and token.attrs:
                token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}

    def _inline(self, token: Token) -> None:
        children = token.children or []
        if any(child.type not in ("text", "softbreak") for child in children) or self.source.written:
            token.children = Inline(self).read(children)

    def node(self, token: Token) -> str | None:
        """The node that a link refers to, if it does and the node is known."""
        number = self.source.number(token)
        node = None if number is None else self.ids.get(self.source.written[number])
        if number is not None and node is not None:
            self.nodes[number] = node
        return node


class Inline:
    """Polishes the tokens of one paragraph; what is opened in it is closed in it."""

    def __init__(self, polish: Polish) -> None:
        self.polish = polish
        self.out: list[Token] = []
        self._links: list[bool] = []
        self._raw: list[str] = []
        self._opaque = ""

    def read(self, tokens: Sequence[Token]) -> list[Token]:
        """The tokens to render instead."""
        for token in tokens:
            if token.type == "html_inline":
                self._html(token)
            elif token.type == "link_open":
                self._link(token)
            elif token.type != "link_close" or self._links.pop():
                self._other(token)
        self._close_raw(0)
        return self.out

    def _link(self, token: Token) -> None:
        source, node = self.polish.source, self.polish.node(token)
        if node is None:
            token.attrs = {name: source.restored(str(value)) for name, value in token.attrs.items()}
        else:
            token.meta["node"] = node
        self._links.append(node is not None or bool(SAFE_URL.match(str(token.attrs["href"]))))
        if self._links[-1]:
            self.out.append(token)

    def _other(self, token: Token) -> None:
        if token.type == "image":  # no HTML of ours has images: their words stand for them
            token = Token("text", "", 0, content=_alternative(token))
        if token.nesting or not self._opaque:
            token.content = self.polish.source.restored(token.content)
            self.out.append(token)

    def _html(self, token: Token) -> None:
        found = RAW_TAG.match(token.content)
        closing, name = (found[1], found[2].lower()) if found else ("", "")
        if self._opaque or name in OPAQUE:
            self._opaque = "" if closing and name == self._opaque else self._opaque or name
        elif name == "br" and not closing:
            self.out.append(token)
        elif closing and name in self._raw:
            self._close_raw(len(self._raw) - self._raw[::-1].index(name) - 1)
        elif name in INLINE and not closing and len(self._raw) < DEEPEST:
            self._raw.append(name)
            self.out.append(token)

    def _close_raw(self, depth: int) -> None:
        while len(self._raw) > depth:
            self.out.append(Token("html_inline", "", 0, content=f"</{self._raw.pop()}>"))


def _alternative(token: Token) -> str:
    """The words that stand for an image, or for a part of them."""
    if token.type in BREAKS or token.type == "html_inline":
        return BREAKS.get(token.type, "")
    return "".join(map(_alternative, token.children)) if token.children else token.content


def _tamed(markup: str) -> str:
    """A block of raw HTML as it may be shown: sanitised on its own, so that it closes what it opens."""
    if markup.count("<") > MOST_TAGS:
        return f"<p>{escapeHtml(re.sub('<[^<>]*>', ' ', markup))}</p>\n"
    return CLEANER.clean(markup)


def _html(tokens: Sequence[Token]) -> str:
    html = CLEANER.clean(PARSER.renderer.render(tokens, PARSER.options, {}))
    if NONCE not in html:
        return html
    return REFERENCE.sub(rf'<a href="{SCHEME}\1">', html).replace(f' {ID}="', ' id="')


def references(markdown: str) -> set[str]:
    """The references in a text, as written after ``caveat:``: ``procedure/knee`` or a node's id."""
    source = Source(markdown)
    if not source.written:
        return set()
    children = [child for token in PARSER.parse(source.numbered) for child in token.children or []]
    numbers = [source.number(child) for child in children if child.type == "link_open"]
    return {source.written[number] for number in numbers if number is not None}


def render(markdown: str, ids: Mapping[str, str]) -> RichText:
    """A text with everything that is computed from it.

    ``ids`` has the node's id of each reference as written (see ``references``). A reference that it lacks
    becomes plain words, and stays as written in ``markdown``. Every str renders: nothing is raised.
    """
    source = Source(markdown)
    tokens = PARSER.parse(source.numbered)
    polish = Polish(source, ids)
    polish.tokens(tokens)
    outline = Outline(tokens)
    return RichText(
        markdown=source.rewritten(polish.nodes),
        html=_html(tokens),
        text=outline.text,
        blocks=outline.blocks,
        table_of_contents=outline.headings,
        word_count=len(WORD.findall(outline.text)),
        references=list(dict.fromkeys(polish.nodes.values())),
    )
