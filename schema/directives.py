"""``@inContext``: the perspective of an operation."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLError, OperationDefinitionNode, get_operation_ast
from graphql.execution.values import get_directive_values, get_variable_values
from strawberry.directive import DirectiveLocation
from strawberry.extensions import SchemaExtension

from errors import BadRequest, Forbidden
from loaders import head
from loaders.perspective import Perspective
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


class InContext(SchemaExtension):
    """Decides the perspective of each operation, once, before anything is resolved."""

    async def on_execute(self) -> AsyncIterator[None]:
        execution = self.execution_context
        document = execution.graphql_document
        operation = get_operation_ast(document, execution.operation_name) if document else None
        if operation is not None:
            given = _arguments(operation, execution.schema._schema, execution.variables or {})
            execution.context.perspective = await perspective(given, execution.context)
        yield


def _arguments(operation: OperationDefinitionNode, schema: Any, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The coerced arguments of the directive; empty where the operation bears none."""
    definition = schema.get_directive("inContext")
    values = get_variable_values(schema, operation.variable_definitions or (), dict(raw))
    if isinstance(values, list):
        return {}  # the executor reports the same errors
    try:
        return dict(get_directive_values(definition, operation, values) or {})
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
    database = context.database
    revision = await (head.revision(database) if moment is None else head.revision_at(moment, database))
    return Perspective(revision, (moment or now).date(), _locales(given, context), preview, context.audience)


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
