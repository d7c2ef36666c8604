"""``caveat synonyms``: what the commands say, and their exit codes."""

import pytest

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough


def test_synonyms_are_added_listed_and_removed(caveat):
    """Each command says what it did; the list is in the form that files have."""
    added = caveat("synonyms", "add", "--locale", "en", "slipped  disc", "herniated disc", "prolapsed disc")
    again = caveat("synonyms", "add", "--locale", "en", "Slipped discs", "herniated disc")
    caveat("synonyms", "add", "--locale", "es", "hernia discal", "disco herniado")
    full, english = caveat("synonyms", "list"), caveat("synonyms", "list", "--locale", "en")
    removed = caveat("synonyms", "remove", "--locale", "en", "slipped disc")

    assert added.stdout == "slipped disc, herniated disc, prolapsed disc mean the same now.\n"
    assert again.stdout == "They mean the same already.\n"
    assert english.stdout == "[en]\nherniated disc, prolapsed disc, slipped disc\n"
    assert full.stdout == english.stdout + "[es]\ndisco herniado, hernia discal\n"
    assert removed.stdout == "slipped disc is removed. Left of its group: herniated disc, prolapsed disc.\n"
    assert caveat("synonyms", "list", "--locale", "en").stdout == "[en]\nherniated disc, prolapsed disc\n"


def test_a_file_is_imported_and_goes_round(caveat, tmp_path):
    """What is listed can be imported; a second time it changes nothing."""
    file, copy = tmp_path / "synonyms.txt", tmp_path / "copy.txt"
    file.write_text("\ufeff# The spine\nslipped disc, herniated disc\n[es]\nhernia discal, disco herniado\n", "utf-8")

    first = caveat("synonyms", "import", str(file))
    listed = caveat("synonyms", "list").stdout
    copy.write_text(listed, "utf-8")
    again = caveat("synonyms", "import", str(copy), "--locale", "es")

    assert first.stdout == "2 groups; names that are new or joined others: 4.\n"
    assert listed == "[en]\nherniated disc, slipped disc\n[es]\ndisco herniado, hernia discal\n"
    assert again.stdout == "2 groups; names that are new or joined others: 0.\n"
    assert caveat("synonyms", "list").stdout == listed


def test_a_wrong_file_is_refused_with_its_lines(caveat, tmp_path):
    """Every wrong line is named, and nothing of the file is taken."""
    file = tmp_path / "synonyms.txt"
    file.write_text("knee, joint of the knee\nlonely\n[fr]\nun, deux\n", "utf-8")

    refused = caveat("synonyms", "import", str(file))

    assert refused.returncode == 1
    assert refused.stderr == (
        "caveat: INVALID: line 2: a group needs two names that search tells apart, and this is 'lonely'\n"
        "line 4: 'fr' is not a locale of this site; it has en, es\n"
    )
    assert caveat("synonyms", "list").stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "--locale", "en", "knee"), "caveat: INVALID: names: a group needs two names"),
        (("add", "--locale", "xx", "knee", "joint"), "caveat: INVALID: names: 'xx' is not a locale of this site"),
        (("list", "--locale", "xx"), "caveat: INVALID: locale: 'xx' is not a locale of this site"),
        (("remove", "--locale", "en", "knee"), "caveat: NOT_FOUND: 'knee' is no synonym in the locale 'en'."),
    ],
)
def test_what_cannot_be_done_is_said(caveat, arguments, said):
    """One sentence on standard error, and the exit code 1."""
    refused = caveat("synonyms", *arguments)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(said)


def test_a_file_that_is_no_text_is_refused(caveat, tmp_path):
    """The error says what to do, and is no traceback."""
    file = tmp_path / "synonyms.txt"
    file.write_bytes(b"knee, \xff\xfe\n")

    refused = caveat("synonyms", "import", str(file))

    assert (refused.returncode, refused.stderr) == (
        1,
        f"caveat: BAD_REQUEST: {file} is not UTF-8. Save it as UTF-8 text.\n",
    )
