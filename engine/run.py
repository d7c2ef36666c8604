"""One execution of a plan: what it is, and what its resolvers are given."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from graphql.execution import Executor

from engine.plan import Plan
from engine.selection import Values


@dataclass(eq=False, slots=True)
class Run:
    """One execution: the plan, what its arguments became, and what resolvers are given.

    ``stock`` makes the stock executor for the same operation; plain resolvers get their ``info`` from it.
    ``context_key`` stands for all in the context that decides what batch functions find; None where nothing may be
    kept. ``met`` gets every object that the answer is made of, where somebody wants to know; nothing is kept then.
    """

    plan: Plan
    asked: Values
    context: Any
    root: Any
    stock: Callable[[], Executor[Any]]
    context_key: Hashable = None
    met: list[Any] | None = None
    strayed: str | None = None
