"""The robustness line: 1,000 draws of 30 units of 120 leaves, beside a bare loop that draws and sorts as much."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import NormalDist, median

from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.outcome import IndexResult
from scoring_api.results.domain.robustness import robustness
from tests.perf.index_inputs import GROUPS, framework, units
from tests.perf.verdict import Line, interleaved

UNITS, DRAWS, PAIRS = 30, 1_000, 7
RATIO_BOUND, SECONDS_BOUND = 30, 5


def computed() -> IndexResult:
    """Thirty units whose eight survey leaves three groups answered."""
    parsed = framework()
    assert len(parsed.leaves) == 120
    given = list(units(parsed, UNITS))
    entries = {row.unit.code: row.entries for row in given}
    return compute_index(
        parsed, [row.unit for row in given], entries, [cell for row in given for cell in row.cells], {}
    )


def bare() -> None:
    """As many normal numbers, and thirty of them sorted for each run."""
    chance, inverse = random.Random(1), NormalDist().inv_cdf
    for _ in range(DRAWS):
        drawn = [inverse(chance.random()) for _ in range(UNITS * len(GROUPS))]
        drawn[:UNITS].sort()


def _seconds(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began


def measure(_home: Path, pairs: int = PAIRS) -> list[Line]:
    result = computed()
    found = interleaved(pairs, lambda: _seconds(lambda: robustness(result, DRAWS, 1)), lambda: _seconds(bare))
    seconds = [ours for ours, _ in found]
    name = f"robustness, {DRAWS:,} draws of {UNITS} units"
    note = f"{median(seconds) * 1000:.0f} ms"
    return [
        Line(f"{name} against bare draws", [ours / theirs for ours, theirs in found], RATIO_BOUND, note=note),
        Line(f"{name}, CPU", seconds, SECONDS_BOUND, "s"),
    ]
