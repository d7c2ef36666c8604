"""Cache tags: what answers name themselves by to a CDN, and what a release purges there.

Tags are letters, digits and dashes: Fastly separates them by spaces, Cloudflare by commas and without regard to case.
"""

from base64 import b32encode

ALL = "caveat"
"""The tag of every answer."""


def node_tag(node_id: str) -> str:
    """The tag of answers that show a node, by its UUID: ``n-`` and 26 letters and digits."""
    return "n-" + b32encode(bytes.fromhex(node_id.replace("-", ""))).decode().rstrip("=").lower()


def kind_tag(kind: str) -> str:
    """The tag of answers that any node of a kind could come to stand in: lists, totals, what was not found."""
    return f"k-{kind}"
