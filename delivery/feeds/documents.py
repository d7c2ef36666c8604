"""The templates of feeds and sitemaps: XML, and the HTML of entries, which is that of embeds."""

from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader

from delivery.embeds import cards

FOLDER = Path(__file__).parent
environment = cards.environment.overlay(loader=FileSystemLoader([FOLDER / "templates", cards.FOLDER / "templates"]))


def xml(template: str, **given: Any) -> bytes:
    """A document of a template."""
    return cards.xml(environment.get_template(template), **given)
