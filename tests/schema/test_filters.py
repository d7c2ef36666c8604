"""Filters: every field of every filter, alone and combined, and what is refused."""

from typing import Any

import pytest

from loaders.filters import TERMS
from models import Kind


@pytest.fixture
async def ids(api, make):
    """A small graph; the global ids of its nodes by slug."""
    await make.live("topic/body", title="Body", scheme="BODY_REGION")
    await make.live("topic/knee", title="Knee", scheme="BODY_REGION", broader=["body"])
    await make.live("topic/surgery", title="Surgery", scheme="TREATMENT", topics=["body"])
    await make.live("physician/ana", title="Ana", npi="1234567893", acceptingNewPatients=True, topics=["knee"])
    await make.live("physician/bo", title="Bo", acceptingNewPatients=False)
    reviewed = {"lastReviewedOn": "2026-01-10", "reviewDueOn": "2027-01-10"}
    roles = {"performedBy": ["ana"], "medicalReviewers": ["bo"], "topics": ["knee"]}
    await make.live("procedure/scope", procedureType="SURGICAL", setting="OUTPATIENT", **roles, **reviewed)
    await make.live("procedure/talk", procedureType="THERAPEUTIC", setting="OFFICE")
    roles = {"authors": ["ana"], "medicalReviewers": ["bo"], "topics": ["knee"], "procedures": ["scope"]}
    times = {"publishedAt": "2026-01-01T00:30:00+02:00", "updatedAt": "2026-02-01T00:00:00Z"}
    await make.live("article/pain", genre="CONDITION", audience="CAREGIVER", **roles, **reviewed, **times)
    await make.live("article/walk", genre="RECOVERY", authors=["bo"], topics=["body"])
    fields = (f"{kind.value}s {{ nodes {{ id slug }} }}" for kind in Kind)
    answer = await api(f"{{ {' '.join(fields)} }}")
    return {node["slug"]: node["id"] for page in answer.values() for node in page["nodes"]}


