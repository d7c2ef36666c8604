"""Relations that are loaded for many parents at once: ``@batched``."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar, get_args

import strawberry
from strawberry.types.field import StrawberryField

from schema.context import Context

BATCH = "caveat.batch"
Load = Callable[..., Awaitable[Sequence[Any]]]
L = TypeVar("L", bound=Load)


def batched(*, description: str, returns: Any = None, name: str | None = None) -> Callable[[Load], Any]:
    """Declare a field by a batch function: ``async (parents, context, **arguments) -> values in their order``.

    The GraphQL type is what the function's result is a list of, or ``returns``. The function itself stays in the
    field's metadata, where an engine that works on whole columns finds it; graphql-core resolves one object at a
    time and gets the same function through a DataLoader.
    """

    def declare(load: Load) -> StrawberryField:
        signature = inspect.signature(load)
        arguments = list(signature.parameters.values())[2:]
        shape = returns if returns is not None else get_args(signature.return_annotation)[0]

        async def resolve(self, info, **given):  # type: ignore[no-untyped-def]
            context: Context = info.context
            return await context.loader(load, given).load(self)

        resolve.__name__ = load.__name__
        resolve.__module__ = load.__module__
        resolve.__annotations__ = {"info": strawberry.Info, "return": shape} | {a.name: a.annotation for a in arguments}
        resolve.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
            [
                inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD),
                inspect.Parameter("info", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=strawberry.Info),
                *(argument.replace(kind=inspect.Parameter.KEYWORD_ONLY) for argument in arguments),
            ],
            return_annotation=shape,
        )
        declared: StrawberryField = strawberry.field(
            resolver=resolve, description=description, name=name, metadata={BATCH: load}
        )
        return declared

    return declare
