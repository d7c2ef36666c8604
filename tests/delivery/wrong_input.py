"""Wrong input: requests that no client should send, as hypothesis makes them up."""

import base64
import hashlib
import json
import random
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from graphql import GraphQLNamedType, get_named_type, is_input_object_type, is_object_type
from hypothesis import strategies as st

from loaders.paging import cursor
from loaders.rows import global_id
from schema.build import schema
from tests.delivery.wrong_documents import BODIES, DOCUMENTS, GOOD

SCHEMA = schema._schema
UUID = "01890000-0000-7000-8000-000000000001"
Pair = tuple[bytes, bytes]


@dataclass(frozen=True)
class Wrong:
    """A request as it goes over the wire."""

    body: bytes = b""
    method: str = "POST"
    target: bytes = b"/graphql"
    headers: tuple[Pair, ...] = ((b"content-type", b"application/json"),)

    def sent(self) -> bytes:
        """Its bytes."""
        framing = ((b"host", b"caveat.example"), (b"content-length", b"%d" % len(self.body)))
        lines = [b"%b: %b\r\n" % each for each in (*framing, *self.headers)]
        return b"".join([b"%b %b HTTP/1.1\r\n" % (self.method.encode(), self.target), *lines, b"\r\n", self.body])

    def by(self, token: str) -> "Wrong":
        """The same with a token, where it has no other already."""
        if not token or b"authorization" in dict(self.headers):
            return self
        return replace(self, headers=(*self.headers, (b"authorization", b"Bearer " + token.encode())))

    def spoilt(self, seed: int) -> "Wrong":
        """The same with a body that was cut, or has other bytes in some places."""
        rng, body = random.Random(seed), bytearray(self.body)
        for _ in range(rng.randint(1, 4)):
            place = rng.randrange(len(body) + 1)
            body[place : place + rng.randint(0, 3)] = rng.randbytes(rng.randint(0, 3))
        return replace(self, body=bytes(body[: rng.randint(0, len(body))] if rng.random() < 0.5 else body))


# Texts that look like ids, cursors, moments, days, locales and addresses, and are none, or not here.
IDS = [
    *("%%%", "QQ", "QXJ0aWNsZTo=", "QXJ0aWNsZTo", base64.b64encode(b"\xff\xfe").decode(), "A" * 5_000),
    *(global_id(name, UUID) for name in ("Article", "Nothing", "", "Physician")),
    *(base64.b64encode(text.encode()).decode() for text in ("Article:x", f"Article:{{{UUID}}}", f"Article:urn:{UUID}")),
]
CURSORS = [
    *(cursor("x"), cursor("articles", 1, 2), cursor("x", b"\xff", UUID), cursor(""), cursor("x", 10**18)),
    *(base64.urlsafe_b64encode(text).decode() for text in (b"[]", b"{}", b"null", b"[[]]", b"\xff", b"[" * 2_000)),
]
MOMENTS = [
    *("2026-03-01", "2026-03-01T25:00:00Z", "2026-13-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T24:00:00Z"),
    *("2026-03-01T00:00:00+99:99", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2999-01-01T00:00:00Z"),
    *("2026-W09-7", "2026-02-30", "٢٠٢٦-٠٣-٠١", "20260301", "2026-03-01T00:00:00.1234567890Z", "now", "1e9", "-1"),
]
LOCALES = ["xx", "EN", "en_US", "e" * 9, "en-", "-", "en\0", "é"]
ADDRESSES = [
    "//[",
    "http://[::1",
    "http://\0",
    "https://site.example:x/",
    "///",
    "/en/article/\0",
    "\\\\x",
    "a" * 9_000,
]
TEXTS = st.sampled_from(["", "\0", "\x7f", "💉", "\u202e", *IDS, *CURSORS, *MOMENTS, *LOCALES, *ADDRESSES]) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=40
)
NUMBERS = (
    st.integers(-(2**63), 2**64 - 1) | st.sampled_from([-1, 101, 2**31, -(2**31) - 1]) | st.floats(allow_nan=False)
)
PLAIN = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


