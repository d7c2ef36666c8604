"""Rich text: what is rendered, what is refused, and what stays true of every text."""

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from urllib.parse import urlsplit

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from models.references import serve
from models.rich_text import Block, BlockKind, Heading, Mark, RichText, Span
from publishing.commonmark import NONCE, PARSER
from publishing.rich_text import references, render

KNEE = "01890000-0000-7000-8000-000000000001"
SPINE = "01890000-0000-7000-8000-000000000002"
IDS = {"procedure/knee": KNEE, "procedure/spine": SPINE, KNEE: KNEE, SPINE: SPINE}

TAGS = {"p", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "del", "s", "a", "hr", "br", "sup", "sub"}
TAGS |= {"h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "section"}
ATTRIBUTES = {"a": {"href", "title", "rel", "id"}, "ol": {"start"}, "li": {"id"}} | {
    **{f"h{level}": {"id"} for level in range(1, 7)},
    **{cell: {"align"} for cell in ("th", "td")},
}
SCHEMES = {"", "http", "https", "mailto", "tel", "caveat"}

PIECES = [
    *[
        "# ",
        "## ",
        "> ",
        "- ",
        "1. ",
        "    ",
        "\n",
        "\n\n",
        "***",
        "**",
        "*",
        "_",
        "~~",
        "`",
        "```\n",
        "---\n",
        "\\",
    ],
    *[
        "| a | b |\n|---|:-:|\n| c | d |\n",
        "|",
        "[",
        "]",
        "(",
        ")",
        "![",
        "<",
        ">",
        "&",
        '"',
        "'",
        "caveat:",
        "^[",
    ],
    *[
        "[knee](caveat:procedure/knee)",
        "[gone](caveat:procedure/gone)",
        "[r]",
        "[r]: caveat:procedure/spine\n",
    ],
    *[
        "](caveat:procedure/knee)",
        "](<caveat:procedure/spine> 'a')",
        "<caveat:procedure/knee>",
        "[^1]",
        "[^1]: note\n",
    ],
    *[
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "[x](JaVa&#115;cript:x)",
        "[x](vbscript:x)",
        "[x](foo:x)",
    ],
    *[
        "<script>alert(1)</script>",
        "<script>",
        "</script>",
        "<style>",
        "<a href='javascript:x' onclick=x>",
        "</a>",
    ],
    *[
        "<a href='caveat:x'>",
        "<em>",
        "</em>",
        "<table><tr><td>",
        "<div>\n",
        "<img src=x onerror=x>",
        "<svg onload=x>",
    ],
    *[
        "<iframe src=//e.org>",
        "<h2 id=a>",
        "<!--",
        "-->",
        "<br>",
        "[x](https://e.org)",
        "<https://e.org>",
        "<p id=fn:1>",
    ],
    *[
        "word",
        "é",
        "ñandú",
        "well-known",
        "\0",
        "\ud800",
        "\t",
        "\r\n",
        "\u2028",
        "&#0;",
        "&#xd800;",
        "%ed%a0%80",
    ],
]
MARKDOWN = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=25).map("".join)
EVERY = settings(max_examples=200, deadline=None)


