"""Wrong documents and bodies: those that are known to hurt servers of GraphQL."""

import json
from collections.abc import Iterator


def texts() -> Iterator[str]:
    """Documents that ask for too much, lead in circles, or are none."""
    deep = "articles { nodes { links { nodes { ... on Article { links { nodes { __typename } } } } } } }"
    nest = 'articles(filter: {"and": ' * 3
    yield from ("", " ", "{", "}", "{ }", "query", "\0", "\ufeff{ revision }", "{ nothing }", "# nothing", '{ a(b: """')
    yield from ("mutation { publish }", "subscription { revision }", "subscription { a b }", "type A { b: C }")
    yield from ("query A { revision } query B { revision }", "query A { revision } query A { revision }")
    yield from ("{ ...A } fragment A on Query { ...A }", "{ ...A } fragment A on Query { revision }" * 2)
    yield from ("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }", "{ ...Gone }")
    yield from (f"{{ {deep} }}", "{ revision @nothing }", "{ revision @skip }", '{ revision @skip(if: "x") }', nest)
    yield from ("{ __schema { types { fields { type { ofType { ofType { fields { name } } } } } } } }", "{ __type }")
    yield from (
        r'{ article(slug: "\ud800") { title } }',
        r'{ article(slug: "\u{110000}") { id } }',
        "{ node(id: 1e400) }",
    )
    yield from ("query ($a: Int = 99999999999) { articles(first: $a) { totalCount } }", "query ($a: X) { revision }")
    yield from ("query ($a: Int, $a: Int) { revision }", "query ($a: Int) { revision }", "{ revision: node(id: 1) }")
    for depth in (3, 6):
        yield (
            "{ __schema { types { "
            + "fields { args { type { name } } type { " * depth
            + "name"
            + " } }" * depth
            + " } } }"
        )
    for many in (30, 400, 1_000):
        yield "{ " + " ".join(f"a{n}: revision" for n in range(many)) + " }"
        yield "{ " + "revision " * many + "}"
        yield "{ revision " + "@include(if: true) " * many + "}"
        yield "query " + "@inContext " * many + "{ revision }"
        yield "query Q" + "".join(f" @inContext(preview: $v{n})" for n in range(many)) + " { revision }"
        yield "{" + "articles{nodes{links{" * many
        yield "{ articles(filter: " + "{not: " * many + "{}" + "}" * many + ") { totalCount } }"
        yield "{ nodes(ids: " + "[" * many + "]" * many + ") { id } }"
        yield "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 2} }}" for n in range(many))
        yield "{ ...F0 ...F1 } " + "".join(
            f"fragment F{n} on Query {{ revision {' '.join(f'...F{m}' for m in range(n + 1, 9))} }}" for n in range(9)
        )
        yield f"query ({' '.join(f'$v{n}: ArticleFilter' for n in range(many))}) {{ revision }}"
        yield "query A { revision } " * many
        yield "{ articles(first: " + "9" * many + ") { totalCount } }"
        yield f'{{ article(slug: "{"x" * many * 50}") {{ title }} }}'
        yield "{ articles { nodes { " + " ".join(f"a{n}: links {{ totalCount }}" for n in range(many)) + " } } }"


DOCUMENTS = list(texts())
GOOD = json.dumps({"query": "query Q($s: String) { article(slug: $s) { title } }", "variables": {"s": "pain"}}).encode()
NARROWED = "query ($f: ArticleFilter) { articles(filter: $f) { totalCount } }"
BODIES = [
    *(
        b'{"query": "%b", "variables": {"f": %b}}' % (NARROWED.encode(), b'{"not": ' * deep + b"{}" + b"}" * deep)
        for deep in (4, 30, 240, 400, 1_000)
    ),
    *(
        b"",
        b"null",
        b'"x"',
        b"1",
        b"[]",
        b"{}",
        b"[[]]",
        b"\xff\xfe{",
        b"\xef\xbb\xbf{}",
        b"\0" * 100,
        GOOD[:-9],
        GOOD * 2,
    ),
    *(
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b'{"query": "{ revision }", "variables": {"x": ' + b"[" * 500 + b"]" * 500 + b"}}",
    ),
    *(b"9" * 5_000, b"1e999999", b"-", b"NaN", b'{"query": "{ revision }", "variables": {"x": ' + b"9" * 5_000 + b"}}"),
    *(b'{"query": "{ revision }", "query": 1}', b'{"query": "{ revision }", "variables": {"x": "\\ud800"}}'),
    *(
        b'{"query": "{ \\ud800 }"}',
        b'{"query": "{ \xed\xa0\x80 }"}',
        b'{"query": "{ \\u0000 }"}',
        b'{"query": "{ \xff }"}',
    ),
    *(b"[" + b",".join([GOOD] * many) + b"]" for many in (1, 2, 3, 4, 2_000)),
    *(b'[{"query": "{"}, null, 1, []]', b'[{"query": "{"}, {"query": "{ revision }"}]', b" " * 1_000_001),
]
