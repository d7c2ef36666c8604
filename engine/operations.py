"""Operations by their texts: each text is parsed, validated and compiled once, for as long as it is kept."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    get_operation_ast,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from cache import MISSING, Cache
from engine.arguments import Refused, request_error
from engine.limits import Limits, read
from engine.plan import Operation, Plan
from errors import Busy, CaveatError

RULES = (*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule)
PER_CHARACTER, PER_TEXT = 220, 3_000
"""Bytes that an operation takes for each character of its text, and beside them (2026-11)."""
PER_COLUMN, PER_PLAN = 1_900, 1_000
"""Bytes that a plan takes for each of its columns, and beside them: a field has one for each type (2026-11)."""
PATIENCE = 5.0
"""Seconds that an unknown text waits for its turn and is read, before its request is refused."""
PER_BRANCH = 250
"""Bytes that each branch takes that leads to a selection of ours, and each key that it knows (2026-11)."""
Known = Operation | Sequence[GraphQLError]
Key = tuple[str, str | None, "Terms"]


class Terms(Protocol):
    """On what terms a text becomes an operation. They are told apart as any keys are."""

    @property
    def suggests(self) -> bool:
        """Whether errors may name what there is (``Did you mean …?``)."""

    def operation(
        self, schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode
    ) -> tuple[Operation, int]:
        """The operation, and how many branches lead to selections of ours. Raises Refused and CaveatError."""


class Plain:
    """No terms: the operation as its text has it."""

    suggests = True

    def operation(
        self, schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode
    ) -> tuple[Operation, int]:
        """The operation of a definition."""
        return Operation(schema, document, definition), 0


PLAIN = Plain()


class Operations:
    """The operations of a schema. What is wrong with a text is kept too, so that asking again costs nothing.

    Unknown texts are read one at a time (``reading`` is held), in a thread: the worst of a thousand tokens takes
    0.2 s, in which whoever asks for what is known must not wait (2026-11).
    """

    def __init__(self, schema: GraphQLSchema, limit: int, limits: Limits) -> None:
        self.cache: Cache[Known] = Cache(limit)
        self._schema = schema
        self._limits = limits
        self.reading = asyncio.Lock()

    async def get(self, text: str, name: str | None = None, terms: Terms = PLAIN) -> Operation:
        """The operation of a text on some terms, by its name where the text has several. Raises Refused, and Busy."""
        key = text, name, terms
        known = self.cache.get(key)
        if known is MISSING:
            known = await self._learned(key)
        if isinstance(known, Operation):
            return known
        raise Refused(known)

    async def _learned(self, key: Key) -> Known:
        try:
            async with asyncio.timeout(PATIENCE), self.reading:
                known = self.cache.get(key)
                if known is MISSING:
                    known, branches = await asyncio.to_thread(self._read, *key)
                    self.cache.put(key, known, PER_CHARACTER * len(key[0]) + PER_TEXT + PER_BRANCH * branches)
                    if isinstance(known, Operation):
                        known.planned = partial(self._weigh, key)
                return known
        except TimeoutError:
            raise Busy("The server has too many new operations to read. Ask again later.") from None

    def _weigh(self, key: Key, plan: Plan) -> None:
        self.cache.grow(key, PER_COLUMN * len(plan.columns) + PER_PLAN)

    def _read(self, text: str, name: str | None, terms: Terms) -> tuple[Known, int]:
        try:
            document = read(text, self._limits)
            errors = validate(self._schema, document, RULES, hide_suggestions=not terms.suggests)
            if errors:
                return [GraphQLError(error.message, error.nodes) for error in errors], 0
            definition = get_operation_ast(document, name)
            if definition is None:
                return [GraphQLError(_unknown(document, name))], 0
            return terms.operation(self._schema, document, definition)
        except RecursionError:
            return [GraphQLError("The operation is nested too deeply.")], 0
        except GraphQLError as error:
            return [error.with_traceback(None)], 0
        except Refused as error:
            return error.errors, 0
        except CaveatError as error:
            return [request_error(error.with_traceback(None))], 0


def _unknown(document: DocumentNode, name: str | None) -> str:
    """What is wrong where no operation can be told (GraphQL spec, 6.1)."""
    if name is not None:
        return f"Unknown operation named {name[:100]!r}."
    if any(isinstance(each, OperationDefinitionNode) for each in document.definitions):
        return "Must provide operation name if query contains multiple operations."
    return "Must provide an operation."
