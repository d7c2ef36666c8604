"""JSON-LD: pages as schema.org 30.0 describes them. Their disclaimer goes with them as ``usageInfo``.

What schema.org has no property for is left out: nothing is said in words that are not its own.
"""

from schema.json_ld.documents import documents

__all__ = ["documents"]