# kind -> (filter, the slugs that it leaves); "@slug" stands for the id of a node.
CASES: dict[str, list[tuple[dict[str, Any], list[str]]]] = {
    "article": [
        ({}, ["pain", "walk"]),
        ({"ids": ["@pain"]}, ["pain"]),
        ({"ids": ["@pain", "@walk", "@knee"]}, ["pain", "walk"]),
        ({"ids": []}, []),
        ({"ids": None}, ["pain", "walk"]),
        ({"slugs": ["walk", "nothing", "\0", "\ud800"]}, ["walk"]),
        ({"topics": ["@knee"]}, ["pain"]),
        ({"topics": ["@knee", "@body"]}, ["pain", "walk"]),
        ({"topics": ["@surgery"]}, []),
        ({"authors": ["@ana"]}, ["pain"]),
        ({"medicalReviewers": ["@bo"]}, ["pain"]),
        ({"medicalReviewers": ["@ana"]}, []),
        ({"procedures": ["@scope"]}, ["pain"]),
        ({"genres": ["CONDITION", "NEWS"]}, ["pain"]),
        ({"audiences": ["PATIENT"]}, ["walk"]),
        ({"lastReviewedOn": {"from": "2026-01-10"}}, ["pain"]),
        ({"lastReviewedOn": {"before": "2026-01-10"}}, []),
        ({"reviewDueOn": {"from": "2027-01-01", "before": "2027-01-11"}}, ["pain"]),
        ({"publishedAt": {"from": "2025-12-31T22:30:00Z", "before": "2025-12-31T22:30:01Z"}}, ["pain"]),
        ({"publishedAt": {"from": "2026-01-01T00:30:00+02:00", "before": "2026-01-01T00:30:01+02:00"}}, ["pain"]),
        ({"publishedAt": {"before": "2025-12-31T17:30:00-05:00"}}, []),
        ({"publishedAt": {"from": None, "before": None}}, ["pain", "walk"]),
        ({"updatedAt": {"before": "2026-02-02T00:00:00Z"}}, ["pain"]),
        ({"updatedAt": {"from": "2026-02-02T00:00:00Z"}}, ["walk"]),
        ({"genres": ["CONDITION"], "topics": ["@body"]}, []),
        ({"not": {"topics": ["@knee"]}}, ["walk"]),
        ({"or": [{"genres": ["RECOVERY"]}, {"authors": ["@ana"]}]}, ["pain", "walk"]),
        ({"or": []}, []),
        ({"and": [{"genres": ["CONDITION"]}, {"authors": ["@bo"]}]}, []),
        ({"and": []}, ["pain", "walk"]),
        ({"and": [{"topics": ["@knee"]}, {"or": [{"authors": ["@ana"]}, {"slugs": []}]}]}, ["pain"]),
        ({"not": {"and": [{"topics": ["@knee"]}, {"authors": ["@ana"]}]}, "slugs": ["walk", "pain"]}, ["walk"]),
    ],
    "procedure": [
        ({"procedureTypes": ["SURGICAL"]}, ["scope"]),
        ({"settings": ["OFFICE", "INPATIENT"]}, ["talk"]),
        ({"performedBy": ["@ana"]}, ["scope"]),
        ({"medicalReviewers": ["@bo"]}, ["scope"]),
        ({"topics": ["@knee"]}, ["scope"]),
        ({"lastReviewedOn": {"before": "2026-02-01"}}, ["scope"]),
        ({"reviewDueOn": {"before": "2026-02-01"}}, []),
        ({"slugs": ["talk"]}, ["talk"]),
        ({"ids": ["@talk"]}, ["talk"]),
        ({"publishedAt": {"from": "2026-03-01T00:00:00Z"}}, ["scope", "talk"]),
        ({"updatedAt": {"before": "2026-03-01T00:00:00Z"}}, []),
    ],
    "physician": [
        ({"acceptingNewPatients": True}, ["ana"]),
        ({"acceptingNewPatients": False}, ["bo"]),
        ({"npis": ["1234567893"]}, ["ana"]),
        ({"topics": ["@knee"]}, ["ana"]),
        ({"ids": ["@bo"], "slugs": ["bo"]}, ["bo"]),
        ({"publishedAt": {"from": "2026-03-01T00:00:00Z"}, "updatedAt": {"from": "2026-03-02T00:00:00Z"}}, []),
    ],
    "topic": [
        ({"schemes": ["BODY_REGION"]}, ["body", "knee"]),
        ({"broader": ["@body"]}, ["knee"]),
        ({"topics": ["@body"]}, ["surgery"]),
        ({"ids": ["@knee"], "slugs": ["knee"]}, ["knee"]),
        ({"publishedAt": {"before": "2026-03-01T00:00:00Z"}, "updatedAt": {"from": "2026-03-01T00:00:00Z"}}, []),
    ],
    "disclaimer": [
        ({"slugs": ["house"]}, ["house"]),
        ({"ids": ["@house"], "topics": ["@knee"]}, []),
        ({"publishedAt": {"from": "2026-03-01T00:00:00Z"}, "updatedAt": {"from": "2026-03-01T00:00:00Z"}}, ["house"]),
    ],
}


def with_ids(value: Any, ids: dict[str, str]) -> Any:
    """A filter with global ids for ``@slug``."""
    if isinstance(value, dict):
        return {name: with_ids(each, ids) for name, each in value.items()}
    if isinstance(value, list):
        return [with_ids(each, ids) for each in value]
    return ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


async def listed(api: Any, kind: str, given: dict[str, Any]) -> tuple[list[str], int]:
    """The slugs that a filter leaves, and the total."""
    query = (
        f"query ($filter: {kind.capitalize()}Filter) {{ {kind}s(filter: $filter) {{ totalCount nodes {{ slug }} }} }}"
    )
    page = (await api(query, filter=given))[f"{kind}s"]
    return sorted(node["slug"] for node in page["nodes"]), page["totalCount"]


@pytest.mark.parametrize("kind", CASES)
async def test_every_filter_narrows_the_list_and_its_total(api, ids, kind):
    """Each filter of the table leaves the nodes that the table says, in the list and in its total."""
    found = [(given, *await listed(api, kind, with_ids(given, ids))) for given, _ in CASES[kind]]

    assert found == [(given, left, len(left)) for given, left in CASES[kind]]


def test_every_field_of_every_filter_is_in_the_table():
    """A filter that is added is tested: the fields of the loaders' table are those of the table above."""
    fields = {
        kind.value: {name.split("_")[0] + "".join(w.capitalize() for w in name.split("_")[1:]) for name in terms}
        for kind, terms in TERMS.items()
    }

    assert {
        kind: {name for given, _ in cases for name in given} - {"and", "or", "not"} for kind, cases in CASES.items()
    } == fields


