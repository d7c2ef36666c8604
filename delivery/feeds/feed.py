"""``/feed.atom`` and ``/feed.json``: the newest content of a type, of all topics or of one, in one locale.

Atom is RFC 4287, JSON Feed is version 1.1 (jsonfeed.org).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

import orjson

from delivery.access import syndicated
from delivery.answers import Answer
from delivery.embeds.cards import canonical
from delivery.embeds.embed import CARDS
from delivery.feeds.documents import FOLDER, xml
from delivery.feeds.entries import Entry, entry
from delivery.pages import Asked, Found, Rendered
from errors import NotFound
from loaders.rows import node_id
from models import Kind
from settings import Settings

ATOM, JSON = b"application/atom+xml; charset=utf-8", b"application/feed+json; charset=utf-8"
NAMES = {
    "en": {"article": "Articles", "procedure": "Procedures", "physician": "Physicians"},
    "es": {"article": "Artículos", "procedure": "Procedimientos", "physician": "Médicos"},
    "ar": {"article": "المقالات", "procedure": "الإجراءات الطبية", "physician": "الأطباء"},
}
"""What feeds of each type are called, by language."""
TYPES = (Kind.ARTICLE.value, Kind.PROCEDURE.value, Kind.PHYSICIAN.value)
OPERATIONS = {kind: (FOLDER / "operations" / f"{kind}.graphql").read_text() + CARDS[kind] for kind in TYPES}
TOPIC = (FOLDER / "operations" / "topic.graphql").read_text()
SIZE = 30
NEVER = "1970-01-01T00:00:00+00:00"
"""When a feed changed that has nothing in it: the same for everybody, and before all that comes."""
NAMESPACE = "urn:x-caveat:feed"
"""The namespace of what Atom has no element for."""


@dataclass(frozen=True)
class Feed:
    """A feed: its type, its locale, the topic where it is of one, and its entries, the newest first."""

    type: str
    language: str
    topic: dict[str, Any] | None
    entries: list[Entry]
    revision: int
    settings: Settings

    @property
    def id(self) -> str:
        """An id that stays while the site does: a topic may be renamed, and the server may move."""
        about = node_id(self.topic["id"])[1] if self.topic else ""
        name = " ".join((self.settings.site_url, self.type, self.language, about))
        return f"urn:uuid:{uuid5(NAMESPACE_URL, name)}"

    @property
    def title(self) -> str:
        """Who publishes what."""
        names = NAMES.get(self.language.partition("-")[0].lower(), NAMES["en"])
        return " · ".join([self.settings.publisher, *([self.topic["title"]] if self.topic else []), names[self.type]])

    @property
    def summary(self) -> str:
        """What the topic is; empty where there is none."""
        return self.topic["summary"] if self.topic else ""

    @property
    def updated(self) -> str:
        """When the newest wording in it was published."""
        return max((each["updated"] for each in self.entries), default=NEVER)

    @property
    def home(self) -> str:
        """The page of the site that the feed is of."""
        return canonical(self.topic) if self.topic else self.settings.site_url

    @property
    def atom(self) -> str:
        """The address of the feed as Atom."""
        return self._address("feed.atom")

    @property
    def json(self) -> str:
        """The address of the feed as JSON Feed."""
        return self._address("feed.json")

    def _address(self, name: str) -> str:
        usual = {"type": TYPES[0], "topic": "", "locale": self.settings.default_locale}
        given = {"type": self.type, "topic": self.topic["slug"] if self.topic else "", "locale": self.language}
        asked = urlencode({name: value for name, value in given.items() if value != usual[name]})
        return f"{self.settings.address}/{name}{'?' if asked else ''}{asked}"


async def atom(asked: Asked) -> Answer:
    """The feed as Atom. Raises BadRequest and NotFound."""
    return await _feed(asked, lambda feed: xml("atom.xml", feed=feed, settings=feed.settings, namespace=NAMESPACE))


async def json_feed(asked: Asked) -> Answer:
    """The feed as JSON Feed. Raises BadRequest and NotFound."""
    return await _feed(asked, lambda feed: orjson.dumps(_told(feed)))


async def _feed(asked: Asked, write: Callable[[Feed], bytes]) -> Answer:
    settings = asked.settings
    asked.let_in(syndicated(asked.answering.graph.clients.anonymous))
    asked.only("type", "topic", "locale")
    type = asked.chosen("type", TYPES, TYPES[0])
    locale = asked.chosen("locale", list(settings.fallbacks), settings.default_locale)
    topic = await _topic(asked, locale)
    about = {"topic": topic or "", "about": topic is not None, "topics": topic}  # a value stands for a list of one

    def render(found: Found) -> Rendered:
        if topic is not None and found.data["topic"] is None:  # it went meanwhile
            raise _no_topic(asked, locale)
        nodes = found.data["content"]["nodes"]
        entries = [entry(type, each, found.revision, settings) for each in nodes]
        return Rendered(write(Feed(type, locale, found.data.get("topic"), entries, found.revision, settings)))

    return await asked.page(OPERATIONS[type], {"locale": locale, "size": SIZE, **about}, (), render)


async def _topic(asked: Asked, locale: str) -> str | None:
    """The global id of the topic that is asked for; None where none is. Raises NotFound."""
    slug = asked.parameters.get("topic")
    if slug is None:
        return None
    topic = (await asked.data(TOPIC, {"slug": slug, "locale": locale}))["topic"]
    if topic is None:
        raise _no_topic(asked, locale)
    return str(topic["id"])


def _no_topic(asked: Asked, locale: str) -> NotFound:
    return NotFound(f"There is no topic {asked.parameters['topic'][:60]!r} in the locale {locale}.")


def _told(feed: Feed) -> dict[str, Any]:
    """A feed as JSON Feed has it. What it has no member for stands in an extension (``_caveat``)."""
    settings = feed.settings
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.json,
        **({"description": feed.summary} if feed.summary else {}),
        "language": feed.language,
        "authors": [{"name": settings.publisher, "url": settings.site_url}],
        "_caveat": {"revision": feed.revision},
        "items": [_item(each, feed.revision) for each in feed.entries],
    }


def _item(entry: Entry, revision: int) -> dict[str, Any]:
    disclaimer = entry["disclaimer"]
    receipt = {name: disclaimer[name] for name in ("slug", "locale", "version", "contentHash", "placement", "text")}
    of_itself = {"reviewedOn": entry["reviewed"], "rights": entry["rights"] or None}
    return {
        "id": entry["id"],
        "url": entry["url"],
        "title": entry["title"],
        "content_html": entry["html"],
        **({"summary": entry["summary"]} if entry["summary"] else {}),
        "date_published": entry["published"],
        "date_modified": entry["updated"],
        **({"authors": entry["authors"]} if entry["authors"] else {}),
        **({"tags": [topic["title"] for topic in entry["topics"]]} if entry["topics"] else {}),
        "language": entry["language"],
        "_caveat": {"revision": revision, **of_itself, "disclaimer": receipt},
    }
