"""Words and terms: what is folded, what is stemmed, and what is no word."""

import pytest

from loaders.search.language import LONGEST_WORD, STEMMERS, fold, language, stem, words

WORDS = {
    "The Knee's  pain—and SWELLING.": ["the", "knee", "pain", "and", "swelling"],
    "Crohn's, Crohn’s; l'épaule d’Achille": ["crohn", "crohn", "lepaule", "dachille"],
    "inflamación MÉDULA año": ["inflamacion", "medula", "ano"],
    "cafe\u0301 ﬁbula Straße ℡ ½": ["cafe", "fibula", "strasse", "tel", "1", "2"],
    "infla\u00admation zero\u200dwidth \ufeffmark": ["inflamation", "zerowidth", "mark"],
    "T11/T12 x_y 3.5 e-mail": ["t11", "t12", "x", "y", "3", "5", "e", "mail"],
    "سلام، עולם 診断。": ["سلام", "עולם", "診断"],
    "a\0b \ud800 \udfff' '' \u0301": ["a", "b"],
    '" * : ( ) AND <-> & | ! \\': ["and"],
    "": [],
}


@pytest.mark.parametrize("text", WORDS)
def test_a_text_is_its_words(text):
    """Without case, accents, apostrophes, invisible characters, and whatever is neither letter nor digit."""
    assert words(text) == WORDS[text]


def test_folding_is_done_once():
    """Folding what is folded changes nothing, whatever the character: index and question always agree."""
    text = [chr(number) for number in range(0x110000)]

    once = [fold(each) for each in text]

    assert [fold(each) for each in once] == once


def test_long_words_are_cut():
    """Of a word, and of its term, so many characters count."""
    assert words("a" * 1000 + "'b " + "é" * 1000) == ["a" * LONGEST_WORD, "e" * LONGEST_WORD]


@pytest.mark.parametrize("code", STEMMERS)
def test_terms_fit_their_column(code):
    """No stemmer makes a term of nothing, or one that is longer than a word may be: Turkish has one that tries."""
    spoken = language(code)

    terms = [
        stem((each * LONGEST_WORD)[:length], spoken)
        for each in ("a", "d", "p", "ing", "li", "ность", "ية", "iyor", "ando", "ca")
        for length in range(1, LONGEST_WORD + 1)
    ]

    assert all(0 < len(each) <= LONGEST_WORD for each in terms)


@pytest.mark.parametrize(
    ("locale", "one", "other"),
    [
        ("en", "fractured vertebrae", "Fracture of the vertebrae"),
        ("en-GB", "herniated discs", "herniated disc"),
        ("es", "operaciones de rodilla", "Operación de las rodillas"),
        ("es-MX", "lesiones crónicas", "lesion cronica"),
    ],
)
def test_forms_of_a_word_are_one_term(locale, one, other):
    """Stemmed in the language of the locale, without the words that say nothing."""
    spoken = language(locale)

    assert list(spoken.terms(words(one))) == list(spoken.terms(words(other)))


def test_words_of_a_language_without_a_stemmer_stay_as_they_are():
    """They are found as they are written; none is silent."""
    assert list(language("ja").terms(words("診断 the knees"))) == ["診断", "the", "knees"]
