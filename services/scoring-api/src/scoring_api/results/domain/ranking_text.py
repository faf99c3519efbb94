"""A computed index as a ranking to read in a terminal: one list a rank group, best first."""

from collections.abc import Iterator, Sequence

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.outcome import IndexResult, UnitResult

_HEAD = ("Hạng", "Đơn vị", "Điểm", "Tối đa", "Chỉ số", "Nhóm điểm", "Xếp loại", "Năm trước")
_RIGHT = {0, 2, 3, 4, 7}


def ranking_lines(results: Sequence[IndexResult]) -> Iterator[str]:
    """The rankings («bảng xếp hạng»), each under the title of its criteria set."""
    for result in results:
        for group, units in _groups(result).items():
            yield f"{result.framework.title}: {group}"
            yield from _table([_row(unit) for unit in units])
            yield ""


def _groups(result: IndexResult) -> dict[str, list[UnitResult]]:
    """Units by rank group; the unranked stand last."""
    found: dict[str, list[UnitResult]] = {}
    for unit in result.units.values():
        found.setdefault(unit.score.unit.rank_group, []).append(unit)
    for units in found.values():
        units.sort(key=lambda unit: (unit.standing.rank is None, unit.standing.rank or 0))
    return found


def _row(found: UnitResult) -> tuple[str, ...]:
    score, standing = found.score, found.standing
    return (
        "-" if standing.rank is None else str(standing.rank),
        score.unit.name or score.unit.code,
        vietnamese(score.points, 2),
        vietnamese(score.applicable_max, 2),
        "-" if score.percent is None else f"{vietnamese(score.percent, 2)}%",
        score.band.name if score.band else "-",
        score.rating.rating.name if score.rating else "-",
        "" if standing.previous_rank is None else str(standing.previous_rank),
    )


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(len(_HEAD))]
    for row in (_HEAD, *rows):
        cells = [
            cell.rjust(widths[column]) if column in _RIGHT else cell.ljust(widths[column])
            for column, cell in enumerate(row)
        ]
        yield "  ".join(cells).rstrip()
