"""Limits on operations as they are written."""

import pytest

from engine.limits import Limits, read
from errors import TooExpensive

LIMITS = Limits(tokens=1_000, depth=3, aliases=3, root_fields=3, directives=3)
WITHIN = [
    "{ a { b { c } } }",
    "{ a b c }",
    "{ x: a { y: b } z: c }",
    "{ a @x @x { b @x } }",
    "{ ...F } fragment F on T { a { ...G } } fragment G on T { b { c } }",
    "query A { a b c } query B { a b c }",
    "{ ...F } fragment F on T { a ...F }",  # a circle, which validation refuses
    "{ ...Unknown }",
]
BEYOND = {
    "{ a { b { c { d } } } }": ("depth", 4),
    "{ a { ... { b { ... on T { c { d } } } } } }": ("depth", 4),
    "{ a { ...F } } fragment F on T { b { c { d } } }": ("depth", 4),
    "{ a b c d }": ("root_fields", 4),
    "{ a ...F } fragment F on T { b c d }": ("root_fields", 4),
    "query A { a } query B { ...F ...F } fragment F on T { b c }": ("root_fields", 4),
    "{ a { w: b x: b y: b z: b } }": ("aliases", 4),
    "{ a { ...F } b { ...F } } fragment F on T { x: c y: d }": ("aliases", 4),
    "query ($v: Int @x) { a @x @x b @x }": ("directives", 4),
    "{ a ...F @x } fragment F on T @x { b @x c @x }": ("directives", 4),
}


@pytest.mark.parametrize("text", WITHIN)
def test_what_is_within_the_limits_passes(text):
    """Exactly as much as is allowed, circles and unknown fragments: validation has the word on these."""
    read(text, LIMITS)


@pytest.mark.parametrize(("text", "told"), BEYOND.items())
def test_what_is_beyond_a_limit_is_refused_with_both_figures(text, told):
    """Fragments count wherever they are spread; the error says what was found, what is allowed, and what to do."""
    limit, found = told

    with pytest.raises(TooExpensive) as refused:
        read(text, LIMITS)

    assert refused.value.extensions == {"code": "TOO_EXPENSIVE", "limit": limit, "found": found, "allowed": 3}
    assert str(refused.value).startswith(f"The operation has {found} ")
    assert ", and may have 3: " in str(refused.value)


def test_fragments_that_spread_fragments_are_measured_once_each():
    """Thirty fragments that each spread the next one twice stand for a thousand million fields, and take no time."""
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))

    with pytest.raises(TooExpensive) as refused:
        read(f"{{ ...F0 }} {chain} fragment F30 on T {{ a }}", LIMITS)

    assert refused.value.figures["found"] == 2**30


def test_more_tokens_than_are_allowed_are_not_read():
    """The text is left at the first token too many: it may be a megabyte."""
    with pytest.raises(TooExpensive) as refused:
        read("{ " + "a " * 40_000 + "}", LIMITS)

    assert refused.value.figures == {"limit": "tokens", "found": 1_001, "allowed": 1_000}
    assert str(refused.value).startswith("The operation has more than 1000 tokens")


def test_a_text_that_is_too_long_is_not_looked_at():
    """However few tokens it has: commas alone are none."""
    with pytest.raises(TooExpensive) as refused:
        read("{ a }" + "," * 100_000, LIMITS)

    assert refused.value.figures == {"limit": "characters", "found": 100_005, "allowed": 100_000}


def test_figures_that_json_cannot_carry_are_cut():
    """Seventy fragments that double each time: more than any reader of JSON can tell."""
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(70))

    with pytest.raises(TooExpensive) as refused:
        read(f"{{ ...F0 }} {chain} fragment F70 on T {{ a }}", LIMITS)

    assert refused.value.figures["found"] == 2**53 - 1
