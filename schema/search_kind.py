"""The kinds of content that searching finds, as GraphQL names them."""

from enum import Enum

import strawberry

from models import Kind


@strawberry.enum(description="A kind of content that is searched.")
class SearchKind(Enum):
    """Each member's value is the kind of the models, as ``loaders.search.fields.SEARCHED`` lists them."""

    ARTICLE = strawberry.enum_value(Kind.ARTICLE, description="An article.")
    PROCEDURE = strawberry.enum_value(Kind.PROCEDURE, description="A procedure guide.")
    PHYSICIAN = strawberry.enum_value(Kind.PHYSICIAN, description="A physician.")
    TOPIC = strawberry.enum_value(Kind.TOPIC, description="A topic: a condition, a body part, or the like.")
