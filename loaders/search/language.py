"""Text as words, and words as terms: folded, stemmed, without those that say nothing. The same for index and question.

Both databases are given terms, not text, so that they find the same: their own analysers differ (decision 0013).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import filterfalse

import Stemmer

from loaders.search.words import ASPECTS, SILENT
from models.article import HealthAspect

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
LONGEST_WORD = 40
"""Characters of a word, and of a term, that count: what is longer is no word."""
INVISIBLE = re.compile("[\u00ad\u200c\u200d\u2060\ufeff]")
"""What stands in words without being seen: soft hyphens, joiners."""
STEMMERS = {
    "ar": "arabic", "da": "danish", "de": "german", "en": "english", "es": "spanish", "fi": "finnish", "fr": "french",
    "hu": "hungarian", "it": "italian", "nl": "dutch", "nb": "norwegian", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
"""Language -> the algorithm of Snowball for it. Words of other languages are found as they are written."""


def fold(text: str) -> str:
    """Text without case and accents (Unicode compatibility decomposition). Folding twice changes nothing more."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", INVISIBLE.sub("", text)).casefold()  # "℡" has its case behind its form
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(filterfalse(unicodedata.combining, decomposed))


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order. "Crohn's" is "crohn"."""
    return [found[:LONGEST_WORD] if found.isalnum() else _bare(found) for found in WORD.findall(fold(text))]


def _bare(found: str) -> str:
    """A word without its apostrophes."""
    return found.replace("’", "'").removesuffix("'s").replace("'", "")[:LONGEST_WORD]


@dataclass(frozen=True, eq=False)
class Language:
    """What is known of a language. ``aspects`` has the terms that name a health aspect."""

    stemmer: Stemmer.Stemmer | None
    silent: frozenset[str]
    aspects: dict[str, HealthAspect]

    def terms(self, found: Iterable[str]) -> Iterator[str]:
        """The terms of words, in their order, of those that say something."""
        return (stem(word, self) for word in found if word not in self.silent)

    def name(self, found: Sequence[str]) -> list[str]:
        """The terms of a name: all of them, where none of its words says anything, as in AS and IT."""
        return list(self.terms(found)) or [stem(word, self) for word in found]


@lru_cache(50_000)
def stem(word: str, language: Language) -> str:
    """The term of a word: its stem, which some algorithms make longer, or of a suffix alone nothing."""
    if language.stemmer is None:
        return word
    return str(language.stemmer.stemWord(word))[:LONGEST_WORD] or word


def language(locale: str) -> Language:
    """The language of a locale (BCP 47)."""
    return _language(locale.partition("-")[0].lower())


@cache
def _language(code: str) -> Language:
    name = STEMMERS.get(code)
    stemmer = None if name is None else Stemmer.Stemmer(name, 0)
    bare = Language(stemmer, frozenset(SILENT.get(code, "").split()), {})
    aspects = {stem(word, bare): aspect for aspect, each in ASPECTS.get(code, {}).items() for word in each.split()}
    return Language(stemmer, bare.silent, aspects)
