"""The templates of feeds and sitemaps: XML, and the HTML of entries, which is that of embeds."""

import re
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader

from delivery.embeds import cards

FOLDER = Path(__file__).parent
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no characters for, not even as references (2.2)."""

environment = cards.environment.overlay(loader=FileSystemLoader([FOLDER / "templates", cards.FOLDER / "templates"]))


def xml(template: str, **given: Any) -> bytes:
    """A document of XML 1.0, without the characters that it cannot have."""
    return FORBIDDEN.sub("", environment.get_template(template).render(**given)).encode()
