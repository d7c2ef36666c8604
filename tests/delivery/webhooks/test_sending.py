"""A request goes to the address that was checked, for the name that it was meant for, and ends in time."""

import ssl
from pathlib import Path

import pytest

from delivery.webhooks.sending import BODY_BYTES, Sender
from delivery.webhooks.shapes import Request
from settings import Settings

CERTIFICATE = Path(__file__).with_name("hooks.example.pem")
HERE = Settings(webhook_private=True, webhook_seconds=10.0)


class Names:
    """A look-up that finds some addresses, and counts how often it is asked."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append((host, port))
        return list(self.addresses)


async def sent(url: str, settings: Settings = HERE, names: Names | None = None, **headers: str):
    """What became of a request."""
    sender = Sender(settings, names) if names else Sender(settings)
    reply = await sender.send(Request(url, headers, b"{}"))
    await sender.aclose()
    return reply


@pytest.fixture
def tls(receiver, monkeypatch):
    """The receiver behind TLS, with a certificate of hooks.example that this process trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    return receiver


async def test_the_name_is_looked_up_once_and_proved_by_tls(tls):
    """The connection goes to the address that was checked; TLS and the Host header are of the name."""
    names = Names("127.0.0.1")
    url = tls.url(scheme="https", host="hooks.example")

    reply = await sent(url, names=names, **{"x-test": "1"})

    port = tls.server.server_address[1]
    assert (str(reply), reply.body) == ("HTTP 200", b"thanks")
    assert names.asked == [("hooks.example", port)]
    (received,) = tls.received
    assert (received.path, received.body, received.headers["x-test"]) == ("/hook", b"{}", "1")
    assert received.headers["host"] == f"hooks.example:{port}"


async def test_a_certificate_of_another_name_is_refused(tls):
    """Whoever answers at the address must prove the name; nothing is sent before that."""
    reply = await sent(tls.url(scheme="https", host="other.example"), names=Names("127.0.0.1"))

    assert (reply.taken, tls.received) == (False, [])
    assert reply.problem.startswith("TLS: Hostname mismatch")


async def test_a_certificate_that_nobody_vouches_for_is_refused(tls, monkeypatch):
    """The name alone proves nothing."""
    monkeypatch.delenv("SSL_CERT_FILE")

    reply = await sent(tls.url(scheme="https", host="hooks.example"), names=Names("127.0.0.1"))

    assert (reply.problem[:4], tls.received) == ("TLS:", [])


REFUSED = {
    "a private address": ("https", "127.0.0.1", None, "the name leads to an address that is not public"),
    "a name of one": ("https", "hooks.example", ["127.0.0.1"], "the name leads to an address that is not public"),
    "a name of both": ("https", "hooks.example", ["8.8.8.8", "::1"], "the name leads to an address that is not public"),
    "plain http": ("http", "hooks.example", ["8.8.8.8"], "the URL is not https"),
}


@pytest.mark.parametrize(("scheme", "host", "addresses", "why"), REFUSED.values(), ids=REFUSED)
async def test_nothing_is_sent_to_what_is_not_public(receiver, scheme, host, addresses, why):
    """Without CAVEAT_WEBHOOK_PRIVATE the receiver here gets no connection."""
    names = Names(*addresses) if addresses else None

    reply = await sent(receiver.url(scheme=scheme, host=host), Settings(webhook_seconds=10.0), names)

    assert (reply.status, reply.problem, receiver.received) == (None, why, [])


async def test_another_address_is_tried_where_one_takes_no_connection(receiver):
    """A name often has an IPv6 address that the network does not reach."""
    reply = await sent(receiver.url(host="hooks.example"), names=Names("127.9.9.9", "127.0.0.1"))

    assert (str(reply), len(receiver.received)) == ("HTTP 200", 1)


async def test_a_redirect_is_not_followed(receiver):
    """It could lead anywhere; it is an answer like any other, and no success."""
    receiver.answers["/hook"] = [(307, {"location": receiver.url("/other")})]

    reply = await sent(receiver.url())

    assert (str(reply), reply.taken, [each.path for each in receiver.received]) == ("HTTP 307", False, ["/hook"])


async def test_a_proxy_of_the_environment_is_not_used(receiver, monkeypatch):
    """A proxy would look the name up by itself, unchecked."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert (await sent(receiver.url())).taken


async def test_an_endpoint_that_does_not_answer_ends_in_time(receiver):
    """The time is for all of it: look-up, connection and answer."""
    hurried = HERE.model_copy(update={"webhook_seconds": 0.3})

    assert (await sent(receiver.url("/hang"), hurried)).problem == "no answer within 0.3 seconds"


async def test_an_answer_is_read_to_a_bounded_size(receiver):
    """However much an endpoint sends; its status is what counts."""
    receiver.body = b"x" * 5_000_000

    reply = await sent(receiver.url())

    assert (reply.taken, len(reply.body)) == (True, BODY_BYTES)


async def test_a_body_that_never_ends_changes_nothing(receiver):
    """More is announced than comes: the answer was given with its status."""
    receiver.answers["/hook"] = [(200, {"content-length": "1000000"})]

    reply = await sent(receiver.url())

    assert (reply.taken, reply.body) == (True, b"thanks")


async def test_nothing_that_fails_is_raised(receiver):
    """Whatever is wrong is a reply that says so."""
    reply = await sent(receiver.url() + "\0")

    assert (reply.status, reply.problem) == (None, "the request failed (InvalidURL)")
