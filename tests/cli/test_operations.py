"""``caveat operations``: what the commands say, and their exit codes."""

import hashlib
import json

import pytest

from schema.build import sdl

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough

TOPICS = "query Topics { topics { nodes { title } } }"
KNEE = 'query Knee { topic(slug: "knee") { title } }'


@pytest.fixture
def pushed(caveat, tmp_path):
    """Pushes texts as the manifest of the client ``app``, which is made first."""
    caveat("clients", "create", "app")

    def push(**texts):
        path = tmp_path / "persisted_queries.json"
        path.write_text(json.dumps(texts))
        return caveat("operations", "push", str(path), "--client", "app")

    return push


def test_a_manifest_is_pushed_and_listed(caveat, pushed):
    """A push says what it did; the list has ids, names, and the ends of what will end."""
    first, second = pushed(t=TOPICS, k=KNEE), pushed(t=TOPICS)
    ran = caveat("operations", "list", "--client", "app")

    assert (first.returncode, first.stdout) == (0, "2 added, 0 revived, 0 unchanged, 0 to end, 0 deleted.\n")
    assert (second.returncode, second.stdout) == (0, "0 added, 0 revived, 1 unchanged, 1 to end, 0 deleted.\n")
    ending, lasting = ran.stdout.splitlines()
    assert ending.startswith("k  Knee  until 20")
    assert lasting == "t  Topics"


def test_the_time_that_documents_stay_is_a_setting(caveat, pushed, tmp_path):
    """With 0 days, what a manifest lacks ends at once."""
    pushed(t=TOPICS, k=KNEE)
    path = tmp_path / "new.json"
    path.write_text(json.dumps({"k": KNEE}))

    caveat("operations", "push", str(path), "--client", "app", CAVEAT_DOCUMENT_DAYS="0")

    assert caveat("operations", "list", "--client", "app").stdout == "k  Knee\n"


def test_a_bad_manifest_gives_exit_code_1_and_all_its_problems(caveat, pushed):
    """One line for each; nothing is stored."""
    wrong = hashlib.sha256(b"another text").hexdigest()

    ran = pushed(good=TOPICS, bad="query Bad { nope }", **{wrong: KNEE})

    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.splitlines() == [
        f"caveat: INVALID: {wrong} (Knee): is not the SHA-256 of its text",
        "bad (Bad): Cannot query field 'nope' on type 'Query'. Did you mean 'node' or 'nodes'? (1:13)",
    ]
    assert caveat("operations", "list", "--client", "app").stdout == ""


def test_a_schema_is_checked_before_it_is_served(caveat, pushed, tmp_path):
    """Exit code 0 where no document would break, 1 where one would, and its line says why."""
    pushed(t=TOPICS, k=KNEE)
    proposed, broken = tmp_path / "schema.graphql", tmp_path / "broken.graphql"
    proposed.write_text(sdl())
    broken.write_text(sdl().replace("  topic(", "  subject("))

    fine = [caveat("operations", "check"), caveat("operations", "check", "--schema", str(proposed))]
    ran = caveat("operations", "check", "--schema", str(broken))

    assert [(each.returncode, each.stdout) for each in fine] == [(0, "")] * 2
    assert {each.stderr for each in fine} == {"0 of 2 documents would break.\n"}
    assert (ran.returncode, ran.stderr) == (1, "1 of 2 documents would break.\n")
    assert ran.stdout == "app  Knee  k  Cannot query field 'topic' on type 'Query'. Did you mean 'topics'? (1:14)\n"


def test_what_cannot_be_done_is_one_sentence(caveat, tmp_path):
    """No traceback: the code and a sentence; a file that is not there is exit code 2."""
    path = tmp_path / "README.md"
    path.write_text("# Title")

    ran = [
        caveat("operations", "push", str(path), "--client", "nobody"),
        caveat("operations", "push", str(path), "--client", "anonymous"),
        caveat("operations", "list", "--client", "nobody"),
        caveat("operations", "check", "--schema", str(path)),
    ]
    absent = caveat("operations", "push", str(tmp_path / "none.json"), "--client", "anonymous")

    no_json = "The manifest is no JSON: unexpected character, expected a JSON value: line 1 column 1 (char 0).\n"
    unknown = "caveat: NOT_FOUND: There is no client nobody. `caveat clients list` shows those there are.\n"
    assert [(each.returncode, each.stdout, each.stderr) for each in ran] == [
        (1, "", unknown),
        (1, "", f"caveat: BAD_REQUEST: {no_json}"),
        (1, "", unknown),
        (1, "", "caveat: BAD_REQUEST: The file is no GraphQL schema: Syntax Error: Unexpected <EOF>. (1:8)\n"),
    ]
    assert absent.returncode == 2
