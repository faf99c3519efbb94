"""The annexes bound into the report: percents by area of every unit; the sheets A1…B12 are a workbook."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from parindex.contracts.snapshots import FrameworkPart, ResultSnapshot, UnitResult
from parindex.kernel.points import compared, parse_decimal, share, total, vietnamese
from report_gen.documents.domain.outline import note, roman
from report_gen.documents.domain.standings import Standing, area_bounds, area_of, bottom_parts, total_percent
from report_gen.documents.domain.texts import DASH, percent
from report_gen.rendering.blocks import Annex, Block, Column, Table

REVIEW_MARK = "*"
REVIEW_NOTE = "(*) Lĩnh vực thuộc diện phải tổ chức kiểm điểm."
EMPTY_NOTE = "(–) Lĩnh vực không có tiêu chí áp dụng, không tính tỷ lệ."


def annexes(result: ResultSnapshot, standings: Sequence[Standing], reference: str) -> Iterator[Block]:
    several = len(standings) > 1
    for number, standing in enumerate(standings, start=1):
        label = f"Phụ lục {roman(number)}" if several else "Phụ lục"
        title = f"Tỷ lệ điểm đạt (%) theo từng lĩnh vực năm {result.period.year} của {standing.words.every}"
        yield Annex(label, title.upper(), reference, landscape=True)
        yield from _legend(standing)
        yield area_table(standing)


def _legend(standing: Standing) -> Iterator[Block]:
    """What the short column heads stand for: full names would fill a page with the header alone."""
    heads = [f"({_head(part)}) {part.name}" for part in bottom_parts(standing.framework)]
    if heads:
        yield note(f"Lĩnh vực: {'; '.join(heads)}.")


def _head(part: FrameworkPart) -> str:
    return part.key.replace("/", ".")


def area_table(standing: Standing) -> Table:
    """Percent of the maximum by unit and area, the mean of the units last."""
    parts = bottom_parts(standing.framework)
    width = 66 // max(len(parts), 1)
    columns = [
        Column("TT", 4, "center"),
        Column("Cơ quan, đơn vị", 20),
        *[Column(_head(part), width, "right") for part in parts],
        Column("Chỉ số chung", 10, "right"),
    ]
    rows = [_row(standing, parts, number, unit) for number, unit in enumerate(standing.units, start=1)]
    notes = [(REVIEW_NOTE, REVIEW_MARK), (EMPTY_NOTE, DASH)]
    return Table(
        "",
        tuple(columns),
        tuple([*rows, _means(standing, parts)] if rows else rows),
        notes=tuple(text for text, mark in notes if any(mark in cell for row in rows for cell in row[2:])),
        total=bool(rows),
    )


def _row(
    standing: Standing, parts: Sequence[FrameworkPart], number: int, unit: UnitResult
) -> tuple[str, ...]:
    cells = [_cell(unit, part.key) for part in parts]
    return (str(number), unit.name, *cells, total_percent(standing.framework, unit))


def _cell(unit: UnitResult, key: str) -> str:
    area = area_of(unit, key)
    mark = REVIEW_MARK if any(review.area == key for review in unit.reviews) else ""
    return percent(area.percent if area else "", area_bounds(unit, key)) + mark


def _means(standing: Standing, parts: Sequence[FrameworkPart]) -> tuple[str, ...]:
    by_part = [
        [area.percent for unit in standing.units if (area := area_of(unit, part.key)) and area.percent]
        for part in parts
    ]
    totals = [unit.percent for unit in standing.units if unit.percent]
    return ("", "Bình quân", *(_mean(figures) for figures in [*by_part, totals]))


def _mean(figures: Sequence[str]) -> str:
    if not figures:
        return DASH
    whole = total([parse_decimal(text) for text in figures])
    return vietnamese(compared(share(whole, Decimal(len(figures)), of=Decimal(1))), 2)
