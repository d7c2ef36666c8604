"""Questions whose answer is known, from the corpus: as they stand, by another name, and with a typing error in it."""

import random
import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel

from publishing.bundle import lines
from publishing.medquad import slugify

HALVES = ("tuned", "reported")
SETS = {
    "synonym": "the section questions, by another name of the article",
    "typo": "the same with one typing error in that name",
    "section": "the section questions as they stand",
}
COMMON = 0.02
"""The part of the documents in whose names a word may stand and still be telling: 'syndrome' is not."""
LETTERS = re.compile(r"\b[^\W\d_]{4,}\b")
LONG = 5
"""Letters from which a word is more likely to be mistyped than a shorter one."""


class Section(BaseModel):
    """A section of a document, with the question that it answers."""

    heading: str
    question: str
    body: str


class Document(BaseModel):
    """A line of the corpus, as far as it is asked for and found."""

    id: str
    slug: str
    kind: str
    title: str
    synonyms: list[str]
    sections: list[Section]

    @property
    def reference(self) -> str:
        """Kind and slug of the node that it became."""
        return f"{'procedure' if self.kind == 'procedure' else 'article'}/{slugify(self.slug)}"

    @property
    def half(self) -> str:
        """The half that it belongs to, whatever else is in the corpus."""
        return HALVES[sha256(self.id.encode()).digest()[0] % 2]


@dataclass(frozen=True)
class Asked:
    """A question, the name in it that says what it is about, and the document that answers it."""

    text: str
    name: str
    reference: str


def documents(path: Path) -> list[Document]:
    """The documents of the corpus."""
    return [Document.model_validate_json(line) for _, line in lines(path)]


def asked(corpus: Sequence[Document], half: str, count: int, seed: int) -> dict[str, list[Asked]]:
    """So many questions a set about the documents of a half, the same for the same seed.

    The questions of ``typo`` are those of ``synonym``; it lacks those whose name has no telling word of four letters.
    """
    chance = random.Random(seed)  # noqa: S311 - the same questions each time
    documents = [each for each in corpus if each.half == half]
    sections = _some(_sections(documents), count, chance)
    synonyms = _some(_synonyms([each for each in documents if each.synonyms], chance), count, chance)
    spread = _spread(corpus)
    mistyped = [_mistyped(each, spread, COMMON * len(corpus), chance) for each in synonyms]
    return {"synonym": synonyms, "typo": [each for each in mistyped if each], "section": sections}


def _some(questions: list[Asked], count: int, chance: random.Random) -> list[Asked]:
    return chance.sample(questions, min(count, len(questions)))


def _sections(documents: Sequence[Document]) -> list[Asked]:
    return [Asked(each.question, of.title, of.reference) for of in documents for each in of.sections]


def _synonyms(documents: Sequence[Document], chance: random.Random) -> list[Asked]:
    """Each question of some documents, with one of the document's other names for its title."""
    found = []
    for document in documents:
        title = re.compile(re.escape(document.title), re.IGNORECASE)
        for section in document.sections:
            name = chance.choice(document.synonyms)
            before, *after = title.split(section.question, maxsplit=1)
            found += [Asked(before + name + rest, name, document.reference) for rest in after]
    return found


def _spread(documents: Sequence[Document]) -> Counter[str]:
    """In the names of how many documents a word stands."""
    names = (" ".join([each.title, *each.synonyms]).casefold() for each in documents)
    return Counter(word for name in names for word in set(LETTERS.findall(name)))


def _mistyped(question: Asked, spread: Mapping[str, int], most: float, chance: random.Random) -> Asked | None:
    """A question with an error in a telling word of its name; None where there is no such word."""
    words = [word for word in LETTERS.finditer(question.name) if spread[word[0].casefold()] <= most]
    words = [word for word in words if len(word[0]) >= LONG] or words
    if not words:
        return None
    word = chance.choice(words)
    name = question.name[: word.start()] + mistyped(word[0], chance) + question.name[word.end() :]
    return replace(question, text=question.text.replace(question.name, name, 1), name=name)


def mistyped(word: str, chance: random.Random) -> str:
    """A word with one error: a letter too few, too many or wrong, or two that changed places."""
    place, letter = chance.randrange(len(word) - 1), chance.choice(string.ascii_lowercase)
    before, here, after, rest = word[:place], word[place], word[place + 1], word[place + 2 :]
    errors = [before + after, before + letter + here + after, before + letter + after, before + after + here]
    wrong = chance.choice(errors) + rest
    return mistyped(word, chance) if wrong.casefold() == word.casefold() else wrong
