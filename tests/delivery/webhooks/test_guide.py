"""The guide's receiver is one: it runs as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

GUIDE = (Path(__file__).parents[3] / "docs" / "guides" / "webhooks.md").read_text(encoding="utf-8")
(RECEIVER,) = re.findall(r"```python\n# receiver\.py\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_receiver_of_the_guide_verifies_posts(caveat, port):
    """It takes what is signed for it, and refuses what is not."""
    url, private = f"http://127.0.0.1:{port}/", {"CAVEAT_WEBHOOK_PRIVATE": "true"}
    secret = caveat("webhooks", "add", url, **private).stdout.strip()
    environment = {**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)}
    transport = httpx.HTTPTransport(retries=8)  # until it listens
    with (
        subprocess.Popen([sys.executable, "-c", RECEIVER], env=environment, stderr=subprocess.DEVNULL) as process,
        httpx.Client(transport=transport) as client,
    ):
        unsigned = client.post(url, content=b"{}")
        signed = caveat("webhooks", "test", url, **private)
        process.kill()

    assert (unsigned.status_code, signed.stdout[:8]) == (401, "HTTP 204")
