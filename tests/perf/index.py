"""The index line: units of 120 leaves scored one by one, beside `sum` over the same points in three decimals."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from statistics import median

from scoring_api.frameworks.domain.framework import Framework
from scoring_api.results.domain.engine import score_units
from scoring_api.results.domain.inputs import UnitInput
from scoring_api.results.domain.outcome import UnitScore
from tests.perf.index_inputs import framework, units
from tests.perf.verdict import Line

FEW, MANY = 30, 11_000
RATIO_BOUND, GROWTH_BOUND, MEGABYTES_BOUND = 75, 1.3, 500
PAIRS = 5
EVERY = 5  # the few are scored after each fifth chunk of the many
THOUSANDTH = Decimal("0.001")


@dataclass
class Timing:
    """CPU seconds in the engine and in plain sums of the same points, chunk by chunk in turn."""

    units: int = 0
    scored: float = 0.0
    summed: float = 0.0

    def take(self, chunk: Sequence[UnitInput], scores: Iterator[UnitScore]) -> None:
        """Score the chunk out of a running engine, then sum its points."""
        began = time.thread_time()
        found = list(islice(scores, len(chunk)))
        self.scored += time.thread_time() - began
        points = [[row.points.quantize(THOUSANDTH) for row in score.leaves] for score in found]
        began = time.thread_time()
        for row in points:
            sum(row)
        self.summed += time.thread_time() - began
        self.units += len(found)

    @property
    def ratio(self) -> float:
        return self.scored / self.summed

    @property
    def microseconds(self) -> float:
        return self.scored / self.units * 1e6


def time_both(parsed: Framework) -> tuple[Timing, Timing]:
    """The few again and again, the framework made ready each time, in turn with one run over the many.

    The many are made in chunks while every clock stands: the engine keeps none of them.
    """
    few, many, made = Timing(), Timing(), units(parsed, MANY)
    repeated, chunk = list(units(parsed, FEW)), list[UnitInput]()

    def given() -> Iterator[UnitInput]:
        while chunk:
            yield from tuple(chunk)

    scores = score_units(parsed, given())
    while following := list(islice(made, FEW)):
        chunk[:] = following
        many.take(chunk, scores)
        if many.units % (FEW * EVERY) == 0:
            few.take(repeated, score_units(parsed, repeated))
    assert many.units == MANY
    return few, many


def pair() -> dict[str, float]:
    parsed = framework()
    assert len(parsed.leaves) == 120
    few, many = time_both(parsed)
    return {
        "few": few.microseconds,
        "many": many.microseconds,
        "few_ratio": few.ratio,
        "many_ratio": many.ratio,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def measure(_home: Path, pairs: int = PAIRS) -> list[Line]:
    """Each pair in a process of its own, so that the peak of memory is that of one run."""
    command = [sys.executable, "-m", "tests.perf.index"]
    found = [json.loads(subprocess.check_output(command)) for _ in range(pairs)]

    def column(name: str) -> list[float]:
        return [row[name] for row in found]

    growth = [row["many"] / row["few"] for row in found]
    return [
        _ratio(FEW, column("few_ratio"), column("few")),
        _ratio(MANY, column("many_ratio"), column("many")),
        Line(f"index, a unit of {MANY:,} against one of {FEW}", growth, GROWTH_BOUND),
        Line(f"index, memory at {MANY:,} units", column("megabytes"), MEGABYTES_BOUND, "MB"),
    ]


def _ratio(number: int, ratios: list[float], microseconds: list[float]) -> Line:
    note = f"{median(microseconds):.0f} µs a unit"
    return Line(f"index, {number:,} units against plain sums", ratios, RATIO_BOUND, note=note)


if __name__ == "__main__":
    print(json.dumps(pair()))
