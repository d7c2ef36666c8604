"""What the rounds gave: medians of requests a second, of latencies, and of the server's time."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from bench.load import Load


@dataclass(frozen=True)
class Figures:
    """What the rounds gave for one operation on one subject."""

    loads: tuple[Load, ...]

    @property
    def per_second(self) -> float:
        """Requests a second: the median of the rounds, like the others."""
        return median(load.per_second for load in self.loads)

    @property
    def p50_ms(self) -> float:
        return median(load.p50_ms for load in self.loads)

    @property
    def p99_ms(self) -> float:
        return median(load.p99_ms for load in self.loads)

    @property
    def cpu_us(self) -> float | None:
        return _median(load.cpu_us for load in self.loads)

    @property
    def core(self) -> float | None:
        return _median(load.core for load in self.loads)

    def over(self, other: "Figures") -> float:
        """This throughput over another's: the median of the ratios within the same rounds."""
        pairs = zip(self.loads, other.loads, strict=True)
        return median(mine.per_second / theirs.per_second for mine, theirs in pairs)

    def cheaper(self, other: "Figures") -> float | None:
        """How many times the other's time on the core a request is this one's."""
        return other.cpu_us / self.cpu_us if other.cpu_us and self.cpu_us else None


def _median(values: Iterable[float | None]) -> float | None:
    """The median of those that are known."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


Results = dict[str, dict[str, Figures]]  # label of the subject -> name of the operation -> figures


@dataclass(frozen=True)
class Run:
    """What a run gave: the figures, the size of each operation's answer, and the peak memory by subject."""

    results: Results
    answer_bytes: dict[str, int]
    peak_mb: dict[str, float | None]
