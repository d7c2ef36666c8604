"""``/embed/<kind>/<slug>``: a page for an iframe, and with ``.html`` behind it a bare fragment.

A partner's token may stand before the kind. It is public, so it stands in the path, where CDNs see it and no preflight
is needed; whoever uses it reads as a partner at head, and never more.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from delivery.access import syndicated
from delivery.answers import Answer, Headers
from delivery.embeds import cards
from delivery.embeds.cards import FOLDER, Look
from delivery.pages import Asked, Found, Rendered
from errors import BadRequest, CaveatError, Forbidden, NotFound, Unauthenticated
from loaders.clients import ApiClient, Clients
from models import Kind
from settings import Settings

HTML = b"text/html; charset=utf-8"
SUMMARY, FULL = "summary", "full"
KINDS = {Kind.PHYSICIAN.value: SUMMARY, Kind.ARTICLE.value: FULL, Kind.PROCEDURE.value: FULL}
"""The kinds that can be embedded, and how much of them is shown where a page does not say."""
CARDS = {kind: (FOLDER / "operations" / "cards" / f"{kind}.graphql").read_text() for kind in KINDS}
"""What a card needs of each kind: the fragment Card."""
OPERATIONS = {kind: (FOLDER / "operations" / f"{kind}.graphql").read_text() + CARDS[kind] for kind in KINDS}
THEMES = ("auto", "light", "dark")
HEADINGS = ("1", "2", "3", "4", "5")
ALONE, WITHIN = 1, 2
"""The usual level of a card's title: in a page of its own, and within another's."""
ACCENT = re.compile("[0-9a-fA-F]{6}")
STYLE = (FOLDER / "static" / "embed.css").read_text()
NOINDEX = (b"x-robots-tag", b"noindex")


def client_of(token: str | None, clients: Clients) -> ApiClient:
    """The client whose token a path has; the anonymous one where it has none. Raises Unauthenticated and Forbidden."""
    if token is None:
        return clients.anonymous
    client = clients.of(token)
    if client is None:
        raise Unauthenticated("The token is unknown, revoked or expired. Ask the publisher for a new one.")
    if not client.public:
        raise Forbidden("The token is a secret, and must not stand in an address. Ask the publisher for a public one.")
    return client


def framed_by(client: ApiClient, style: str) -> Headers:
    """The headers that keep browsers safe: nothing runs, and only the client's origins frame the page."""
    ancestors = "*" if client.open else " ".join(sorted(client.origins)) or "'none'"
    policy = (
        f"default-src 'none'; style-src {cards.hashed(style)}; base-uri 'none'; form-action 'none';"
        f" frame-ancestors {ancestors}"
    )
    return (
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", policy.encode()),
        (b"cross-origin-resource-policy", b"cross-origin"),
    )


def _language(asked: Asked) -> str:
    given = asked.parameters.get("locale", "")
    return given if given in asked.settings.fallbacks else asked.settings.default_locale


def _style(asked: Asked) -> str:
    accent = asked.parameters.get("accent")
    if accent is None:
        return STYLE
    if not ACCENT.fullmatch(accent):
        raise BadRequest(f"accent must be a colour of six hexadecimal digits, as 0b6e69, and is {accent[:60]!r}.")
    return f"{STYLE}:root{{--caveat-accent:#{accent}}}"


Shape = Callable[[str, Found, Look], Rendered]


async def _embed(asked: Asked, shape: Shape, style: str, level: int, *names: str) -> Answer:
    """The answer for the kind and the slug in the path, in a shape that has a usual level and some parameters more."""
    kind = asked.path["kind"]
    if kind not in KINDS:
        raise NotFound(f"There are embeds of {', '.join(KINDS)}, and none of {kind[:60]!r}.")
    client = syndicated(client_of(asked.path.get("token"), asked.answering.graph.clients))
    asked.security = framed_by(client, style)
    asked.let_in(client)
    asked.only("locale", "detail", "heading", *names)
    detail = asked.chosen("detail", (SUMMARY, FULL), KINDS[kind])
    look = Look(detail=detail, heading=int(asked.chosen("heading", HEADINGS, str(level))))
    variables: dict[str, Any] = {"slug": asked.path["slug"], "locale": asked.parameters.get("locale")}
    key = asked.path.get("token"), names, *sorted(asked.parameters.items())
    return await asked.page(OPERATIONS[kind], variables, key, lambda found: shape(kind, found, look))


async def fragment(asked: Asked) -> Answer:
    """The bare card: for server-side includes, and for the web component."""

    def shape(kind: str, found: Found, look: Look) -> Rendered:
        if found.data["content"] is None:
            notice = cards.notice(_language(asked), asked.settings, look["heading"])
            return Rendered(notice.encode(), (NOINDEX,), 404)
        return Rendered(cards.card(kind, found, look, asked.settings).encode(), (NOINDEX, *_receipt(found)))

    return await _embed(asked, shape, "", WITHIN)


async def whole(asked: Asked) -> Answer:
    """The card in a page of its own, for an iframe."""
    settings, style, theme = asked.settings, _style(asked), asked.chosen("theme", THEMES, THEMES[0])

    def shape(kind: str, found: Found, look: Look) -> Rendered:
        content, language = found.data["content"], _language(asked)
        if content is None:
            notice = cards.notice(language, settings, look["heading"])
            page = cards.page(notice, style, theme, language, settings, title=settings.publisher)
            return Rendered(page.encode(), (NOINDEX,), 404)
        page = cards.page(
            cards.card(kind, found, look, settings),
            style,
            theme,
            content["locale"],
            settings,
            title=content["title"],
            canonical=cards.canonical(content),
            address=address(settings, asked.path.get("token"), kind, content),
        )
        return Rendered(page.encode(), (NOINDEX, *_receipt(found)))

    return await _embed(asked, shape, style, ALONE, "theme", "accent")


def address(settings: Settings, token: str | None, kind: str, content: Mapping[str, Any]) -> str:
    """The address of the page with an embed of some content in its locale, for a partner."""
    path = "/".join([settings.address, "embed", *([token] if token else []), kind, content["slug"]])
    return f"{path}?locale={content['locale']}"


def _receipt(found: Found) -> Headers:
    """What a partner was served: the disclaimer, its version, and the hash of its wording."""
    given = found.data["content"]["disclaimer"]
    told = f'"{given["slug"]}";locale={given["locale"]};version={given["version"]};sha256={given["contentHash"]}'
    return ((b"caveat-disclaimer", told.encode()),)


def refused_fragment(asked: Asked, error: CaveatError) -> Answer:
    """The polite fragment in the place of one that is refused. It says why: mostly its page is wrong."""
    body = cards.notice(_language(asked), asked.settings, WITHIN, error)
    asked.security = framed_by(asked.exchange.client, "")
    return Answer(error.status, body.encode(), [*asked.refused(error), NOINDEX], code=error.code)


def refused_whole(asked: Asked, error: CaveatError) -> Answer:
    """The same as a page."""
    language = _language(asked)
    notice = cards.notice(language, asked.settings, ALONE, error)
    page = cards.page(notice, STYLE, THEMES[0], language, asked.settings, title=asked.settings.publisher)
    asked.security = framed_by(asked.exchange.client, STYLE)
    return Answer(error.status, page.encode(), [*asked.refused(error), NOINDEX], code=error.code)
