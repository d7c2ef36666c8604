"""Tortoise models, one file a table family. ``PARTS`` is the first of the two registries of content types."""

from models.article import Article
from models.client import ANONYMOUS, Client, DisclaimerPolicy, Token
from models.disclaimer import Disclaimer
from models.document import Document
from models.edition import Edition, Part
from models.link import Link, LinkKind, Reference
from models.node import Kind, Node
from models.physician import Physician
from models.procedure import Procedure
from models.publication import Action, GraphHead, Publication
from models.search import SearchDocument, SearchName, SearchSubject, SearchTerm, SearchWord, Suggestion, Synonym
from models.topic import Topic
from models.webhook import DeadLetter, Webhook, WebhookShape

PARTS: dict[Kind, type[Part]] = {
    Kind.DISCLAIMER: Disclaimer,
    Kind.TOPIC: Topic,
    Kind.PHYSICIAN: Physician,
    Kind.PROCEDURE: Procedure,
    Kind.ARTICLE: Article,
}

__all__ = [
    "ANONYMOUS",
    "PARTS",
    "Action",
    "Article",
    "Client",
    "DeadLetter",
    "Disclaimer",
    "DisclaimerPolicy",
    "Document",
    "Edition",
    "GraphHead",
    "Kind",
    "Link",
    "LinkKind",
    "Node",
    "Part",
    "Physician",
    "Procedure",
    "Publication",
    "Reference",
    "SearchDocument",
    "SearchName",
    "SearchSubject",
    "SearchTerm",
    "SearchWord",
    "Suggestion",
    "Synonym",
    "Token",
    "Topic",
    "Webhook",
    "WebhookShape",
]
