"""Filters: which conditions a list may be narrowed by. Only indexed columns and links stand in the tables."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from errors import BadRequest
from loaders.head import instant
from loaders.perspective import Perspective
from models import Kind, LinkKind

DEEPEST = 5
LONGEST = 100
MOST_VALUES = 500  # a statement takes 32,767 parameters on PostgreSQL; the plan of far fewer is slow already
NOWHERE = Perspective(0, date.min, ("",))
Params = dict[str, Any]
Term = Callable[[Any, Params, Perspective], str]
Filter = Mapping[str, Any]


def _bind(params: Params, value: Any) -> str:
    if len(params) >= MOST_VALUES:
        raise BadRequest(f"A filter has up to {MOST_VALUES} conditions.")
    name = f"filter_{len(params)}"
    params[name] = value
    return f":{name}"


def among(column: str) -> Term:
    """The column is one of some values."""

    def condition(values: Any, params: Params, _: Perspective) -> str:
        _refuse_long(values)
        return f"{column} IN {_bind(params, [getattr(v, 'value', v) for v in values])}"

    return condition


def _refuse_long(values: Sequence[Any]) -> None:
    if len(values) > LONGEST:
        raise BadRequest(f"A list in a filter takes up to {LONGEST} entries, and got {len(values)}.")


def _equal(column: str) -> Term:
    """The column is a value."""
    return lambda value, params, _: f"{column} = {_bind(params, value)}"


def _between(column: str) -> Term:
    """The column is at or after ``from_``, and before ``before``."""

    def condition(bounds: Any, params: Params, _: Perspective) -> str:
        parts = ["1 = 1"]
        for name, sign in (("from_", ">="), ("before", "<")):
            if (bound := bounds.get(name)) is not None:
                moment = instant(bound, name.rstrip("_")) if isinstance(bound, datetime) else bound
                parts.append(f"{column} {sign} {_bind(params, moment)}")
        return " AND ".join(parts)

    return condition


def linked(kind: LinkKind) -> Term:
    """The edition links to one of some nodes, which the perspective sees too."""

    def condition(nodes: Any, params: Params, perspective: Perspective) -> str:
        target = f"t{len(params)}"
        within = among(f"l{target}.target_id")(nodes, params, perspective)
        return (
            f"EXISTS (SELECT 1 FROM link l{target} JOIN edition {target} ON {target}.node_id = l{target}.target_id"
            f" WHERE l{target}.source_id = e.id AND l{target}.kind = '{kind.value}' AND {within}"
            f" AND {perspective.visible(target)})"
        )

    return condition


COMMON: dict[str, Term] = {
    "ids": among("e.node_id"),
    "slugs": among("e.slug"),
    "published_at": _between("e.published_at"),
    "updated_at": _between("e.updated_at"),
    "topics": linked(LinkKind.ABOUT),
}


def _reviewed(table: str) -> dict[str, Term]:
    return {
        "last_reviewed_on": _between(f"{table}.last_reviewed_on"),
        "review_due_on": _between(f"{table}.review_due_on"),
        "medical_reviewers": linked(LinkKind.REVIEWED_BY),
    }


TERMS: dict[Kind, dict[str, Term]] = {
    Kind.ARTICLE: {
        **COMMON,
        **_reviewed("article"),
        "genres": among("article.genre"),
        "audiences": among("article.audience"),
        "authors": linked(LinkKind.AUTHORED_BY),
        "procedures": linked(LinkKind.COVERS),
    },
    Kind.PROCEDURE: {
        **COMMON,
        **_reviewed("procedure"),
        "procedure_types": among("procedure.procedure_type"),
        "settings": among("procedure.setting"),
        "performed_by": linked(LinkKind.PERFORMED_BY),
    },
    Kind.PHYSICIAN: {
        **COMMON,
        "accepting_new_patients": _equal("physician.accepting_new_patients"),
        "npis": among("physician.npi"),
    },
    Kind.TOPIC: {**COMMON, "schemes": among("topic.scheme"), "broader": linked(LinkKind.BROADER)},
    Kind.DISCLAIMER: COMMON,
}


def condition(kind: Kind, given: Filter, params: Params, perspective: Perspective, depth: int = 1) -> str:
    """The SQL condition for a filter, with its values added to ``params``. All parts of a filter must hold."""
    if depth > DEEPEST:
        raise BadRequest(f"A filter may be nested {DEEPEST} deep at the most.")
    parts = ["1 = 1"]
    for name, value in given.items():
        if value is None:
            continue
        if name in ("and_", "or_"):
            _refuse_long(value)
            inner = [condition(kind, each, params, perspective, depth + 1) for each in value]
            joined = (" AND " if name == "and_" else " OR ").join(f"({each})" for each in inner)
            parts.append(f"({joined or ('1 = 1' if name == 'and_' else '1 = 0')})")
        elif name == "not_":
            parts.append(f"NOT ({condition(kind, value, params, perspective, depth + 1)})")
        else:
            parts.append(TERMS[kind][name](value, params, perspective))
    return " AND ".join(parts)


def check(kind: Kind, given: Filter) -> None:
    """Raises BadRequest for a filter that ``condition`` would refuse, whoever asks and wherever."""
    condition(kind, given, {}, NOWHERE)
