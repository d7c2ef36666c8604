"""``@inContext``: the perspective of an operation."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError
from graphql.execution.values import VariableValues, get_directive_values
from strawberry.directive import DirectiveLocation

from engine.plan import Operation
from errors import BadRequest, Forbidden
from loaders import head
from loaders.perspective import Audience, Perspective
from schema.context import Context


def _argument(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.directive(
    locations=[DirectiveLocation.QUERY],
    name="inContext",
    description="Sets the perspective of the operation: its locale, its moment, and whether drafts are seen.",
)
def in_context(
    locale: Annotated[str | None, _argument("The locale to read in; by default the site's default locale.")] = None,
    fallback: Annotated[
        list[str] | None,
        _argument("The locales to fall back to, in order, instead of the site's; an empty list turns them off."),
    ] = None,
    as_of: Annotated[
        datetime | None, _argument("Reads the graph as it was at this moment. Needs the scope content:history.")
    ] = None,
    preview: Annotated[
        bool, _argument("Shows drafts in the place of what is live. Needs the scope content:preview.")
    ] = False,
) -> None:
    """Never called: Strawberry checks a directive on an operation and does not run it."""


def perspective_arguments(operation: Operation, variables: VariableValues) -> Mapping[str, Any]:
    """The coerced arguments of the directive; empty where the operation bears none. Raises BadRequest."""
    if not operation.definition.directives:
        return {}
    definition = operation.schema.get_directive("inContext")
    assert definition is not None
    try:
        return get_directive_values(definition, operation.definition, variables) or {}
    except GraphQLError as error:
        raise BadRequest(f"@inContext: {error.message}") from None


async def perspective(given: Mapping[str, Any], context: Context) -> Perspective:
    """The perspective for the directive's arguments. Raises BadRequest and Forbidden."""
    require(context, "content:read", "reading")
    now = context.clock()
    moment, preview = given.get("asOf"), bool(given.get("preview"))
    if preview and moment is not None:
        raise BadRequest("asOf and preview exclude each other: a past moment has no drafts.")
    if preview:
        require(context, "content:preview", "preview")
    if moment is not None:
        require(context, "content:history", "asOf")
        moment = head.instant(moment, "asOf")
        if moment > now:
            raise BadRequest(f"asOf must not be in the future, and is {moment.isoformat()}.")
    revision = await _revision(moment, context)
    return perspective_of(revision, (moment or now).date(), _locales(given, context), preview, context.audience)


async def _revision(moment: datetime | None, context: Context) -> int:
    if moment is not None:
        return await head.revision_at(moment, context.database)
    return await head.revision(context.database) if context.revision is None else context.revision


@lru_cache(256)
def perspective_of(
    revision: int, today: date, locales: tuple[str, ...], preview: bool, audience: Audience
) -> Perspective:
    """One object for equal perspectives: what it knows of itself is made once."""
    return Perspective(revision, today, locales, preview, audience)


PRESENT = "the present"
"""What fields require that answer of the head alone."""


def entitle(word: str, given: Mapping[str, Any], context: Context) -> None:
    """Look at what a field requires, under the directive's arguments. Raises Forbidden and BadRequest."""
    if word != PRESENT:
        require(context, word, "a field of the operation")
    elif given.get("asOf") is not None:
        raise BadRequest("Searching answers of the present: leave out asOf.")


def require(context: Context, scope: str, what: str) -> None:
    """Raises Forbidden where the audience lacks a scope."""
    if scope not in context.audience.scopes:
        raise Forbidden(f"{what} needs the scope {scope}.")


def _locales(given: Mapping[str, Any], context: Context) -> tuple[str, ...]:
    known = context.settings.fallbacks
    locale = given.get("locale") or context.settings.default_locale
    fallback = given.get("fallback")
    for tag in (locale, *(fallback or ())):
        if tag not in known:
            raise BadRequest(f"{tag!r} is not a locale of this site; it has {', '.join(known)}.")
    return tuple(dict.fromkeys((locale, *(known[locale] if fallback is None else fallback))))
