"""Fields that are loaded for many parents at once: ``@batched``."""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import strawberry
from strawberry.types.field import StrawberryField

BATCH = "caveat.batch"


@dataclass(frozen=True)
class Batch:
    """How a batched field gets its values, for the engine and for the stock executor alike.

    ``load(parents, context[, asked][, below=…])`` gives the values in the order of the parents, at once or as an
    awaitable. ``asked`` is what ``prepare(**arguments)`` made of the field's arguments before anything ran; what it
    raises refuses the whole request. ``below`` has the names of the fields selected beneath; None where they are not
    known. ``requires`` is a word that the caller of the operation must be entitled to. ``cost`` is what loading costs
    beside the fields that are resolved.

    Parents, ``asked`` and the context's key (``Run.context_key``) decide what is loaded, and nothing else does.
    """

    load: Callable[..., Any]
    prepare: Callable[..., Any] | None = None
    requires: str | None = None
    cost: int = 0
    looks_below: bool = False
    waits: bool = False


def batched(
    *,
    description: str,
    returns: Any = None,
    prepare: Callable[..., Any] | None = None,
    requires: str | None = None,
    cost: int = 0,
    name: str | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Declare a field by its batch function; its GraphQL arguments are those of ``prepare``.

    The GraphQL type is what the function's result is a list of, or ``returns``. The context of an operation must have
    ``loader(batch, arguments)``: the stock executor resolves one object at a time and loads them through it.
    """

    def declare(load: Callable[..., Any]) -> StrawberryField:
        signature = inspect.signature(load)
        looks_below, waits = "below" in signature.parameters, inspect.iscoroutinefunction(load)
        batch = Batch(load, prepare, requires, cost, looks_below, waits)
        shape = returns if returns is not None else get_args(signature.return_annotation)[0]
        resolver = _resolver(batch, shape, load.__name__)
        declared: StrawberryField = strawberry.field(
            resolver=resolver, description=description, name=name, metadata={BATCH: batch}
        )
        return declared

    return declare


def _resolver(batch: Batch, returns: Any, name: str) -> Any:
    """The field as the stock executor resolves it, for one parent."""

    def resolve(self: Any, info: Any, **given: Any) -> Any:
        if batch.waits:
            return info.context.loader(batch, given).load(self)
        asked = [] if batch.prepare is None else [batch.prepare(**given)]
        return batch.load([self], info.context, *asked)[0]

    if batch.waits:
        resolve = _awaiting(resolve)
    source = batch.prepare or batch.load
    arguments = list(inspect.signature(source).parameters.values()) if batch.prepare else []
    resolve.__name__, resolve.__module__ = name, source.__module__
    resolve.__annotations__ = {"info": strawberry.Info, "return": returns} | {a.name: a.annotation for a in arguments}
    resolve.__signature__ = _signature(arguments, returns)  # type: ignore[attr-defined]
    return resolve


def _awaiting(resolve: Any) -> Any:
    async def resolve_async(self: Any, info: Any, **given: Any) -> Any:
        return await resolve(self, info, **given)

    return resolve_async


def _signature(arguments: Sequence[inspect.Parameter], returns: Any) -> inspect.Signature:
    own = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Signature(
        [
            inspect.Parameter("self", own),
            inspect.Parameter("info", own, annotation=strawberry.Info),
            *(argument.replace(kind=inspect.Parameter.KEYWORD_ONLY) for argument in arguments),
        ],
        return_annotation=returns,
    )
