"""The built files that are committed: what the sources in embeds/ give, byte by byte, and small."""

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EMBEDS, STATIC = ROOT / "embeds", ROOT / "delivery" / "embeds" / "static"
NAMES = ["builder.css", "builder.js", "embed.css", "embed.js"]
NPM = shutil.which("npm")
CI = os.environ.get("CI") == "true"


@pytest.mark.skipif(
    not CI and not (NPM and (EMBEDS / "node_modules" / ".package-lock.json").exists()),
    reason="npm ci in embeds installs what builds them, where npm (Node.js 20 or newer) is on PATH",
)
def test_they_are_what_the_sources_give(tmp_path):
    """``npm run build`` type-checks, and writes what is committed."""
    assert NPM is not None, "npm (Node.js 20 or newer) is not on PATH"

    run = subprocess.run(
        [NPM, "run", "--silent", "build", "--", str(tmp_path)], cwd=EMBEDS, capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == NAMES
    assert [name for name in NAMES if (tmp_path / name).read_bytes() != (STATIC / name).read_bytes()] == []


def test_the_component_is_small():
    """What each page of a partner loads is under 12 kB when compressed."""
    assert len(gzip.compress((STATIC / "embed.js").read_bytes(), 6)) < 12_000