def arguments() -> list[tuple[str, str, str, str]]:
    """Every argument: of a type, a field, its name and its own type. Those of the directive come five times."""
    found = [
        (type_.name, field, name, str(argument.type))
        for type_ in SCHEMA.type_map.values()
        if is_object_type(type_) and not type_.name.startswith("__")
        for field, definition in type_.fields.items()
        for name, argument in definition.args.items()
    ]
    directive = SCHEMA.get_directive("inContext")
    return found + [("", "", name, str(argument.type)) for name, argument in directive.args.items()] * 5


ARGUMENTS = arguments()


def asking(type_: str, field: str, name: str, value: str, declared: str = "") -> str:
    """An operation that gives an argument a value: a literal, or a variable that is ``declared``."""
    if not type_:
        return f"query Q{declared} @inContext({name}: {value}) {{ articles {{ totalCount nodes {{ title }} }} }}"
    result = get_named_type(SCHEMA.get_type(type_).fields[field].type)
    selection = (
        "totalCount pageInfo { endCursor } nodes { __typename }" if "Connection" in result.name else "__typename"
    )
    asked = f"{field}({name}: {value}) {{ {selection} }}"
    if type_ != "Query":
        asked = f"{type_.lower()}s(first: 2) {{ nodes {{ {asked} }} }}"
    return f"query Q{declared} {{ {asked} }}"


LIKELY = {"ID": IDS, "Date": MOMENTS, "DateTime": MOMENTS, "after": CURSORS, "before": CURSORS, "locale": LOCALES}
LIKELY |= {"fallback": LOCALES, "url": ADDRESSES}


@st.composite
def shaped(draw: st.DrawFn, type_: GraphQLNamedType, name: str = "", depth: int = 3) -> Any:
    """A value that goes wrong deep within: the names of an input type's fields, with whatever in them."""
    likely = LIKELY.get(name, LIKELY.get(type_.name))
    if likely is not None and draw(st.booleans()):
        return draw(st.sampled_from(likely))
    if not is_input_object_type(type_) or depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(VALUES)
    names = draw(st.lists(st.sampled_from([*type_.fields, "other"]), max_size=3, unique=True))
    inner = {name: get_named_type(type_.fields[name].type) for name in names if name in type_.fields}
    values = {name: draw(shaped(inner[name], name, depth - 1) if name in inner else VALUES) for name in names}
    return {name: [value] if draw(st.booleans()) else value for name, value in values.items()}


def literal(value: Any) -> str:
    """A value as GraphQL writes it; names that are none are written all the same."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def misasked(draw: st.DrawFn) -> dict[str, Any]:
    """An operation of the real schema with a wrong value for an argument, as a variable or in the text."""
    type_, field, name, declared = draw(st.sampled_from(ARGUMENTS))
    value = draw(shaped(SCHEMA.get_type(declared.strip("[]!")), name))
    if draw(st.booleans()):
        return {"query": asking(type_, field, name, literal(value))}
    wrong = draw(st.sampled_from([declared] * 6 + ["Int", "[[ID]]", "Article", "Nothing"]))
    return {"query": asking(type_, field, name, "$v", f"($v: {wrong})"), "variables": {"v": value}}


HASHES = st.sampled_from(["", "x", "sha256:", "a" * 64, "sha256:" + "A" * 64, "é" * 64, "\0", "a" * 201]) | TEXTS
EXTENSIONS = VALUES | st.fixed_dictionaries(
    {"persistedQuery": VALUES | st.fixed_dictionaries({"version": VALUES | st.just(1), "sha256Hash": HASHES | VALUES})}
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "query": st.sampled_from(DOCUMENTS) | PLAIN,
        "variables": VALUES,
        "operationName": TEXTS | VALUES,
        "extensions": EXTENSIONS,
        "documentId": HASHES | VALUES,
    },
)


def registered(text: str) -> dict[str, Any]:
    """A document with its right hash, as Apollo's clients register it."""
    hash = hashlib.sha256(text.encode()).hexdigest()
    return {"query": text, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}}


BY_TEXT = st.sampled_from(DOCUMENTS)
OPERATIONS = st.one_of(
    misasked(), misasked(), ASKED, BY_TEXT.map(lambda text: {"query": text}), BY_TEXT.map(registered)
)