class Page(HTMLParser):
    """What stands in HTML: (tag, attributes), and whether anchors stand in one another."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.depth = self.deepest = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.depth += tag == "a"
        self.deepest = max(self.deepest, self.depth)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "a"

    def values(self, name: str) -> list[str]:
        return [attrs[name] or "" for _, attrs in self.tags if name in attrs]


def links(text: RichText) -> list[tuple[str, str | None, str | None]]:
    """(words, url, node) of the spans that link somewhere."""
    spans = [span for block in text.blocks for span in block.spans]
    return [(span.text, span.url, span.node) for span in spans if span.url or span.node]


def shape(text: RichText) -> list[tuple[str, int | None, str]]:
    """(kind, parent, text) of each block."""
    return [(block.kind.value, block.parent, "".join(span.text for span in block.spans)) for block in text.blocks]


def test_a_text_has_everything_that_is_computed_from_it():
    """One call gives the HTML, text, blocks, contents, word count and references of a text."""
    markdown = "# El *dolor*\n\nAsk about [the knee](caveat:procedure/knee)."

    text = render(markdown, IDS)

    marked = Span(text="dolor", marks=[Mark.EMPHASIS])
    ask = [Span(text="Ask about "), Span(text="the knee", node=KNEE), Span(text=".")]
    assert text == RichText(
        markdown=f"# El *dolor*\n\nAsk about [the knee](caveat:{KNEE}).",
        html=f'<h1 id="el-dolor">El <em>dolor</em></h1>\n<p>Ask about <a href="caveat:{KNEE}">the knee</a>.</p>\n',
        text="El dolor\n\nAsk about the knee.",
        blocks=[
            Block(kind=BlockKind.HEADING, level=1, anchor="el-dolor", spans=[Span(text="El "), marked]),
            Block(kind=BlockKind.PARAGRAPH, spans=ask),
        ],
        table_of_contents=[Heading(level=1, text="El dolor", anchor="el-dolor")],
        word_count=6,
        references=[KNEE],
    )


def test_blocks_are_a_tree_in_reading_order():
    """Lists, quotations and tables enclose their parts by the place of the enclosing block."""
    markdown = "- one\n  1. two\n\n> said\n\n| a |\n|---|\n| b |\n\n***\n\n    code"

    text = render(markdown, {})

    assert shape(text) == [
        *[("LIST", None, ""), ("LIST_ITEM", 0, ""), ("PARAGRAPH", 1, "one")],
        *[("LIST", 1, ""), ("LIST_ITEM", 3, ""), ("PARAGRAPH", 4, "two")],
        *[("QUOTE", None, ""), ("PARAGRAPH", 6, "said")],
        *[("TABLE", None, ""), ("TABLE_ROW", 8, ""), ("TABLE_HEADER", 9, "a")],
        *[("TABLE_ROW", 8, ""), ("TABLE_CELL", 11, "b")],
        *[("RULE", None, ""), ("CODE", None, "code")],
    ]
    assert [block.ordered for block in text.blocks if block.kind is BlockKind.LIST] == [False, True]


def test_the_text_reads_aloud():
    """Paragraphs are set apart by blank lines, items and rows by newlines, cells by bars; no markup."""
    markdown = "A *b*\nc.\n\n- one\n\n  more\n- two\n\n| a | b |\n|---|---|\n| 1 | `2` |\n\n> q <b>x</b> &amp; y"

    text = render(markdown, {}).text

    assert text == "A b c.\n\none\nmore\ntwo\n\na | b\n1 | 2\n\nq x & y"


def test_footnotes_stand_at_the_end():
    """The mark of a footnote is a span that points to it; the text omits the mark and ends with the note."""
    markdown = "Rest[^why] well.\n\n[^why]: Because."

    text = render(markdown, {})

    assert text.text == "Rest well.\n\nBecause."
    assert text.blocks[0].spans[1] == Span(text="1", marks=[Mark.FOOTNOTE], url="#fn:1")
    assert shape(text)[1:] == [("FOOTNOTE", None, ""), ("PARAGRAPH", 1, "Because.")]
    assert text.blocks[1].anchor == "fn:1"
    assert Page(text.html).values("id") == ["fnref:1", "fn:1"]


@pytest.mark.parametrize(
    ("markdown", "marks"),
    [
        ("**a**", [Mark.STRONG]),
        ("~~a~~", [Mark.STRIKETHROUGH]),
        ("***a***", [Mark.EMPHASIS, Mark.STRONG]),
        ("**`a`**", [Mark.STRONG, Mark.CODE]),
    ],
)
def test_spans_are_marked(markdown, marks):
    """A run of text carries the marks that stand around it, the outermost first."""
    text = render(markdown, {})

    assert text.blocks[0].spans == [Span(text="a", marks=marks)]


def test_anchors_are_slugs_and_unique():
    """Accents are folded, equal headings numbered, and a heading without letters has an anchor too."""
    markdown = "# Qué es la Cirugía?\n\n## Rest\n\n## Rest\n\n## Rest 2\n\n## ...\n\n## 膝"

    text = render(markdown, {})

    anchors = ["que-es-la-cirugia", "rest", "rest-2", "rest-2-2", "section", "膝"]
    assert [heading.anchor for heading in text.table_of_contents] == anchors
    assert [block.anchor for block in text.blocks] == anchors
    assert Page(text.html).values("id") == anchors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("¿Qué es la cirugía? ¡Dolor!", 5),
        ("well-known doctor's l’examen", 3),
        ("a - b -- c 'd'", 4),
        ("cirugi\u0301a a/b", 3),
        ("# One\n\n* two\n* three", 3),
    ],
)
def test_words_are_counted_as_readers_would(text, words):
    """Accents, apostrophes and hyphens inside a word do not split it; markup and punctuation are no words."""
    assert render(text, {}).word_count == words


def test_references_are_found_where_links_are():
    """A reference is the destination of a link, inline or defined; not what stands in code or an image."""
    markdown = (
        f"[a](caveat:procedure/knee) [b][r] [c](<caveat:{SPINE}> 'title') [d](caveat:a/niño)\n\n"
        "`[x](caveat:a/code)` ![y](caveat:a/picture) <caveat:a/auto> <a href='caveat:a/raw'>z</a>\n\n"
        "[r]: caveat:procedure/spine\n[unused]: caveat:a/unused\n"
    )

    found = references(markdown)

    assert found == {"procedure/knee", "procedure/spine", SPINE, "a/niño"}


def test_only_destinations_are_rewritten():
    """What looks like a reference in code stays as it was written, beside one that is rewritten."""
    code = "`[x](caveat:procedure/knee)`\n\n    [x]: caveat:procedure/knee\n\n\\[x](caveat:procedure/knee)\n\n"
    markdown = (
        code + "> - [x](caveat:procedure/knee) [y][r]\n\n| [z](caveat:procedure/spine) |\n|---|\n\n"
        "[r]: caveat:procedure/spine"
    )

    text = render(markdown, IDS)

    assert text.markdown == (
        code + f"> - [x](caveat:{KNEE}) [y][r]\n\n| [z](caveat:{SPINE}) |\n|---|\n\n[r]: caveat:{SPINE}"
    )
    assert text.references == [KNEE, SPINE]
    assert text.text.startswith("[x](caveat:procedure/knee)\n\n[x]: caveat:procedure/knee\n\n[x](caveat:")


def test_an_unknown_reference_is_plain_words():
    """A reference that has no node keeps its words everywhere, and stays as written in the Markdown."""
    markdown = "See [the **hip**](caveat:procedure/hip)."

    text = render(markdown, IDS)

    assert text.markdown == markdown
    assert text.html == "<p>See the <strong>hip</strong>.</p>\n"
    assert (links(text), text.references) == ([], [])


def test_a_reference_is_served_as_a_link_or_as_words():
    """Serving gives a reference its URL, or drops the anchor where there is none."""
    text = render("*[The knee](caveat:procedure/knee 'title')*, [**a** spine](caveat:procedure/spine)", IDS)

    served = serve(text.html, {KNEE: "/en/procedure/knee?a=1&b=2"})

    assert text.html == (
        f'<p><em><a href="caveat:{KNEE}">The knee</a></em>, <a href="caveat:{SPINE}"><strong>a</strong> spine</a></p>\n'
    )
    assert served == (
        '<p><em><a href="/en/procedure/knee?a=1&amp;b=2">The knee</a></em>, <strong>a</strong> spine</p>\n'
    )


def test_links_out_are_kept_and_checked():
    """Web, mail, telephone and relative links stay; any other scheme leaves the words alone."""
    markdown = (
        "[a](https://e.org/?x=1&y) [b](mailto:a@e.org) [c](tel:+34600) [d](/en) [e](#f) [g](//e.org)\n"
        "[h](foo:x) [i](data:image/png;base64,x) [j](CAVEAT:procedure/knee) [k](caveat:procedure/knee#x)"
    )

    text = render(markdown, IDS)

    urls = ["https://e.org/?x=1&y", "mailto:a@e.org", "tel:+34600", "/en", "#f", "//e.org"]
    assert [url for _, url, _ in links(text)] == urls
    assert [attrs for tag, attrs in Page(text.html).tags if tag == "a"] == [
        {"href": url, "rel": "noopener noreferrer"} for url in urls
    ]


def test_raw_html_is_sanitised_and_closes_what_it_opens():
    """Allowed tags stay without attributes of their own; the others leave their words, scripts nothing."""
    markdown = (
        "H<sub onclick=x>2</sub>O <script>alert(1)</script><em>open <b>x</b> ![pic **ture**](a.png)\n\n"
        "<div style='x'><p id=a>one<script>alert(1)</script><p>two &lt;3</div>\n\nend </em> <a href='caveat:x'>y</a>"
    )

    text = render(markdown, IDS)

    assert text.html == (
        "<p>H<sub>2</sub>O <em>open x pic ture</em></p>\n<p>one</p><p>two &lt;3</p>\n"
        '<p>end  <a rel="noopener noreferrer">y</a></p>\n'
    )
    assert text.text == "H2O open x pic ture\n\none\ntwo <3\n\nend  y"


def test_what_cannot_be_stored_is_replaced():
    """NUL and lone surrogates become U+FFFD in everything, however they are written."""
    markdown = "# a\0\n\nb\ud800 &#0; &#xd800; `\udfff`\n\n<p>\0</p>"

    text = render(markdown, {})

    assert text.markdown == "# a\ufffd\n\nb\ufffd &#0; &#xd800; `\ufffd`\n\n<p>\ufffd</p>"
    assert text.text == "a\ufffd\n\nb\ufffd \ufffd \ufffd \ufffd\n\n\ufffd"


@pytest.mark.parametrize(
    "markdown",
    [
        ">" * 50_000,
        "[" * 50_000,
        "- " * 50_000,
        "*a" * 20_000,
        "<blockquote>" * 50_000,
        "x <em></p>" * 20_000,
    ],
    ids=lambda markdown: markdown[:12],
)
def test_deep_nesting_neither_hangs_nor_fails(markdown):
    """Tens of thousands of nested quotations, brackets or tags take seconds at the very most."""
    began = time.process_time()

    text = render(markdown, {})

    assert text.markdown == markdown
    assert time.process_time() - began < 10


def test_threads_share_the_parser():
    """Texts that are rendered at once in many threads are those that are rendered one by one."""
    texts = [f"# {n}\n\n[a](caveat:procedure/knee) [^x] <em>{n}\n\n[^x]: {'*' * (n % 3)}{n}" for n in range(200)]

    with ThreadPoolExecutor(8) as pool:
        rendered = list(pool.map(lambda text: render(text, IDS), texts))

    assert rendered == [render(text, IDS) for text in texts]


@EVERY
@given(MARKDOWN)
def test_every_text_renders_to_what_can_be_stored(markdown):
    """No str makes rendering fail, and all that comes of it is JSON, without our own secret in it."""
    text = render(markdown, IDS)

    stored = orjson.dumps(dataclasses.asdict(text)).decode()

    assert NONCE not in stored
    assert "\\u0000" not in stored
    assert {IDS[written] for written in references(markdown) & set(IDS)} == set(text.references)


@EVERY
@given(MARKDOWN)
def test_nothing_unsafe_survives(markdown):
    """Only allowed tags, attributes and schemes are in the HTML and the spans; references are as promised."""
    text = render(markdown, IDS)

    page = Page(text.html)

    urls = page.values("href") + [url for _, url, _ in links(text) if url]
    assert {tag for tag, _ in page.tags} <= TAGS
    assert all(set(attrs) <= ATTRIBUTES.get(tag, set()) for tag, attrs in page.tags)
    assert {urlsplit(url).scheme for url in urls} <= SCHEMES
    assert {url for url in urls if url.startswith("caveat:")} <= {f"caveat:{node}" for node in text.references}
    assert {node for _, _, node in links(text) if node} <= set(text.references)
    assert page.deepest <= 1
    assert "caveat:" not in "".join(Page(serve(text.html, {})).values("href"))


@EVERY
@given(MARKDOWN)
def test_the_parts_of_a_text_agree(markdown):
    """Anchors are unique and not empty, parents precede children, and the contents lead to the headings."""
    text = render(markdown, IDS)

    anchors = [block.anchor for block in text.blocks if block.anchor is not None]
    ids = Page(text.html).values("id")

    assert (len(set(anchors)), len(set(ids))) == (len(anchors), len(ids))
    assert set(anchors) <= set(ids) - {""}
    assert all(block.parent is None or block.parent < place for place, block in enumerate(text.blocks))
    assert {heading.anchor for heading in text.table_of_contents} <= set(anchors)
    assert (text.word_count > 0) <= bool(text.text)


@EVERY
@given(MARKDOWN)
def test_rendering_again_changes_nothing(markdown):
    """The Markdown that is kept renders to the same text as the one that was given."""
    once = render(markdown, IDS)

    again = render(once.markdown, IDS)

    assert again == once


@EVERY
@given(MARKDOWN)
def test_the_fast_rules_parse_as_the_stock_parser_does(markdown):
    """The shortcut for prose and the narrower stop characters change no token."""
    stock = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)

    expected = stock.parse(markdown)

    assert [token.as_dict() for token in PARSER.parse(markdown)] == [token.as_dict() for token in expected]
