"""JSON-LD: pages as schema.org describes them. A disclaimer goes with each as ``usageInfo``."""

from collections.abc import Sequence
from typing import Any

from loaders.rows import Row
from schema.context import Context


async def documents(rows: Sequence[Row], context: Context) -> list[dict[str, Any]]:
    return [{} for _ in rows]