# What may stand in a header: anything but the ends of lines, and NUL (RFC 9110, 5.5); else it is no request at all.
ANYTHING = st.binary(max_size=40).map(lambda given: given.translate(None, bytes(range(32)) + b"\x7f"))
KNOWN = {
    b"accept": [
        b"application/graphql-response+json",
        b"application/json",
        b"",
        b"*/*",
        b"text/html",
        b"application/*;q=x",
        b"application/json;q=0",
        b",;,",
        b"a/b;q=1;q=2," * 99,
    ],
    b"accept-encoding": [b"", b"gzip;q=x", b"*", b"*;q=0", b"br, zstd, gzip", b"identity;q=0", b"," * 900],
    b"content-type": [
        b"",
        b"text/plain",
        b"application/json; charset=utf-16",
        b"application/json;;;=",
        b"application/x",
    ],
    b"content-encoding": [b"gzip", b"br", b"", b"identity, gzip"],
    b"authorization": [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Basic eDp5",
        b"Bearer caveat_x",
        b"Bearer \xff\xfe",
        b"Bearer a b",
    ],
    b"caveat-min-revision": [b"", b"-1", b"1.5", b"9" * 30, b"\xb2", b"1"],
    b"caveat-dry-run": [b"1", b"0", b"x"],
    b"caveat-cost": [b"1", b"\xff"],
    b"if-none-match": [b"", b"*", b'"', b'W/"x"', b"," * 500],
    b"origin": [b"null", b"", b"https://\xff", b"*"],
    b"sec-fetch-mode": [b"no-cors", b"cors", b"\xff"],
    b"x-forwarded-for": [b"::::", b"1.2.3.4.5", b"," * 100, b"\xff"],
    b"traceparent": [b"00-0-0-0", b"ff-" + b"f" * 32 + b"-" + b"f" * 16 + b"-ff", b"\xff", b"00"],
    b"access-control-request-headers": [b"a\xffb", b"," * 2_000],
    b"expect": [b"100-continue", b"x"],
    b"upgrade": [b"websocket", b"h2c"],
}


@st.composite
def headers(draw: st.DrawFn) -> tuple[Pair, ...]:
    """Headers of which some are wrong; nearly always the content type is right, else the body is not looked at."""
    names = draw(st.lists(st.sampled_from(list(KNOWN)), max_size=3))
    given = [(name, draw(st.sampled_from(KNOWN[name]) | ANYTHING)) for name in names]
    if b"content-type" not in names:
        given.append((b"content-type", b"application/json"))
    return tuple(given)


HEADERS = st.one_of(st.just(Wrong().headers), st.just(Wrong().headers), headers())
TARGETS = st.one_of(
    ANYTHING.map(lambda given: b"/graphql?" + quote_from_bytes(given, safe="=&%").encode()),
    st.dictionaries(
        st.sampled_from(["query", "variables", "operationName", "extensions", "documentId", "x"]),
        st.sampled_from([text for text in DOCUMENTS if len(text) < 2_000]) | VALUES.map(json.dumps) | TEXTS,
    ).map(lambda given: b"/graphql?" + urlencode(given).encode()[:15_000]),
    HASHES.map(lambda given: b"/graphql/" + quote_from_bytes(given.encode()).encode()),
    st.sampled_from([b"/graphql/%ff", b"/graphql?%", b"/graphql?" + b"a=b&" * 50, b"//", b"/graphql/../..", b"*"]),
)
BY_POST = st.one_of(st.sampled_from(BODIES), OPERATIONS.map(lambda asked: json.dumps(asked).encode()), st.binary())
REQUESTS = st.one_of(
    st.builds(Wrong, body=BY_POST, headers=HEADERS),
    st.builds(Wrong, body=BY_POST, headers=HEADERS),
    st.builds(Wrong, body=BY_POST, target=TARGETS, headers=HEADERS),
    st.builds(Wrong, target=TARGETS, headers=headers(), method=st.sampled_from(["GET", "HEAD", "OPTIONS", "PUT"])),
)
NO_REQUESTS = st.one_of(
    st.binary(min_size=1, max_size=200),
    st.builds(lambda head, rest: head + rest, st.sampled_from([b"GET / HTTP/1.1\r\n", b"POST "]), st.binary()),
    st.sampled_from([Wrong(GOOD).sent()[:-3], b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", b"\x16\x03\x01\0\xa5"]),
)
