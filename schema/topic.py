"""Topics."""

from typing import Annotated

import strawberry

from models import Kind, LinkKind
from schema.connection import Connection
from schema.content import Content
from schema.link import linked_nodes, linking_nodes
from schema.values import Code, TopicScheme

Topics = Connection[Annotated["Topic", strawberry.lazy("schema.topic")]]
Contents = Connection[Content]


@strawberry.type(description="A topic: what content is about.")
class Topic(Content):
    scheme: TopicScheme = strawberry.field(description="The scheme that the topic belongs to.")
    alternate_names: list[str] = strawberry.field(description="Other names of the topic.")
    codes: list[Code] = strawberry.field(description="Codes of the topic in terminologies.")
    broader: list[Annotated["Topic", strawberry.lazy("schema.topic")]] = linked_nodes(
        LinkKind.BROADER, Kind.TOPIC, "The broader topics that this one is a part of."
    )
    narrower: Topics = linking_nodes(LinkKind.BROADER, Kind.TOPIC, Topics, "The narrower topics, the newest first.")
    content: Contents = linking_nodes(LinkKind.ABOUT, None, Contents, "Everything about the topic, the newest first.")
