"""Past moments of the graph."""

PAGE = """query Page($at: DateTime) @inContext(asOf: $at) {
  article(slug: "back-pain") {
    title
    disclaimer { text version }
    links { totalCount nodes { ... on Content { title } } }
  }
}"""


async def test_each_moment_has_its_own_graph(api, make, clock):
    """Before, between and after three publications of an article, its disclaimer and its links, each graph is whole."""
    await make.live("article/back-pain", title="First", links=[{"kind": "RELATED", "target": "disclaimer/house"}])
    first = clock.advance(days=1)
    await make.live("disclaimer/house", title="House rules", text="Ask twice.")
    second = clock.advance(days=1)
    await make.live("article/back-pain", title="Second", links=[])
    third = clock.advance(days=1)
    await make.live("article/back-pain", title="Third")
    clock.advance(days=1)

    graphs = [await api(PAGE, at=moment.isoformat()) for moment in (first, second, third)]
    now = await api(PAGE, at=None)
    before = await api(PAGE, at="2020-01-01T00:00:00Z")

    def graph(title: str, text: str, version: int, *links: str) -> dict:
        nodes = [{"title": link} for link in links]
        disclaimer = {"text": text, "version": version}
        return {
            "article": {"title": title, "disclaimer": disclaimer, "links": {"totalCount": len(nodes), "nodes": nodes}}
        }

    assert graphs == [
        graph("First", "Ask your physician.", 1, "House rules"),
        graph("First", "Ask twice.", 2, "House rules"),
        graph("Second", "Ask twice.", 2),
    ]
    assert now == graph("Third", "Ask twice.", 2)
    assert before == {"article": None}
