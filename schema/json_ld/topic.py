"""Topics: a collection page about what the topic is, a part of the pages of its broader topics."""

from models import LinkKind
from models.topic import TopicScheme
from schema.json_ld.page import THINGS, Page
from schema.json_ld.terms import Document, identifiers, medical_codes

NO_ENTITIES = (TopicScheme.SPECIALTY, TopicScheme.AUDIENCE)
"""The schemes whose topics are no medical entities, and so have no medical codes."""


def topic(page: Page) -> Document:
    """The page of a topic."""
    row = page.row
    codes = {"identifier": identifiers(row.codes)} if row.scheme in NO_ENTITIES else {"code": medical_codes(row.codes)}
    broader = [
        {"@type": "CollectionPage", "name": each.title, "url": page.url_of(each)}
        for each in page.linked(LinkKind.BROADER)
    ]
    return {
        "@type": "CollectionPage",
        "isPartOf": broader,
        "mainEntity": {"@type": THINGS[row.scheme], "name": row.title, "alternateName": row.alternate_names, **codes},
    }
