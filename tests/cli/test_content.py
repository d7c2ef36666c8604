"""``caveat import`` and ``caveat export``: what they say, and their exit codes."""

import gzip

import pytest

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough

HOUSE = """---
title: House rules
status: live
kind: MEDICAL_INFORMATION
text: Ask your physician.
effectiveFrom: 2026-01-01
placement: AFTER_CONTENT
---
"""
TOPIC = "---\ntitle: Knee\nstatus: live\nscheme: BODY_REGION\n---\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with a disclaimer and a topic."""
    for name, text in {"disclaimer/house.en.md": HOUSE, "topic/knee.en.md": TOPIC}.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path / "content"


def outcome(ran):
    """Exit code, output and errors of a command."""
    return ran.returncode, ran.stdout, ran.stderr


def test_an_import_says_what_it_did(caveat, folder):
    """Exit code 0 and one line; a second time everything is unchanged."""
    first, again = (caveat("import", str(folder), "--format", "markdown") for _ in range(2))

    assert outcome(first) == (0, "2 published, 0 saved as drafts, 0 unchanged, 0 refused, 0 warnings.\n", "")
    assert outcome(again) == (0, "0 published, 0 saved as drafts, 2 unchanged, 0 refused, 0 warnings.\n", "")


def test_a_bad_file_gives_exit_code_1(caveat, folder):
    """The problem is on standard error with file, line and reason; the rest goes in."""
    (folder / "topic" / "bad.en.md").write_text(TOPIC.replace("BODY_REGION", "PLANET"))

    ran = caveat("import", str(folder))

    words = "scheme: input should be 'SPECIALTY', 'CONDITION', 'BODY_REGION', 'TREATMENT' or 'AUDIENCE'"
    assert outcome(ran) == (
        1,
        "2 published, 0 saved as drafts, 0 unchanged, 1 refused, 0 warnings.\n",
        f"error: topic/bad.en.md:1: {words}\n",
    )


def test_strict_and_dry_run_change_nothing(caveat, folder):
    """Both say so; with strict the exit code is 1 when anything is wrong."""
    trial = caveat("import", str(folder), "--dry-run")
    (folder / "topic" / "bad.en.md").write_text("Text.")
    strict = caveat("import", str(folder), "--strict")
    exported = caveat("export")

    would = "Nothing was changed. Otherwise: 2 published, 0 saved as drafts, 0 unchanged, {} refused, 0 warnings.\n"
    assert outcome(trial) == (0, would.format(0), "")
    assert outcome(strict)[:2] == (1, would.format(1))
    assert outcome(exported) == (0, "", "")


def test_an_exported_bundle_can_be_imported(caveat, folder, tmp_path):
    """Export, compress, import: unchanged."""
    caveat("import", str(folder))
    bundle = tmp_path / "bundle.ndjson"

    exported = caveat("export", "--output", str(bundle))
    (tmp_path / "bundle.gz").write_bytes(gzip.compress(bundle.read_bytes()))
    imported = caveat("import", str(tmp_path / "bundle.gz"), "--format", "bundle")

    assert outcome(exported) == (0, "", "")
    assert outcome(imported) == (0, "0 published, 0 saved as drafts, 2 unchanged, 0 refused, 0 warnings.\n", "")


def test_a_file_that_cannot_be_read_is_one_sentence(caveat, tmp_path):
    """No traceback: the file, the line and the reason."""
    path = tmp_path / "cut.gz"
    path.write_bytes(gzip.compress(b"{}\n")[:-8])

    ran = caveat("import", str(path), "--format", "bundle")

    reason = "cannot be read: Compressed file ended before the end-of-stream marker was reached"
    assert outcome(ran) == (1, "", f"caveat: INVALID: cut.gz:2: {reason}\n")
