"""Counters: how often something happened, and why. The names are those of the metrics that show them."""

from collections import Counter

executions: Counter[str] = Counter()
"""``engine`` for operations that the engine answered; a reason for each that the stock executor did."""
