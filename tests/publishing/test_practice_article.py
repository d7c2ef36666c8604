"""The shape of a practice's article: standfirst, related reading, a note on the author, a disclaimer."""

from publishing.importing import FORMATS, import_content

FILES = {
    "disclaimer/practice.en.md": """---
title: About these pages
status: live
kind: MEDICAL_INFORMATION
text: The first paragraph informs. The second one asks you to talk to your physician.
effectiveFrom: 2026-01-01
placement: AFTER_CONTENT
---
The first paragraph informs.

The second one asks you to talk to *your* physician.
""",
    "physician/pat-example.en.md": """---
title: Pat Example, M.D., Orthopedic Surgeon
status: live
familyName: Example
givenName: Pat
honorificSuffix: M.D.
jobTitle: Orthopedic Surgeon
shortBio: Pat Example is board-certified and fellowship-trained.
boardCertifications: [{board: Example Board}]
education: [{institution: Example Hospital, kind: FELLOWSHIP}]
syndicationConsent: true
disclaimer: practice
---
A longer bio.
""",
    "article/neck-pain.en.md": """---
title: Neck pain
status: live
disclaimer: practice
---
About necks.
""",
    "procedure/fusion.en.md": """---
title: Fusion
status: live
disclaimer: practice
---
What fusion is.
""",
    "article/fusion-advice.en.md": """---
title: "Relief: advice for patients who consider fusion"
alternativeTitle: A surgeon explains things to a patient
summary: When fusion is considered, and what to expect.
status: live
genre: TREATMENT
disclaimer: practice
authors: [pat-example]
procedures: [fusion]
links:
  - {kind: RELATED, target: article/neck-pain, heading: You may also find helpful, note: For necks too.}
---
Patients come after everything else.

One option is [fusion](caveat:procedure/fusion). Below: when, and what to expect.
""",
}
PAGE = """{ article(slug: "fusion-advice") {
  title alternativeTitle summary genre body { html references { title } }
  authors { name jobTitle shortBio boardCertifications { board } education { kind } }
  procedures { title }
  links(kinds: [RELATED]) { edges { heading note node { ... on Article { title url } } } }
  disclaimer { title text body { html } placement }
} }"""


async def test_everything_in_a_practice_article_has_a_home(api, settings, db, tmp_path):
    """Written as Markdown, the article comes back through GraphQL with all that it holds."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    report = await import_content(tmp_path, FORMATS["markdown"], settings, who="test", strict=True)
    page = (await api(PAGE))["article"]

    assert (report.published, report.problems) == (5, [])
    assert page == {
        "title": "Relief: advice for patients who consider fusion",
        "alternativeTitle": "A surgeon explains things to a patient",
        "summary": "When fusion is considered, and what to expect.",
        "genre": "TREATMENT",
        "body": {
            "html": "<p>Patients come after everything else.</p>\n"
            '<p>One option is <a href="https://site.example/en/procedure/fusion">fusion</a>. '
            "Below: when, and what to expect.</p>\n",
            "references": [{"title": "Fusion"}],
        },
        "authors": [
            {
                "name": "Pat Example, M.D., Orthopedic Surgeon",
                "jobTitle": "Orthopedic Surgeon",
                "shortBio": "Pat Example is board-certified and fellowship-trained.",
                "boardCertifications": [{"board": "Example Board"}],
                "education": [{"kind": "FELLOWSHIP"}],
            }
        ],
        "procedures": [{"title": "Fusion"}],
        "links": {
            "edges": [
                {
                    "heading": "You may also find helpful",
                    "note": "For necks too.",
                    "node": {"title": "Neck pain", "url": "https://site.example/en/article/neck-pain"},
                }
            ]
        },
        "disclaimer": {
            "title": "About these pages",
            "text": "The first paragraph informs. The second one asks you to talk to your physician.",
            "body": {
                "html": "<p>The first paragraph informs.</p>\n"
                "<p>The second one asks you to talk to <em>your</em> physician.</p>\n"
            },
            "placement": "AFTER_CONTENT",
        },
    }
