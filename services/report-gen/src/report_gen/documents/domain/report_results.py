"""The result chapters of the report: bands and the full ranking of one framework; no judgement."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from parindex.contracts.snapshots import BandResult, ResultSnapshot, UnitResult
from report_gen.documents.domain.naming import counted_roll, roll_call, unit_name
from report_gen.documents.domain.outline import body, bullet, heading
from report_gen.documents.domain.standings import Standing, total_percent, total_points
from report_gen.documents.domain.texts import DASH, counted, percent, upper_first
from report_gen.rendering.blocks import Block, Column, Paragraph, Roster, Table

MARKS = {"comparable": "", "partly": " (*)", "not": " (**)"}
_NOTES = {
    "partly": "(*) Thứ hạng năm trước chỉ so sánh được một phần (đơn vị hoặc bộ tiêu chí có thay đổi).",
    "not": "(**) Thứ hạng năm trước không so sánh được.",
}
_BY_PERCENT = (
    "Xếp hạng theo Chỉ số (%), là tỷ lệ giữa điểm đạt và điểm tối đa áp dụng đối với từng cơ quan, đơn vị."
)


def results_chapter(result: ResultSnapshot, standing: Standing) -> Iterable[Block]:
    year, every = result.period.year, standing.words.every
    yield heading(2, f"Kết quả xác định Chỉ số CCHC của {every}")
    yield heading(3, "Kết quả theo nhóm điểm")
    yield body(
        f"Chỉ số CCHC năm {year} của {every} được Hội đồng đánh giá tổng hợp trên cơ sở điểm thẩm định các "
        f"tiêu chí, tiêu chí thành phần và kết quả điều tra xã hội học (nếu có), xác định thành "
        f"{counted(len(standing.bands), 'nhóm điểm')}:"
    )
    yield from [_band(standing, band) for band in standing.bands]
    if standing.unranked:
        names = counted_roll([unit_name(unit) for unit in standing.unranked])
        yield bullet(f"Không xếp hạng (không có tiêu chí áp dụng): {names}.")
    yield heading(3, "Kết quả xếp hạng")
    yield from extremes(standing)
    yield from [_ranking(result, standing, group) for group in standing.rank_groups]


def _band(standing: Standing, band: BandResult) -> Paragraph:
    units = standing.in_band(band.code)
    names = counted_roll([unit_name(unit) for unit in units])
    paragraph = bullet(f"Nhóm đạt Chỉ số tổng hợp {band.name} so với điểm tối đa: {names}.")
    roster = Roster(standing.framework.code, "band", tuple(unit.code for unit in units))
    return replace(paragraph, roster=roster)


def extremes(standing: Standing) -> Iterable[Paragraph]:
    """First and last of each rank group that holds more than one unit."""
    for group in standing.rank_groups:
        units = [unit for unit in standing.ranked if unit.rank_group == group]
        if not units or units[0].rank == units[-1].rank:
            continue
        first = [unit for unit in units if unit.rank == units[0].rank]
        last = [unit for unit in units if unit.rank == units[-1].rank]
        where = f"Trong {standing.group_name(group)}, xếp" if len(standing.rank_groups) > 1 else "Xếp"
        yield body(
            f"{where} thứ nhất: {_with_percent(standing, first)}; xếp cuối: {_with_percent(standing, last)}."
        )


def _with_percent(standing: Standing, units: Sequence[UnitResult]) -> str:
    return (
        f"{roll_call([unit_name(unit) for unit in units])} ({total_percent(standing.framework, units[0])}%)"
    )


def change_text(unit: UnitResult) -> str:
    """The move against last year, always with how far it can be compared."""
    if unit.change is None:
        return DASH
    steps = counted(abs(unit.change), "bậc")
    move = f"tăng {steps}" if unit.change > 0 else f"giảm {steps}" if unit.change else "giữ nguyên"
    return move + MARKS[unit.comparability]


def change_notes(units: Sequence[UnitResult]) -> tuple[str, ...]:
    marks = {unit.comparability for unit in units if unit.change is not None}
    return tuple(text for mark, text in _NOTES.items() if mark in marks)


def _ranking(result: ResultSnapshot, standing: Standing, group: str) -> Table:
    units = [unit for unit in standing.units if unit.rank_group == group]
    previous = result.period.previous_year
    where = f" ({standing.group_name(group)})" if len(standing.rank_groups) > 1 else ""
    columns = [
        Column("Hạng", 9, "center"),
        Column("Cơ quan, đơn vị", 26),
        Column("Điểm", 10, "right"),
        *([Column("Điểm tối đa áp dụng", 10, "right")] if standing.maxima_differ else []),
        Column("Chỉ số (%)", 11, "right"),
        *([Column(f"Hạng năm {previous}", 10, "center"), Column("Tăng, giảm", 12)] if previous else []),
        Column("Nhóm điểm", 15),
        Column("Xếp loại người đứng đầu", 18),
    ]
    return Table(
        f"Xếp hạng Chỉ số CCHC năm {result.period.year} của {standing.words.every}{where}",
        tuple(columns),
        tuple(_ranking_row(standing, unit, with_previous=bool(previous)) for unit in units),
        notes=(
            *((_BY_PERCENT,) if standing.maxima_differ else ()),
            *(change_notes(units) if previous else ()),
        ),
    )


def _ranking_row(standing: Standing, unit: UnitResult, *, with_previous: bool) -> tuple[str, ...]:
    rank = f"{unit.rank}" if unit.rank is not None else DASH
    before = f"{unit.previous_rank}" if unit.previous_rank is not None else DASH
    return (
        rank,
        unit.name,
        total_points(standing.framework, unit),
        *((percent(unit.applicable_max),) if standing.maxima_differ else ()),
        total_percent(standing.framework, unit),
        *((before, change_text(unit)) if with_previous else ()),
        upper_first(standing.band_name(unit.band)) or DASH,
        unit.rating.name or DASH,
    )
