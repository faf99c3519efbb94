"""The annex sheet of one unit («biểu A1…B12»): its whole criteria tree with points, percents and reasons."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from operator import attrgetter

from parindex.contracts.snapshots import LeafResult, UnitResult
from parindex.kernel.points import apportion, output, telling_places, total
from report_gen.documents.domain.report_heads import duties
from report_gen.documents.domain.standings import (
    Standing,
    area_bounds,
    area_of,
    points_bounds,
    total_bounds,
    total_percent,
)
from report_gen.documents.domain.texts import DASH, NONE, decimals
from report_gen.rendering.blocks import Figure, RowStyle, Sheet, SheetColumn, SheetRow

POINT_PLACES = 3
_POINT_FIELDS = ("max_points", "self_points", "appraised_points", "points")
COLUMNS = (
    SheetColumn("STT", 10),
    SheetColumn("Lĩnh vực, tiêu chí, tiêu chí thành phần", 58),
    SheetColumn("Điểm tối đa", 10, "right"),
    SheetColumn("Điểm tự chấm", 10, "right"),
    SheetColumn("Điểm thẩm định", 10, "right"),
    SheetColumn("Điểm đạt", 10, "right"),
    SheetColumn("Tỷ lệ (%)", 10, "right"),
    SheetColumn("Lý do, ghi chú", 46),
)
_STATUS = {
    "not_applicable": "Không áp dụng",
    "not_arising": "Không phát sinh",
    "missing": "Không có số liệu",
}
_STYLES: dict[str, RowStyle] = {"group": "group", "area": "area"}


def unit_sheet(standing: Standing, unit: UnitResult, year: int) -> Sheet:
    columns = [printed_points(unit, attrgetter(name)) for name in _POINT_FIELDS]
    return Sheet(
        name=unit.form,
        title=f"Biểu số {unit.form}",
        subtitle=f"Kết quả đánh giá, xác định Chỉ số CCHC năm {year} của {unit.name}",
        columns=COLUMNS,
        rows=(
            *(_row(unit, leaf, [points[leaf.key] for points in columns]) for leaf in unit.leaves),
            _total(standing, unit),
        ),
        notes=_summary(standing, unit),
    )


def printed_points(unit: UnitResult, figure: Callable[[LeafResult], str]) -> dict[str, Decimal | None]:
    """What each row prints of one column of points, to 3 decimals: the rows under a row add up to it.

    From the top: the parts of the whole share its rounded points by largest remainder, then the parts of each
    part share what it prints, down to the leaves.
    """
    exact = _exact_points(unit, figure)
    scored = {key: points for key, points in exact.items() if points is not None}
    below: dict[str, list[str]] = {}
    for key in scored:
        below.setdefault(_parent(key, scored), []).append(key)
    printed: dict[str, Decimal | None] = dict.fromkeys(exact)
    for parent in sorted(below, key=len):
        shares = apportion([scored[key] for key in below[parent]], POINT_PLACES, printed.get(parent))
        printed |= zip(below[parent], shares, strict=True)
    return printed


def _exact_points(unit: UnitResult, figure: Callable[[LeafResult], str]) -> dict[str, Decimal | None]:
    """Points as computed; what stands above leaves has their sum."""
    leaves = {leaf.key: decimals(figure(leaf)) for leaf in unit.leaves if leaf.source}
    sums = {
        node.key: _sum(points for key, points in leaves.items() if key.startswith(f"{node.key}/"))
        for node in unit.leaves
        if not node.source
    }
    return {node.key: (sums | leaves)[node.key] for node in unit.leaves}


def _parent(key: str, known: Iterable[str]) -> str:
    """The nearest known key above; empty above the top."""
    return max((other for other in known if key.startswith(f"{other}/")), key=len, default="")


def _rounded(points: str) -> Decimal | None:
    value = decimals(points)
    return None if value is None else output(value, POINT_PLACES)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return total(known) if known else None


def _points(value: Decimal | None) -> Figure | None:
    return None if value is None else Figure(value, POINT_PLACES)


def _row(unit: UnitResult, leaf: LeafResult, points: Sequence[Decimal | None]) -> SheetRow:
    area = area_of(unit, leaf.key)
    cells = (
        leaf.code,
        leaf.name,
        *map(_points, points),
        bounded_figure(area.percent, area_bounds(unit, leaf.key)) if area else None,
        _reason(leaf),
    )
    return SheetRow(cells, style=_STYLES.get(leaf.role, "body"), indent=min(leaf.depth, 10))


def bounded_figure(text: str, bounds: Sequence[Decimal] = ()) -> Figure | None:
    """A total or percent as a number: 2 decimals, or as many as keep it on its side of every bound."""
    value = decimals(text)
    if value is None:
        return None
    places = telling_places(value, bounds)
    return Figure(output(value, places), places)


def _reason(leaf: LeafResult) -> str:
    return ". ".join(part for part in (_STATUS.get(leaf.status, ""), leaf.reason) if part)


def _total(standing: Standing, unit: UnitResult) -> SheetRow:
    cells = (
        "",
        "Tổng cộng (trên điểm tối đa áp dụng)",
        _points(_rounded(unit.applicable_max)),
        None,
        None,
        bounded_figure(unit.points, points_bounds(standing.framework, unit)),
        bounded_figure(unit.percent, total_bounds(standing.framework, unit)),
        "",
    )
    return SheetRow(cells, style="total")


def _summary(standing: Standing, unit: UnitResult) -> tuple[str, ...]:
    peers = [other for other in standing.ranked if other.rank_group == unit.rank_group]
    where = f" trong {standing.group_name(unit.rank_group)}" if len(standing.rank_groups) > 1 else ""
    rank = f"{unit.rank}/{len(peers)}{where}" if unit.rank is not None else "không xếp hạng"
    band, rating = standing.band_name(unit.band) or DASH, unit.rating.name or DASH
    return (
        f"Chỉ số CCHC: {total_percent(standing.framework, unit)}% điểm tối đa áp dụng; xếp hạng: {rank}.",
        f"Nhóm điểm: {band}. Xếp loại người đứng đầu: {rating}.",
        f"Phải tổ chức kiểm điểm: {duties(unit) or NONE.lower()}.",
    )
