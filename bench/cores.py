"""Cores: one for the server, one for the load. Where the system cannot hold a process to a core, nothing is held."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

USABLE = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []
SERVER, LOAD = USABLE[:1], USABLE[-1:]


@contextmanager
def on(core: list[int]) -> Iterator[None]:
    """Whatever is started meanwhile stays on a core: a process inherits the cores of the one that starts it."""
    if not core:
        yield
        return
    os.sched_setaffinity(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, USABLE)
