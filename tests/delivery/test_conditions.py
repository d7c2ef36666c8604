"""What browsers and CDNs are told of an answer: entity tags, how long it is fresh, and what it varies by."""

from publishing.clients import create

QUERY = "{ articles { nodes { title disclaimer { text } } } }"
ASKED = {"query": QUERY}


async def test_who_has_the_answer_is_told_so(web, make):
    """304 without a body, whatever else is in the condition; after a release that changes the answer, the new one."""
    await make.live("article/pain")
    edge = await web()
    first = await edge.client.get("/graphql", params=ASKED)
    tag = first.headers["etag"]

    same = [
        await edge.client.get("/graphql", params=ASKED, headers={"if-none-match": condition})
        for condition in (tag, f'"x", W/{tag}', "*")
    ]
    other = await edge.client.get("/graphql", params=ASKED, headers={"if-none-match": '"x"'})
    await make.live("topic/knee")
    await edge.graph.advance()
    unchanged = await edge.client.get("/graphql", params=ASKED, headers={"if-none-match": tag})
    await make.live("article/ache")
    await edge.graph.advance()
    changed = await edge.client.get("/graphql", params=ASKED, headers={"if-none-match": tag})

    assert [(answer.status_code, answer.content) for answer in same] == [(304, b"")] * 3
    assert {answer.headers["etag"] for answer in same} == {tag}
    assert all("content-type" not in answer.headers for answer in same)
    assert (other.status_code, other.content) == (200, first.content)
    assert (unchanged.status_code, unchanged.headers["caveat-revision"]) == (304, "3")
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_each_representation_has_a_tag_of_its_own(web, make):
    """Strong tags: equal tags mean equal bytes, so codings and media types differ (RFC 9110, 8.8.1)."""
    await make.live("article/pain", summary="Long. " * 200)
    edge = await web()
    params = {"query": "{ articles { nodes { summary disclaimer { text } } } }"}

    tags = [
        (await edge.client.get("/graphql", params=params, headers={"accept-encoding": coding})).headers["etag"]
        for coding in ("identity", "gzip", "br", "zstd")
    ]

    assert len(set(tags)) == 4
    assert all(tag.startswith('"') and tag.endswith('"') for tag in tags)


async def test_an_answer_is_fresh_for_as_long_as_the_operator_says_and_shared_where_the_token_is_no_secret(web):
    """Anonymous and public clients share theirs in CDNs; with a secret token an answer is the client's own."""
    secret, public = await create("site", {}), await create("embed", {"public": True})
    edge = await web(fresh_seconds=10, stale_seconds=30)

    told = [(await edge.post(QUERY, token=token)).headers["cache-control"] for token in ("", public, secret)]

    assert told == [
        "public, max-age=10, stale-while-revalidate=30",
        "public, max-age=10, stale-while-revalidate=30",
        "private, max-age=10, stale-while-revalidate=30",
    ]


async def test_what_may_not_be_kept_says_so(web, make):
    """Previews, errors, costs and refusals bear no-store and no entity tag."""
    token = await create("editor", {"scopes": ["content:read", "content:preview"]})
    edge = await web()
    headers = {"authorization": f"Bearer {token}"}
    preview = {"query": "query @inContext(preview: true) { articles { nodes { title disclaimer { text } } } }"}

    answers = [
        await edge.client.get("/graphql", params=preview, headers=headers),
        await edge.client.get("/graphql", params={"query": "{"}),
        await edge.client.get("/graphql", params=ASKED, headers={"caveat-cost": "1"}),
        await edge.client.get("/graphql", params=ASKED, headers={"authorization": "Bearer x"}),
    ]

    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 4
    assert all("etag" not in answer.headers for answer in answers)


async def test_an_answer_varies_by_what_decides_it_and_by_nothing_else(web):
    """The media type, the coding, the token and our own headers; the origin where not every page may ask."""
    token = await create("embed", {"origins": ["https://clinic.example"]})
    edge = await web()

    open_, bound = [set((await edge.post(QUERY, token=each)).headers["vary"].split(", ")) for each in ("", token)]

    ours = {"caveat-cost", "caveat-dry-run", "caveat-min-revision"}
    assert open_ == {"accept", "accept-encoding", "authorization"} | ours
    assert bound == open_ | {"origin"}
