"""Invented articles from a small grammar: sober in tone, plainly fictional, 600 to 900 words in three to five parts."""

import random
from typing import Any

ADJECTIVES = ["Sample", "Example", "Placeholder", "Specimen", "Notional", "Pretend", "Template", "Mock"]
PARTS = ["shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "lower back", "neck", "hand"]
TROUBLES = ["stiffness", "strain", "ache", "swelling", "weakness", "soreness", "tenderness", "fatigue"]
ACTIVITIES = ["walking", "gardening", "climbing stairs", "carrying groceries", "cycling", "swimming", "desk work"]
HELPERS = ["a physical therapist", "the family physician", "a nurse at the practice", "a pharmacist", "a specialist"]
SPANS = ["a few days", "two to three weeks", "about six weeks", "several months", "most of a year"]
REMEDIES = ["gentle exercise", "rest between tasks", "a cold pack", "warmth", "a change of shoes", "a shorter day"]
TOPICS = ["knee", "hip", "shoulder", "lower-back", "neck", "hand-and-wrist", "physical-therapy", "older-adults"]

SENTENCES = [
    "Most people with {name} notice it first during {activity}, and only later while they are resting.",
    "How long it lasts differs from one person to the next; {span} is common, and longer is not unusual.",
    "An image of the {part} can look quite normal although it hurts, and quite worn although it does not.",
    "It often helps to talk with {helper} early, before habits have formed around the discomfort.",
    "Nothing in this description replaces an examination, which looks at the {part} and at everything around it.",
    "Some find that {remedy} is enough, while others need a plan with several steps and some patience.",
    "The {part} is made to be used, and complete rest for more than {span} rarely makes it stronger.",
    "When {activity} becomes difficult, it is sensible to do less of it rather than to give it up.",
    "A diary of good and bad days can show {helper} what a single visit cannot.",
    "Medicines may ease the {trouble} for a time; whether one suits you depends on your other illnesses.",
    "Researchers of the invented Harbour Lane registry followed people for {span} and saw slow improvement in most.",
    "Improvement tends to come in steps, with a pause or a setback between them, and rarely in a straight line.",
    "For work that strains the {part}, small changes of height, reach and pace are usually tried first.",
    "If {remedy} makes things worse, stop and ask {helper} before you try it again.",
    "Nobody can promise that {name} will not return, yet many people learn to keep it in check.",
    "Sleep matters more than is often thought, because a tired {part} recovers slowly.",
    "The question is less what the {part} looks like than what you would like to do with it.",
    "An operation is seldom the first thing to consider, and for many people it never becomes necessary.",
    "With {remedy} and {activity} on most days, confidence in the {part} usually returns before full strength does.",
    "Children, older adults and people who are pregnant need advice of their own, which {helper} can give.",
]
SIGNS = [
    "{trouble} of the {part} that wakes you at night",
    "warmth or redness of the {part} together with a fever",
    "numbness, or strength that fades from one day to the next",
    "trouble with {activity} after a fall or an accident",
    "no change after {span} although you followed the plan",
]
HEADINGS = [
    ("What it is", "OVERVIEW"),
    ("What people notice", "SYMPTOMS"),
    ("What can help", "TREATMENTS"),
    ("Living with it", "LIVING_WITH"),
    ("When to ask for help", "SEE_DOCTOR"),
]


def article(number: int, count: int) -> dict[str, Any]:
    """The article with a number, of ``count`` that link to each other, as a record without author and dates."""
    chance = random.Random(number)  # noqa: S311 - the same text each time
    words = {"part": chance.choice(PARTS), "trouble": chance.choice(TROUBLES)}
    words["name"] = f"{chance.choice(ADJECTIVES).lower()} {words['part']} {words['trouble']}"
    return {
        "type": "article",
        "slug": slug(number),
        "locale": "en",
        "status": "live",
        "title": f"{words['name'].capitalize()}, case {number:06d}",
        "summary": f"An invented text on {words['name']}: what it is, what people notice and what can help.",
        "genre": "CONDITION",
        "disclaimer": "medical-information",
        "lastReviewedOn": "2024-01-15",
        "topics": chance.sample(TOPICS, 2),
        "sections": _sections(words, chance),
        "links": _links(number, count, chance),
    }


def slug(number: int) -> str:
    """The slug of the article with a number."""
    return f"invented-case-{number:06d}"


def _sections(words: dict[str, str], chance: random.Random) -> list[dict[str, str]]:
    """Three to five parts, which share 600 to 900 words: a list has 30, a sentence 18 on average."""
    headings = sorted(chance.sample(HEADINGS, chance.randint(3, 5)), key=HEADINGS.index)
    sentences = (chance.randint(630, 840) - 30 * len(headings)) // (18 * len(headings))
    return [{"heading": title, "aspect": aspect, "body": _body(words, sentences, chance)} for title, aspect in headings]


def _body(words: dict[str, str], sentences: int, chance: random.Random) -> str:
    """Paragraphs of four sentences, then a list of three signs."""
    told = [_filled(sentence, words, chance) for sentence in chance.sample(SENTENCES, sentences)]
    paragraphs = [" ".join(told[start : start + 4]) for start in range(0, len(told), 4)]
    signs = [f"- {_filled(sign, words, chance)}" for sign in chance.sample(SIGNS, 3)]
    return "\n\n".join([*paragraphs, "\n".join(signs)])


def _filled(sentence: str, words: dict[str, str], chance: random.Random) -> str:
    choices = {"activity": ACTIVITIES, "helper": HELPERS, "span": SPANS, "remedy": REMEDIES}
    return sentence.format(**words, **{key: chance.choice(each) for key, each in choices.items()})


def _links(number: int, count: int, chance: random.Random) -> list[dict[str, str]]:
    """Six links to other articles."""
    others = chance.sample(range(count - 1), min(6, count - 1))
    targets = [other if other < number else other + 1 for other in others]
    heading = "You may also find helpful"
    return [{"kind": "RELATED", "target": f"article/{slug(target)}", "heading": heading} for target in targets]
