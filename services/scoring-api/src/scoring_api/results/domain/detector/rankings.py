"""Rankings a report prints: percents of points, order and gaps of ranks, changes on last year."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.detector.arithmetic import reckoned
from scoring_api.results.domain.detector.intervals import Span, begins_within, rounded
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
        yield from _doubles(report, ranking)
        yield from _order(report, ranking)
        yield from _gaps(report, ranking)


def _doubles(report: PrintedReport, ranking: PrintedRanking) -> Iterator[Discrepancy]:
    held: dict[str, list[str]] = {}
    for row in ranking.rows:
        held.setdefault(row.unit, []).append(row.place)
    for unit, places in held.items():
        if len(places) > 1:
            said = f"{ranking.name}: {report.names([unit])} đứng nhiều lần"
            yield Discrepancy("listed_twice", "contradiction", said, tuple(dict.fromkeys(places)))


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
    """Ranks as exact percents within the printed ones may order them; rows may print different digits."""
    rows = sorted(
        (row for row in ranking.rows if row.rank is not None and row.percent is not None), key=_merit
    )
    lowest: PrintedStanding | None = None  # of all that stand above
    for _, group in groupby(rows, key=lambda row: row.rank):
        equal = list(group)
        best, least = max(equal, key=lambda row: _span(row).low), min(equal, key=_most)
        if not _may_follow(best, least):
            names = report.names([best.unit, least.unit])
            said = f"{ranking.name}: {names} cùng hạng {best.rank} nhưng khác chỉ số"
            yield Discrepancy("equal_ranks_differ", "contradiction", said, (best.place, least.place))
        if lowest is not None and not _may_follow(best, lowest):
            said = f"{ranking.name}: {_told(report, lowest)} đứng trên {_told(report, best)}"
            yield Discrepancy("ranks_out_of_order", "contradiction", said, (lowest.place, best.place))
            lowest = None  # it is told once; what follows is held against the next
        lowest = least if lowest is None else min(lowest, least, key=_most)
    if not report.unrounded:
        yield from _parted(report, ranking, rows)


def _may_follow(row: PrintedStanding, above: PrintedStanding) -> bool:
    return begins_within(_span(row), _span(above))


def _told(report: PrintedReport, row: PrintedStanding) -> str:
    return f"{report.names([row.unit])} (hạng {row.rank}, {_percent(row)})"


def _merit(row: PrintedStanding) -> tuple[int, Decimal]:
    assert row.percent is not None and row.rank is not None  # noqa: PT018  # one filter let both in
    return row.rank, -row.percent


def _span(row: PrintedStanding) -> Span:
    assert row.percent is not None
    return rounded(row.percent)


def _most(row: PrintedStanding) -> Decimal:
    return _span(row).high


def _percent(row: PrintedStanding) -> str:
    return f"{vietnamese(row.percent)}%" if row.percent is not None else ""


def _parted(
    report: PrintedReport, ranking: PrintedRanking, rows: Sequence[PrintedStanding]
) -> Iterator[Discrepancy]:
    """Two ranks for one percent, or against the print, may lie in digits that are not printed."""
    for above, row in pairwise(rows):
        if above.rank == row.rank or _merit(row)[1] > _merit(above)[1]:
            continue
        if _may_follow(row, above):
            names = report.names([above.unit, row.unit])
            shown = " và ".join(dict.fromkeys((_percent(above), _percent(row))))
            said = f"{ranking.name}: {names} khác hạng nhờ chữ số không in ({shown})"
            yield Discrepancy("equal_percents_parted", "notice", said, (above.place, row.place))


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
