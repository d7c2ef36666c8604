"""Feeds, as their readers read them."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest

ATOM = "{http://www.w3.org/2005/Atom}"
FEED_MEMBERS = {
    "version", "title", "home_page_url", "feed_url", "description", "user_comment", "next_url", "icon", "favicon",
    "authors", "language", "expired", "hubs", "items",
}  # fmt: skip
ITEM_MEMBERS = {
    "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
    "date_published", "date_modified", "authors", "tags", "language", "attachments",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What an entry of a feed says, whatever its form. ``receipt`` is the disclaimer's slug, version and hash."""

    id: str
    title: str
    url: str
    language: str
    published: str
    updated: str
    authors: tuple[str, ...]
    topics: tuple[str, ...]
    summary: str
    html: str
    receipt: tuple[str, int, str]


@dataclass(frozen=True)
class Read:
    """A feed that was read, and found to be well formed and valid."""

    title: str
    url: str
    home: str
    language: str
    entries: tuple[Entry, ...]


def atom(text: str) -> Read:
    """A feed of Atom, checked against RFC 4287 by its elements, and by feedparser."""
    parsed = feedparser.parse(text.encode())
    assert not parsed.bozo, parsed.get("bozo_exception")
    feed = ET.fromstring(text)
    assert feed.tag == f"{ATOM}feed"
    _has_what_all_have(feed)
    assert [each.text for each in feed.findall(f"{ATOM}author/{ATOM}name")]  # 4.1.1: entries without authors take it
    ids = [each.text for each in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    links = {each.get("rel"): each.get("href") for each in feed.findall(f"{ATOM}link[@type!='application/feed+json']")}
    entries = tuple(_entry(each) for each in feed.findall(f"{ATOM}entry"))
    assert len(parsed.entries) == len(entries)
    language = feed.get("{http://www.w3.org/XML/1998/namespace}lang")
    return Read(feed.findtext(f"{ATOM}title"), links["self"], links["alternate"], language, entries)


def _has_what_all_have(element: ET.Element) -> None:
    """RFC 4287, 4.1.1 and 4.1.2: exactly one id, title and updated; no two alternates of one type and language."""
    for name in ("id", "title", "updated"):
        (only,) = element.findall(f"{ATOM}{name}")
        assert (only.text or "").strip() == only.text
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", element.findtext(f"{ATOM}id"))
    for name in ("updated", "published"):
        for each in element.findall(f"{ATOM}{name}"):
            assert datetime.fromisoformat(each.text).tzinfo is not None
    alternates = [(each.get("type"), each.get("hreflang")) for each in element.findall(f"{ATOM}link[@rel='alternate']")]
    assert len(set(alternates)) == len(alternates) > 0


def _entry(entry: ET.Element) -> Entry:
    _has_what_all_have(entry)
    (content,) = entry.findall(f"{ATOM}content")
    assert content.get("type") == "html"
    (receipt,) = entry.findall("{urn:x-caveat:feed}receipt")
    return Entry(
        entry.findtext(f"{ATOM}id"),
        entry.findtext(f"{ATOM}title"),
        entry.find(f"{ATOM}link[@rel='alternate']").get("href"),
        entry.get("{http://www.w3.org/XML/1998/namespace}lang"),
        entry.findtext(f"{ATOM}published"),
        entry.findtext(f"{ATOM}updated"),
        tuple(each.text for each in entry.findall(f"{ATOM}author/{ATOM}name")),
        tuple(each.get("label") for each in entry.findall(f"{ATOM}category")),
        entry.findtext(f"{ATOM}summary", ""),
        content.text,
        (receipt.get("disclaimer"), int(receipt.get("version")), receipt.get("contentHash")),
    )


def json_feed(told: dict[str, Any]) -> Read:
    """A feed of JSON Feed 1.1, checked against jsonfeed.org/version/1.1: members, their types, what must be there."""
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert {each for each in told if not each.startswith("_")} <= FEED_MEMBERS
    assert all(re.fullmatch("_[a-zA-Z][^.]*", each) for each in told if each.startswith("_"))
    for name in ("title", "home_page_url", "feed_url", "language"):
        assert isinstance(told[name], str), name
    ids = [each["id"] for each in told["items"]]
    assert len(set(ids)) == len(ids)
    entries = tuple(_item(each) for each in told["items"])
    _authors(told)
    return Read(told["title"], told["feed_url"], told["home_page_url"], told["language"], entries)


def _authors(told: dict[str, Any]) -> tuple[str, ...]:
    for each in told.get("authors", []):
        assert each.keys() <= {"name", "url", "avatar"}
        assert each
    return tuple(each["name"] for each in told.get("authors", []))


def _item(item: dict[str, Any]) -> Entry:
    assert {each for each in item if not each.startswith("_")} <= ITEM_MEMBERS
    for name in ("id", "url", "title", "content_html", "language", "date_published", "date_modified"):
        assert isinstance(item[name], str), name
        assert item[name]
    for name in ("date_published", "date_modified"):
        assert datetime.fromisoformat(item[name]).tzinfo is not None
    assert all(isinstance(each, str) for each in item.get("tags", []))
    disclaimer = item["_caveat"]["disclaimer"]
    return Entry(
        item["id"],
        item["title"],
        item["url"],
        item["language"],
        item["date_published"],
        item["date_modified"],
        _authors(item),
        tuple(item.get("tags", [])),
        item.get("summary", ""),
        item["content_html"],
        (disclaimer["slug"], disclaimer["version"], disclaimer["contentHash"]),
    )


def links(html: str) -> Iterator[str]:
    """The addresses that some HTML leads to."""
    for address in re.findall(r'(?:href|src)="([^"]*)"', html):
        assert urlsplit(address).scheme in ("http", "https", "mailto", "tel"), address
        yield address


@pytest.fixture
def read() -> Callable[[Any], Read]:
    """Reads a feed from a response, and checks it as strictly as its format is."""

    def read(answer: Any) -> Read:
        assert answer.status_code == 200, answer.text
        is_json = answer.headers["content-type"] == "application/feed+json; charset=utf-8"
        found = json_feed(answer.json()) if is_json else atom(answer.text)
        for entry in found.entries:
            assert list(links(entry.html))
        return found

    return read
