"""The index of the search: a document an edition, the statistics of its words, names, and the synonyms of editors."""

from uuid import UUID

import uuid_utils.compat
from tortoise import fields
from tortoise.models import Model

from models.edition import Edition
from models.node import Kind, Node


class SearchDocument(Model):
    """What an edition says, as terms (``loaders/search/language.py``), joined by spaces.

    ``names`` are separated by a bar; ``words`` are all words, each once, as readers know them. ``counted``: its words
    are in the statistics, because it is live. ``until``: it is live no more, and is kept for those who read the
    revisions before. The database indexes the terms by itself: FTS5, or ``tsvector`` and GIN.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    edition_id: UUID
    edition: fields.OneToOneRelation[Edition] = fields.OneToOneField(
        "models.Edition", related_name="search_document", on_delete=fields.CASCADE
    )
    locale = fields.CharField(max_length=35)
    title = fields.TextField()
    names = fields.TextField()
    headings = fields.TextField()
    aspects = fields.TextField()
    profile = fields.BinaryField()
    counted = fields.BooleanField(default=False)
    until = fields.BigIntField(null=True)
    body = fields.TextField()
    words = fields.TextField()

    class Meta:
        table = "search_document"


class SearchTerm(Model):
    """In how many live documents of a locale a term stands, and in the title or names of how many.

    The empty term stands for all documents.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    locale = fields.CharField(max_length=35)
    term = fields.CharField(max_length=40)
    documents = fields.IntField()
    named = fields.IntField()

    class Meta:
        table = "search_term"


class SearchWord(Model):
    """In how many live documents of a locale a word stands. ``word`` and ``backwards`` are UTF-8: bytes sort alike
    everywhere, and whoever misspells a word leaves its first or its second half whole.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    locale = fields.CharField(max_length=35)
    word = fields.BinaryField()
    backwards = fields.BinaryField()
    documents = fields.IntField()

    class Meta:
        table = "search_word"


class SearchName(Model):
    """A title or name of an edition, once for each word that typing may begin at.

    ``key`` has the words from that one on, in UTF-8. ``terms`` is the name as terms, at its first word only.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    edition_id: UUID
    edition: fields.ForeignKeyRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="search_names", on_delete=fields.CASCADE
    )
    kind = fields.CharEnumField(Kind, max_length=16)
    locale = fields.CharField(max_length=35)
    name = fields.CharField(max_length=500)
    key = fields.BinaryField()
    terms = fields.CharField(max_length=500, null=True)
    place = fields.IntField()

    class Meta:
        table = "search_name"


class Synonym(Model):
    """A word or phrase that means the same as others of its group, in one locale."""

    id = fields.UUIDField(primary_key=True, default=uuid_utils.compat.uuid7)
    group_id = fields.UUIDField()
    locale = fields.CharField(max_length=35)
    name = fields.CharField(max_length=200)
    terms = fields.CharField(max_length=200)

    class Meta:
        table = "synonym"


class SearchSubject(Model):
    """What a live edition is about: a telling term of its text, or a node (its id) that it links to or that it is of.

    ``weight`` is in thousandths of the whole. It is 0 where too many others have the subject: nothing is found by it.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    edition_id: UUID
    edition: fields.ForeignKeyRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="search_subjects", on_delete=fields.CASCADE
    )
    locale = fields.CharField(max_length=35)
    subject = fields.CharField(max_length=40)
    weight = fields.IntField()

    class Meta:
        table = "search_subject"


class Suggestion(Model):
    """Content that is like an edition, as it was found when one of the two was published.

    It holds from the revision ``since`` on, and until something better was found at the revision ``until``: what was
    suggested at a past revision stays known.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    source_id: UUID
    source: fields.ForeignKeyRelation[Edition] = fields.ForeignKeyField(
        "models.Edition", related_name="suggestions", on_delete=fields.CASCADE
    )
    target_id: UUID
    target: fields.ForeignKeyRelation[Node] = fields.ForeignKeyField(
        "models.Node", related_name="suggested_by", on_delete=fields.CASCADE
    )
    score = fields.IntField()
    since = fields.BigIntField()
    until = fields.BigIntField(null=True)

    class Meta:
        table = "suggestion"
