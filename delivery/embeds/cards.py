"""Cards: the HTML of an embed, as it stands alone in a page, in another's page, or in a web component."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from delivery.embeds.words import day, direction, language_name, words
from delivery.pages import Found
from errors import CaveatError
from settings import Settings

FOLDER = Path(__file__).parent
LOWEST = 6
"""The level of the smallest heading that HTML has."""
TAG, ANCHOR = re.compile("<[a-z][^>]*>"), re.compile(' (id="|href="#)')
INNER_LINK = re.compile('<a(?=\\b[^>]*\\bhref="#)')
FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no characters for, not even as references (2.2)."""
HEADING = re.compile(r"<(/?)h([1-6])\b")


class Look(TypedDict):
    """What a page may choose of an embed: nothing of it takes anything off."""

    detail: str
    heading: int


def beneath(html: str, heading: int) -> str:
    """Sanitised HTML with its headings beneath one of a level: the content's own begin with level 2."""

    def lower(found: re.Match[str]) -> str:
        return f"<{found[1]}h{min(max(int(found[2]), 2) + heading - 1, LOWEST)}"

    return HEADING.sub(lower, html)


def anchored(html: str, anchors: str, within: str = "") -> str:
    """Sanitised HTML whose anchors, and the links to them, have a name before them: a page may have several cards.

    Without a name for its ``anchors`` it stays as it is.
    """
    if not anchors:
        return html
    return TAG.sub(lambda tag: ANCHOR.sub(rf"\g<0>{anchors}{within}", tag[0]), html)


def dialled(telephone: str) -> str:
    """A telephone number as a ``tel:`` URL has it (RFC 3966)."""
    return re.sub(r"[^0-9+]", "", telephone)


environment = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    keep_trailing_newline=True,
)
environment.filters |= {"anchored": anchored, "beneath": beneath, "dialled": dialled}
environment.globals |= {"day": day, "direction": direction, "language_name": language_name}


def canonical(content: Mapping[str, Any]) -> str:
    """The URL of the page that search engines should keep."""
    return str(content["seo"]["canonicalUrl"])


def fields(kind: str, content: Mapping[str, Any], revision: int, look: Look, settings: Settings) -> dict[str, Any]:
    """What the template of a kind is filled with, for content as an operation found it."""
    return {
        "kind": kind,
        "content": content,
        "revision": revision,
        "anchors": f"{kind}-{content['slug']}-",
        "say": words(content["locale"]),
        "language": content["locale"],
        "canonical": canonical(content),
        "publisher": content["disclaimer"]["publisher"] or settings.publisher,
        **look,
    }


def card(kind: str, found: Found, look: Look, settings: Settings) -> str:
    """The card of what an operation found. Disclaimer, attribution and day of review are always in it."""
    given = fields(kind, found.data["content"], found.revision, look, settings)
    return environment.get_template(f"{kind}.html").render(**given)


def notice(language: str, settings: Settings, heading: int, error: CaveatError | None = None) -> str:
    """What stands in the place of content that is not there, or not for who asks."""
    return environment.get_template("notice.html").render(
        language=language,
        say=words(language),
        heading=heading,
        site=settings.site_url,
        publisher=settings.publisher,
        error=error,
    )


def page(card: str, style: str, theme: str, language: str, settings: Settings, **of: str) -> str:
    """A complete page around a card: links leave it, but for those within the card.

    ``of`` are ``title``, and ``canonical`` and ``address`` where it has content.
    """
    asked = urlencode({"url": of["address"]}) if "address" in of else ""
    return environment.get_template("page.html").render(
        card=INNER_LINK.sub('<a target="_self"', card),
        style=style,
        theme=theme,
        language=language,
        title=of["title"],
        canonical=of.get("canonical"),
        oembed=f"{settings.address}/oembed?{asked}",
    )


def xml(template: Template, **given: Any) -> bytes:
    """A document of XML 1.0, without the characters that it cannot have."""
    return FORBIDDEN.sub("", template.render(**given)).encode()


@lru_cache(64)
def hashed(style: str) -> str:
    """A stylesheet as a Content-Security-Policy names it (CSP Level 3, 2.3.1). Hits of the cache need it too."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() + "'"
