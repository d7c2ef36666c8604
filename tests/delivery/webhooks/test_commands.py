"""``caveat webhooks``: what the commands say, and their exit codes."""

import json
import re

import pytest
from standardwebhooks import Webhook as Standard

from models import DeadLetter, Webhook

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # each command starts a process: once is enough
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=\n")


@pytest.fixture
def webhooks(caveat):
    """``caveat webhooks``, where webhooks may go to this machine."""
    return lambda *arguments, **given: caveat("webhooks", *arguments, CAVEAT_WEBHOOK_PRIVATE="true", **given)


async def test_an_endpoint_is_added_tested_and_removed(make, webhooks, receiver):
    """The secret stands alone on standard output, once; the test event is signed with it."""
    url = receiver.url()
    receiver.body = b"thank\x1b[31m you\n"

    added = webhooks("add", url)
    tested = webhooks("test", url)
    receiver.answers["/hook"] = [(401, {})]
    refused = webhooks("test", url)
    removed = webhooks("remove", url)

    assert SECRET.fullmatch(added.stdout)
    assert added.stderr.startswith(f"{url} is added; it gets what is released after revision 1.\n")
    message = Standard(added.stdout.strip()).verify(receiver.received[0].body, receiver.received[0].headers)
    assert (message["type"], message["data"]) == ("caveat.test", {})
    assert (tested.returncode, refused.returncode) == (0, 1)
    assert re.fullmatch(r"HTTP 200 after \d+\.\d\d s\.\nthank\ufffd\[31m you\n\n", tested.stdout)
    assert refused.stdout.startswith("HTTP 401 after ")
    assert (removed.stdout, webhooks("list").stdout) == (f"{url} is removed.\n", "")


async def test_the_list_says_how_endpoints_stand_and_shows_no_secret(make, webhooks, hook, receiver, clock):
    """A line for people each, and the same as JSON."""
    await hook("/ok")
    failing = await hook("/failing", events=["withdrawn"])
    gone = await hook("/gone")
    await make.live("topic/knee")
    now = clock()
    failed = {"last_failure_at": now, "last_problem": "HTTP 500"}
    await Webhook.filter(id=failing.id).update(attempts=2, next_at=now, **failed)
    await Webhook.filter(id=gone.id).update(disabled_at=now, last_success_at=now, **failed)
    await DeadLetter.create(webhook_id=gone.id, revision=1, problem="HTTP 500", given_up_at=now)

    text, records = webhooks("list").stdout, webhooks("list", "--json").stdout

    at = f"{now:%Y-%m-%d %H:%M}"
    assert text.splitlines() == [
        f"{failing.url}  standard  failed 2 times, tried again at {now:%Y-%m-%d %H:%M:%S} UTC",
        "    revision 1 of 2; told of withdrawn",
        f"    last failure {now:%Y-%m-%d %H:%M:%S} UTC: HTTP 500",
        f"{gone.url}  standard  disabled since {at} UTC",
        "    revision 1 of 2; told of published, withdrawn, erased",
        f"    last success {now:%Y-%m-%d %H:%M:%S} UTC",
        f"    last failure {now:%Y-%m-%d %H:%M:%S} UTC: HTTP 500",
        "    dead letters: 1 (HTTP 500)",
        f"{receiver.url('/ok')}  standard  ok",
        "    revision 1 of 2; told of published, withdrawn, erased",
    ]
    listed = json.loads(records)
    assert [(each["failures"], each["deadLetters"]) for each in listed] == [
        (2, []),
        (0, [{"revision": 1, "problem": "HTTP 500"}]),
        (0, []),
    ]
    secrets = await Webhook.all().values_list("secret", flat=True)
    assert [secret for secret in secrets if secret in text + records] == []


async def test_the_key_of_a_cdn_is_read_from_standard_input(make, webhooks, receiver):
    """It is no argument, which other users of the machine could see; and it is not printed."""
    path = "/client/v4/zones/023e105f4ecef8ad/purge_cache"
    added = webhooks("add", receiver.url(path), "--shape", "cloudflare", stdin="cf-token\n")
    tested = webhooks("test", receiver.url(path))
    without = webhooks("add", receiver.url("/service/abc/purge"), "--shape", "fastly")

    assert (added.returncode, added.stdout, "cf-token" in added.stderr) == (0, "", False)
    assert (tested.returncode, receiver.received[0].body) == (0, b'{"tags":["caveat-test"]}')
    assert receiver.received[0].headers["authorization"] == "Bearer cf-token"
    assert (without.returncode, without.stderr[:50]) == (1, "caveat: BAD_REQUEST: The CDN's key is needed, as o")


async def test_a_replay_says_what_will_be_posted(make, webhooks, hook, clock):
    """The running servers post it; the command only says so to them."""
    webhook = await hook()
    await make.live("topic/knee")
    await DeadLetter.create(webhook_id=webhook.id, revision=1, problem="HTTP 500", given_up_at=clock())

    said = [webhooks("replay", webhook.url, *options).stdout for options in ([], ["--from", "1"], ["--dead"])]

    assert said == [
        f"{webhook.url} will get {count} from the running servers.\n"
        for count in ("1 revisions", "2 revisions", "1 dead letters")
    ]
    assert await DeadLetter.filter(queued=True).count() == 1


async def test_what_cannot_be_done_is_one_sentence(make, webhooks):
    """No traceback: the code and a sentence that says what to do."""
    url = "https://hooks.example/x"
    none = f"caveat: NOT_FOUND: There is no webhook {url}. `caveat webhooks list` shows those there are.\n"

    refused = [webhooks(*each) for each in (("test", url), ("remove", url), ("replay", url), ("add", "nowhere"))]

    assert [each.returncode for each in refused] == [1] * 4
    assert [each.stderr for each in refused[:3]] == [none] * 3
    assert refused[3].stderr.startswith("caveat: BAD_REQUEST: 'nowhere' is no URL that can be posted to")
