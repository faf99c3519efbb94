"""The ballot line: one ballot a request, 16 clients, CPU of API and PostgreSQL beside the bare route's."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from tests.perf.ballot_servers import CLERKS, Target, both_targets
from tests.perf.cpu import tree_seconds
from tests.perf.load import Report, prepared
from tests.perf.verdict import Line, interleaved

CPU_BOUND, P99_BOUND_MS = 1.25, 150
PAIRS, REQUESTS, WARM_UP = 7, 2000, 1000


@dataclass(frozen=True)
class Run:
    """One load on one server: CPU-µs a request, and what the clients saw."""

    api: float
    postgres: float
    report: Report

    @property
    def cpu(self) -> float:
        return self.api + self.postgres


def measure(home: Path, pairs: int = PAIRS) -> list[Line]:
    runs = count()
    with both_targets(home) as (survey, bare):
        for target in (survey, bare):
            _load(target, runs, WARM_UP)
        return _lines(interleaved(pairs, partial(_load, survey, runs), partial(_load, bare, runs)))


def _load(target: Target, runs: Iterator[int], requests: int = REQUESTS) -> Run:
    with prepared(target.ballots, requests, CLERKS, serial_prefix=f"S{next(runs)}") as go:
        api, postgres = tree_seconds(target.api_pid), tree_seconds(target.postgres_pid)
        report = go()
        api, postgres = tree_seconds(target.api_pid) - api, tree_seconds(target.postgres_pid) - postgres
    if report.statuses != {"201": requests}:
        raise RuntimeError(f"{target.ballots.path} answered {report.statuses}")
    return Run(api / requests * 1e6, postgres / requests * 1e6, report)


def _lines(pairs: list[tuple[Run, Run]]) -> list[Line]:
    def ratios(what: Callable[[Run], float]) -> list[float]:
        return [what(ours) / what(bare) for ours, bare in pairs]

    ours, bare = [median(run.cpu for run in side) for side in zip(*pairs, strict=True)]
    api, postgres = median(ratios(lambda run: run.api)), median(ratios(lambda run: run.postgres))
    slow, bare_slow = [[run.report.p99 * 1000 for run in side] for side in zip(*pairs, strict=True)]
    return [
        Line(
            "one ballot, CPU against the bare route",
            ratios(lambda run: run.cpu),
            CPU_BOUND,
            note=f"{ours:.0f} to {bare:.0f} µs; API alone {api:.2f} ×, PostgreSQL alone {postgres:.2f} ×",
        ),
        Line(
            f"one ballot, p99 of {CLERKS} clients",
            slow,
            P99_BOUND_MS,
            "ms",
            f"the bare route {median(bare_slow):.1f} ms",
        ),
    ]
