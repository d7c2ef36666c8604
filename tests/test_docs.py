"""The docs say what the code does."""

import json
import re
from pathlib import Path

import pytest
from graphql import parse, validate

from cli.reference import PAGES
from schema.build import schema

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
BODY = re.compile(r"""["']query["']: ("(?:[^"\\\\]|\\\\.)*")""")  # of a request in JSON, as curl sends it
BLOCK = re.compile(r"```graphql\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|caveat:|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_pages_are_those_that_the_code_writes(name):
    """A setting, command or error that is not documented fails here: `caveat reference` writes the pages."""
    committed = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")

    assert committed == PAGES[name]()


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page):
    """A page that moves takes its links along."""
    targets = LINK.findall(page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", DOCS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_operation_fits_the_schema(page):
    """Whatever a reader pastes, as a GraphQL block or as the body of a request, is valid."""
    text = page.read_text(encoding="utf-8")
    operations = [*BLOCK.findall(text), *map(json.loads, BODY.findall(text))]

    wrong = [validate(schema._schema, parse(operation)) for operation in operations]

    assert [errors for errors in wrong if errors] == []
