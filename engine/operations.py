"""Operations by their texts: each text is parsed, validated and compiled once, for as long as it is kept."""

import asyncio
from collections.abc import Sequence
from functools import partial

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from cache import MISSING, Cache
from engine.arguments import Refused
from engine.plan import Operation, Plan
from errors import Busy

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
PER_CHARACTER, PER_TEXT = 220, 3_000
"""Bytes that an operation takes for each character of its text, and beside them (2026-11)."""
PER_COLUMN, PER_PLAN = 1_900, 1_000
"""Bytes that a plan takes for each of its columns, and beside them: a field has one for each type (2026-11)."""
PATIENCE = 5.0
"""Seconds that an unknown text waits for its turn and is read, before its request is refused."""
Known = Operation | Sequence[GraphQLError]


class Operations:
    """The operations of a schema. What is wrong with a text is kept too, so that asking again costs nothing.

    Unknown texts are read one at a time, in a thread: the worst of a thousand tokens takes 0.2 s, in which whoever
    asks for what is known must not wait (2026-11).
    """

    def __init__(self, schema: GraphQLSchema, limit: int, max_tokens: int) -> None:
        self.cache: Cache[Known] = Cache(limit)
        self._schema = schema
        self._max_tokens = max_tokens
        self._turn = asyncio.Lock()

    async def get(self, text: str, name: str | None = None) -> Operation:
        """The operation of a text, by its name where the text has several. Raises Refused, and Busy."""
        known = self.cache.get((text, name))
        if known is MISSING:
            known = await self._learned(text, name)
        if isinstance(known, Operation):
            return known
        raise Refused(known)

    async def _learned(self, text: str, name: str | None) -> Known:
        try:
            async with asyncio.timeout(PATIENCE), self._turn:
                known = self.cache.get((text, name))
                if known is MISSING:
                    known = await asyncio.to_thread(self._read, text, name)
                    self.cache.put((text, name), known, PER_CHARACTER * len(text) + PER_TEXT)
                    if isinstance(known, Operation):
                        known.planned = partial(self._weigh, (text, name))
                return known
        except TimeoutError:
            raise Busy("The server has too many new operations to read. Ask again later.") from None

    def _weigh(self, key: tuple[str, str | None], plan: Plan) -> None:
        self.cache.grow(key, PER_COLUMN * len(plan.columns) + PER_PLAN)

    def _read(self, text: str, name: str | None) -> Known:
        try:
            document = parse(text, max_tokens=self._max_tokens)
        except (GraphQLError, RecursionError) as error:
            nested = GraphQLError("The operation is nested too deeply.")
            return [error.with_traceback(None) if isinstance(error, GraphQLError) else nested]
        errors = validate(self._schema, document, RULES)
        if errors:
            return [GraphQLError(error.message, error.nodes) for error in errors]
        definition = get_operation_ast(document, name)
        if definition is None:
            return [GraphQLError(_unknown(document, name))]
        return Operation(self._schema, document, definition)


def _unknown(document: DocumentNode, name: str | None) -> str:
    """What is wrong where no operation can be told (GraphQL spec, 6.1)."""
    if name is not None:
        return f"Unknown operation named {name[:100]!r}."
    if any(isinstance(each, OperationDefinitionNode) for each in document.definitions):
        return "Must provide operation name if query contains multiple operations."
    return "Must provide an operation."
