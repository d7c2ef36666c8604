"""The docs say what the code does."""

import re
from pathlib import Path

import pytest

from cli.reference import PAGES

ROOT = Path(__file__).parents[1]
DOCS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
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
