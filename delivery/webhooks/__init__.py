"""Webhooks: each release posted to each endpoint, signed, in order, at least once.

delivering.py   the task of a serving process: who has something to get, and posting it
outbox.py       how far each endpoint is, and which process may post to it
events.py       a release as it is told to others
shapes.py       the requests that tell it: Standard Webhooks, Fastly, Cloudflare
sending.py      one request, and what became of it
addresses.py    where requests may go
backoff.py      how long a failing endpoint is left alone
"""
