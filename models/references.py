"""References between nodes inside rendered rich text: how they are written, and how they are served."""

import html as escaping
import re
from collections.abc import Mapping

SCHEME = "caveat:"
ANCHOR = re.compile(rf'<a href="{SCHEME}([^"]*)">(.*?)</a>', re.DOTALL)
"""A reference in rendered HTML: the node's id, and the words. Anchors never stand inside one another."""


def serve(html: str, urls: Mapping[str, str]) -> str:
    """``RichText.html`` with each reference a link to ``urls[node id]``, or just its words."""
    if SCHEME not in html:
        return html

    def link(found: re.Match[str]) -> str:
        node, words = found.groups()
        url = urls.get(node)
        return words if url is None else f'<a href="{escaping.escape(url)}">{words}</a>'

    return ANCHOR.sub(link, html)
