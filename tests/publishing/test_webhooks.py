"""Endpoints are added with a URL that can be posted to, set back, and removed with all they have."""

import pytest

from errors import BadRequest, NotFound
from models import DeadLetter, Webhook, WebhookShape
from publishing.webhooks import add, checked_url, listed, new_secret, remove, replay

URL = "https://hooks.example/caveat"
STANDARD, FASTLY, CLOUDFLARE = WebhookShape

REFUSED = {
    "no scheme": ("hooks.example/x", STANDARD, "must be https|no URL"),
    "another scheme": ("ftp://hooks.example/x", STANDARD, "must be https"),
    "plain http": ("http://hooks.example/x", STANDARD, "must be https"),
    "no host": ("https:///x", STANDARD, "no URL"),
    "a user": ("https://user@hooks.example/x", STANDARD, "no user or password"),
    "a password": ("https://user:word@hooks.example/x", STANDARD, "no user or password"),
    "a fragment": ("https://hooks.example/x#y", STANDARD, "no fragment"),
    "a port that is none": ("https://hooks.example:99999/x", STANDARD, "no URL"),
    "port nought": ("https://hooks.example:0/x", STANDARD, "no URL"),
    "a blank": ("https://hooks.example/a b", STANDARD, "no URL"),
    "a line": ("https://hooks.example/a\nb", STANDARD, "no URL"),
    "another script": ("https://höoks.example/", STANDARD, "xn--"),
    "half an address": ("https://[::1/x", STANDARD, "no URL"),
    "too long": ("https://hooks.example/" + "x" * 2_000, STANDARD, "2000"),
    "a path that Fastly has not": ("https://api.fastly.com/purge/abc", FASTLY, "/service/SERVICE/purge"),
    "a path that Cloudflare has not": ("https://api.cloudflare.com/zones/a", CLOUDFLARE, "/client/v4/zones/ZONE"),
}


@pytest.mark.parametrize(("url", "shape", "said"), REFUSED.values(), ids=REFUSED)
def test_a_url_that_cannot_be_posted_to_is_refused(url, shape, said):
    """When it is added, with a sentence that says what it must be."""
    with pytest.raises(BadRequest, match=said):
        checked_url(url, shape, private=False)


@pytest.mark.parametrize(
    "url", [URL, "https://hooks.example:8443/", "https://hooks.example", "https://[2606:4700::1]/x?y"]
)
def test_other_urls_are_taken(url):
    """With a port, a query or an address; http only where private addresses are allowed."""
    checked_url(url, STANDARD, private=False)
    checked_url(url.replace("https", "http"), STANDARD, private=True)


async def test_an_endpoint_begins_where_the_graph_is(make, settings):
    """It has a secret of its own, of 256 random bits; a URL is added once."""
    await make.live("topic/knee")

    webhook = await add(URL, settings)

    assert webhook.revision == 2
    assert (webhook.secret[:6], len(webhook.secret)) == ("whsec_", 6 + 44)
    assert webhook.secret != new_secret()
    with pytest.raises(BadRequest, match="added already"):
        await add(URL, settings)


WRONG = {
    "an unknown event": ({"events": ["published", "liked"]}, "Unknown events: liked. There are published, withdrawn"),
    "no event": ({"events": []}, "Unknown events: none"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG)
async def test_events_that_there_are_not_are_refused(make, settings, given, said):
    """The refusal names those that there are."""
    with pytest.raises(BadRequest, match=said):
        await add(URL, settings, **given)


PURGE = "https://api.fastly.com/service/abc/purge"


@pytest.mark.parametrize("key", [None, "", "two words", "line\nbreak", "schlüssel"])
async def test_a_cdn_needs_its_key(make, settings, key):
    """One word that can stand in a header. The refusal does not repeat it."""
    with pytest.raises(BadRequest) as refused:
        await add(PURGE, settings, shape=FASTLY, key=key)

    assert str(refused.value).startswith("The CDN's key is needed")
    assert not key or key not in str(refused.value)


async def test_a_cdn_is_told_of_everything(make, settings):
    """What it is not told of it would go on showing."""
    with pytest.raises(BadRequest, match="every release"):
        await add(PURGE, settings, shape=FASTLY, key="key", events=["published"])

    assert (await add(PURGE, settings, shape=FASTLY, key="key")).actions == ["PUBLISHED", "WITHDRAWN", "ERASED"]


@pytest.mark.parametrize(("given", "said"), [({"start": 0}, "from 1 to 2"), ({"start": 3}, "from 1 to 2")])
async def test_a_replay_begins_at_a_revision_that_there_is(make, settings, given, said):
    """Anything else is refused, and the endpoint stays where it is."""
    await make.live("topic/knee")
    await add(URL, settings)

    with pytest.raises(BadRequest, match=said):
        await replay(URL, **given)
    with pytest.raises(BadRequest, match="not both"):
        await replay(URL, start=1, dead=True)

    assert (await Webhook.get()).revision == 2


async def test_an_endpoint_is_removed_with_all_it_has(make, settings, clock):
    """Its dead letters go with it; what is not there is said to be so."""
    webhook = await add(URL, settings)
    await DeadLetter.create(webhook_id=webhook.id, revision=1, problem="HTTP 500", given_up_at=clock())
    before = [(each.webhook.url, [dead.revision for dead in each.dead], each.head) for each in await listed()]

    await remove(URL)

    assert before == [(URL, [1], 1)]
    assert (await listed(), await DeadLetter.all().count()) == ([], 0)
    for gone in (remove(URL), replay(URL)):
        with pytest.raises(NotFound, match="There is no webhook"):
            await gone
