"""One request, and what became of it. It goes to an address that was checked, within a time, and follows nothing."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import httpx

from delivery.webhooks.addresses import Address, Refused, Resolve, allowed, resolve
from delivery.webhooks.backoff import asked_wait
from delivery.webhooks.shapes import Request
from publishing.save import utc_now
from settings import Settings

TRIED = 3
"""Addresses of a name that are tried, where one takes no connection."""
PORTS = {"https": 443, "http": 80}
BODY_BYTES = 2_000
BODY_SECONDS = 2.0
"""How much of an answer's body is read, for people to see; whoever sends more, or slowly, has answered all the same."""
UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True)
class Reply:
    """An answer's status and the beginning of its body, or why there is none; how long to wait, where it says so."""

    status: int | None = None
    problem: str = ""
    retry_after: timedelta | None = None
    body: bytes = b""

    @property
    def taken(self) -> bool:
        """Whether the endpoint has what it was sent."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the endpoint wants nothing more (Standard Webhooks: 410)."""
        return self.status == 410

    def __str__(self) -> str:
        return f"HTTP {self.status}" if self.status is not None else self.problem


class Sender:
    """Sends requests. httpx's transport is used without its client, which logs URLs, follows and takes proxies."""

    def __init__(self, settings: Settings, resolve: Resolve = resolve) -> None:
        self._private = settings.webhook_private
        self._seconds = settings.webhook_seconds
        self._resolve = resolve
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._transport = httpx.AsyncHTTPTransport(limits=limits)

    async def send(self, request: Request) -> Reply:
        """What became of a request. Nothing is raised: whatever fails is a reply without a status."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._send(request)
        except TimeoutError:
            return Reply(problem=f"no answer within {self._seconds:g} seconds")
        except Refused as refused:
            return Reply(problem=str(refused))
        except Exception as error:
            return Reply(problem=_said(error))

    async def aclose(self) -> None:
        """Close what is open still."""
        await self._transport.aclose()

    async def _send(self, request: Request) -> Reply:
        url = httpx.URL(request.url)
        if url.scheme != "https" and not self._private:
            raise Refused("the URL is not https")
        host, port = url.raw_host.decode("ascii"), url.port or PORTS[url.scheme]
        found = await allowed(host, port, private=self._private, resolve=self._resolve)
        *others, last = found[:TRIED]
        for address in others:
            with suppress(*UNREACHED):
                return await self._post(request, url, host, address)
        return await self._post(request, url, host, last)

    async def _post(self, request: Request, url: httpx.URL, host: str, address: Address) -> Reply:
        """Connect to the address itself: a second look-up of the name could lead elsewhere. TLS proves the name."""
        waits = {"connect": self._seconds / TRIED, "read": self._seconds, "write": self._seconds}
        response = await self._transport.handle_async_request(
            httpx.Request(
                "POST",
                url.copy_with(host=str(address)),
                headers={"host": url.netloc.decode("ascii"), "accept-encoding": "identity", **request.headers},
                content=request.body,
                extensions={"sni_hostname": host, "timeout": waits},
            )
        )
        try:
            asked = asked_wait(response.headers.get("retry-after"), utc_now())
            return Reply(response.status_code, retry_after=asked, body=await _beginning(response))
        finally:
            await response.aclose()


async def _beginning(response: httpx.Response) -> bytes:
    body = b""
    parts = cast("AsyncGenerator[bytes]", response.aiter_raw())
    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(BODY_SECONDS), aclosing(parts) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) >= BODY_BYTES:
                    break
    return body[:BODY_BYTES]


def _said(error: BaseException) -> str:
    """A failure in words that are safe to show: nothing of what the other side said."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS: {cause.verify_message}"[:200]
        if isinstance(cause, ssl.SSLError):
            return "TLS: no secure connection"
        cause = cause.__cause__ or cause.__context__
    return "no connection" if isinstance(error, UNREACHED) else f"the request failed ({type(error).__name__})"
