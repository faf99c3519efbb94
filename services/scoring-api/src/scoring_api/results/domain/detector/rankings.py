"""Rankings a report prints: percents of points, order and gaps of ranks, changes on last year."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.detector.arithmetic import reckoned
from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport
from scoring_api.results.domain.detector.statements import (
    Figure,
    Percent,
    PrintedRanking,
    PrintedStanding,
)

_SHARE = Percent("points", "max_points", "percent")


def ranking_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """What is wrong inside a row, then between rows."""
    for ranking in report.rankings:
        for row in ranking.rows:
            yield from _row(report, row)
        held: dict[str, str] = {}
        for row in ranking.rows:
            other = held.setdefault(row.unit, row.place)
            if row.place != other:
                said = f"{ranking.name}: {report.names([row.unit])} đứng nhiều lần"
                yield Discrepancy("listed_twice", "contradiction", said, (other, row.place))
        yield from _order(report, ranking)


def _row(report: PrintedReport, row: PrintedStanding) -> Iterator[Discrepancy]:
    name = report.names([row.unit])
    if row.points is not None and row.max_points is not None and row.percent is not None:
        figures = {
            "points": Figure(place=row.place, name=name, value=row.points),
            "max_points": Figure(place=row.place, name=name, value=row.max_points, exact=True),
            "percent": Figure(place=row.place, name=name, value=row.percent),
        }
        yield from reckoned(_SHARE, figures, unrounded=report.unrounded)
    if row.rank is None or row.previous_rank is None or row.change is None:
        return
    if row.previous_rank - row.rank != row.change:
        said = f"{name}: hạng {row.previous_rank} rồi hạng {row.rank}, nhưng in thay đổi {row.change} bậc"
        yield Discrepancy("change_differs", "contradiction", said, (row.place,))


def _order(report: PrintedReport, ranking: PrintedRanking) -> Iterator[Discrepancy]:
    """Ranks as percents order them, 1, 2, 2, 4; a rank that jumps, or that a smaller percent beats."""
    rows = sorted(
        (row for row in ranking.rows if row.rank is not None and row.percent is not None), key=_merit
    )
    for before, row in pairwise(rows):
        if before.rank is not None and row.rank is not None and row.rank < before.rank:
            said = (
                f"{ranking.name}: {report.names([row.unit])} ({_percent(row)}) xếp hạng {row.rank}, trên "
                f"{report.names([before.unit])} ({_percent(before)}, hạng {before.rank})"
            )
            yield Discrepancy("ranks_out_of_order", "contradiction", said, (row.place, before.place))
    yield from _ties(report, ranking, rows)
    yield from _gaps(report, ranking)


def _merit(row: PrintedStanding) -> tuple[Decimal, int]:
    assert row.percent is not None and row.rank is not None  # noqa: PT018  # one filter let both in
    return -row.percent, row.rank


def _percent(row: PrintedStanding) -> str:
    return f"{vietnamese(row.percent)}%" if row.percent is not None else ""


def _ties(
    report: PrintedReport, ranking: PrintedRanking, rows: Sequence[PrintedStanding]
) -> Iterator[Discrepancy]:
    """One rank for two percents is wrong; two ranks for one percent may lie in digits not printed."""
    for before, row in pairwise(rows):
        equal = before.percent == row.percent
        if equal == (before.rank == row.rank) or (equal and report.unrounded):
            continue
        names = report.names([before.unit, row.unit])
        if equal:
            said = f"{ranking.name}: {names} cùng {_percent(row)} nhưng khác hạng"
            yield Discrepancy("equal_percents_parted", "notice", said, (before.place, row.place))
        else:
            said = f"{ranking.name}: {names} cùng hạng {row.rank} nhưng khác chỉ số"
            yield Discrepancy("equal_ranks_differ", "contradiction", said, (before.place, row.place))


def _gaps(report: PrintedReport, ranking: PrintedRanking) -> Iterator[Discrepancy]:
    """After two second places comes the fourth; every unit that is ranked stands in the list."""
    ranked = sorted((row.rank, row.place, row.unit) for row in ranking.rows if row.rank is not None)
    due = 0
    for position, (rank, place, unit) in enumerate(ranked, 1):
        if rank not in {due, position}:
            said = f"{ranking.name}: {report.names([unit])} xếp hạng {rank}, đúng ra là hạng {position}"
            yield Discrepancy("ranks_skip", "contradiction", said, (place,))
            return  # every rank after the first wrong one would follow it
        due = rank