async def test_a_filter_costs_no_statement_of_its_own(api, ids):
    """A list costs the same however it is filtered: the revision, the page, the total."""
    given = with_ids({"topics": ["@knee"], "not": {"authors": ["@bo"]}, "genres": ["CONDITION"]}, ids)

    await listed(api, "article", given)

    assert api.statements == 3


def nested(depth: int) -> dict[str, Any]:
    """A filter that is ``depth`` deep."""
    return {"slugs": ["pain"]} if depth == 1 else {"and": [nested(depth - 1)]}


async def test_a_filter_is_five_deep_at_the_most(api, make):
    """Five levels are answered, six and hundreds are BAD_REQUEST."""
    query = "query ($filter: ArticleFilter) { articles(filter: $filter) { totalCount } }"

    codes = [await api.codes(query, filter=nested(depth)) for depth in (1, 5, 6, 100)]

    assert codes == [[], [], ["BAD_REQUEST"], ["BAD_REQUEST"]]


async def test_a_list_in_a_filter_has_a_hundred_entries_at_the_most(api, make):
    """A hundred are answered; a hundred and one are refused, none is left out in silence."""
    query = "query ($filter: ArticleFilter) { articles(filter: $filter) { totalCount nodes { title } } }"
    given = [{"slugs": ["a"] * 101}, {"and": [{}] * 101}, {"or": [{}] * 101}, {"not": {"or": [{}] * 101}}]
    allowed = [{"slugs": ["a"] * 100}, {"and": [{}] * 100}, {"or": [{"slugs": ["a"]}] * 100}]

    assert [await api.codes(query, filter=each) for each in given] == [["BAD_REQUEST"]] * 4
    assert [await api.codes(query, filter=each) for each in allowed] == [[]] * 3


async def test_what_a_filter_cannot_mean_is_refused(api, make):
    """Malformed ids and moments without an offset are BAD_REQUEST."""
    query = "query ($filter: ArticleFilter) { articles(filter: $filter) { totalCount } }"
    given = [
        {"ids": ["x"]},
        {"topics": [""]},
        {"not": {"authors": ["QXJ0aWNsZTp4"]}},
        {"publishedAt": {"from": "2026-01-01T00:00:00"}},
        {"updatedAt": {"before": "9999-12-31T23:59:59-14:00"}},
    ]

    assert [await api.codes(query, filter=each) for each in given] == [["BAD_REQUEST"]] * 5


async def test_days_and_moments_are_read_strictly(api, make):
    """What has not the form, or is on no calendar, is refused with an example of the form, and no word of Python's."""
    query = "query ($filter: ArticleFilter) { articles(filter: $filter) { totalCount } }"
    moments = ["2026-03-01", "2026-02-30T00:00:00Z", "9999-12-31T24:00:00Z", "2026-W09-7T00:00:00Z", "now", 1, ""]
    days = ["20260301", "2026-02-30", "2026-W09-7", "0000-01-01", "٢٠٢٦-٠٣-٠١", "2026-03-01T00:00:00Z", False]
    given = [{"publishedAt": {"from": each}} for each in moments] + [{"reviewDueOn": {"from": each}} for each in days]

    results = [await api.execute(query, filter=each) for each in given]

    told = [error.message.partition(".from: ")[2] for result in results for error in result.errors]
    moment = "A DateTime is a moment as ISO 8601 writes it, for example 2026-03-01T09:00:00Z."
    assert told == [moment] * 7 + ["A Date is a day as ISO 8601 writes it, for example 2026-03-01."] * 7


async def test_a_filter_has_no_more_conditions_than_a_statement_takes(api, make):
    """Four hundred conditions are answered on either database, ten thousand are BAD_REQUEST."""
    query = "query ($filter: ArticleFilter) { articles(filter: $filter) { totalCount } }"

    def wide(width: int) -> dict[str, Any]:
        return {"or": [{"and": [{"slugs": ["a"]}] * 100}] * width}

    assert [await api.codes(query, filter=wide(width)) for width in (4, 100)] == [[], ["BAD_REQUEST"]]
