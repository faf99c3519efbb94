"""The workbook of annex sheets («tập biểu»): overviews first, then a sheet a unit, A1…A18, B1…B12."""

from collections.abc import Iterator, Sequence

from parindex.contracts.snapshots import ResultSnapshot, ReviewResult, UnitResult
from parindex.kernel.text import slug
from report_gen.documents.domain.ballot_counts import GroupCount, ballots_by_group, summed
from report_gen.documents.domain.issuance import Issuance, document_day, noted, provenance
from report_gen.documents.domain.naming import form_order, level_words
from report_gen.documents.domain.standings import (
    Standing,
    area_bounds,
    area_of,
    bottom_parts,
    points_bounds,
    standings,
    total_bounds,
)
from report_gen.documents.domain.texts import upper_first
from report_gen.documents.domain.unit_sheet import bounded_figure, unit_sheet
from report_gen.rendering.blocks import Cell, Sheet, SheetColumn, SheetRow, Workbook

_LABELS = {"comparable": "", "partly": "so sánh được một phần", "not": "không so sánh được"}


def annex_workbook(result: ResultSnapshot, digest: str, issuance: Issuance) -> Workbook:
    """The annexes of one edition. `digest` is the snapshot's own."""
    ranking = standings(result)
    return Workbook(
        title=f"Tập biểu kết quả Chỉ số CCHC năm {result.period.year}",
        file_stem=slug(f"bieu-chi-so-cchc-{result.period.code}-lan-{result.edition}"),
        author=issuance.issuer or result.period.owner_name,
        day=document_day(issuance, result.period),
        footer=noted(issuance, provenance(result, digest)),
        note=issuance.note,
        sheets=tuple(_sheets(result, ranking)),
    )


def _sheets(result: ResultSnapshot, ranking: Sequence[Standing]) -> Iterator[Sheet]:
    for standing in ranking:
        yield _ranking(result, standing)
    for standing in ranking:
        yield _areas(result, standing)
    yield _ballots(result)
    yield _reviews(result, ranking)
    for standing in ranking:
        for unit in sorted(standing.units, key=lambda unit: form_order(unit.form)):
            yield unit_sheet(standing, unit, result.period.year)


def _ranking(result: ResultSnapshot, standing: Standing) -> Sheet:
    grouped = len(standing.rank_groups) > 1
    columns = (
        SheetColumn("Hạng", 6, "center"),
        SheetColumn("Cơ quan, đơn vị", 34),
        SheetColumn("Biểu số", 7, "center"),
        *((SheetColumn("Nhóm xếp hạng", 14),) if grouped else ()),
        SheetColumn("Điểm đạt", 9, "right"),
        SheetColumn("Điểm tối đa áp dụng", 10, "right"),
        SheetColumn("Chỉ số (%)", 9, "right"),
        SheetColumn("Hạng năm trước", 9, "center"),
        SheetColumn("Tăng (+), giảm (-)", 10, "center"),
        SheetColumn("So sánh với năm trước", 14),
        SheetColumn("Nhóm điểm", 18),
        SheetColumn("Xếp loại người đứng đầu", 22),
        SheetColumn("Điểm % còn thiếu để lên nhóm", 14, "right"),
    )
    return Sheet(
        name=f"Xếp hạng {standing.framework.form_prefix}",
        title=f"Xếp hạng Chỉ số CCHC năm {result.period.year} của {standing.words.every}",
        columns=columns,
        rows=tuple(_ranking_row(standing, unit, grouped=grouped) for unit in standing.units),
    )


def _ranking_row(standing: Standing, unit: UnitResult, *, grouped: bool) -> SheetRow:
    framework = standing.framework
    return SheetRow(
        (
            unit.rank,
            unit.name,
            unit.form,
            *((upper_first(standing.group_name(unit.rank_group)),) if grouped else ()),
            bounded_figure(unit.points, points_bounds(framework, unit)),
            bounded_figure(unit.applicable_max),
            bounded_figure(unit.percent, total_bounds(framework, unit)),
            unit.previous_rank,
            unit.change,
            _LABELS[unit.comparability] if unit.change is not None else "",
            upper_first(standing.band_name(unit.band)),
            unit.rating.name,
            bounded_figure(unit.next_band_distance),
        )
    )


def _areas(result: ResultSnapshot, standing: Standing) -> Sheet:
    parts = bottom_parts(standing.framework)
    return Sheet(
        name=f"Lĩnh vực {standing.framework.form_prefix}",
        title=f"Tỷ lệ điểm đạt theo từng lĩnh vực năm {result.period.year} của {standing.words.every} (%)",
        columns=(
            SheetColumn("Hạng", 7, "center"),
            SheetColumn("Cơ quan, đơn vị", 42),
            *(SheetColumn(part.name, 16, "right") for part in parts),
            SheetColumn("Chỉ số chung", 12, "right"),
        ),
        rows=tuple(_area_row(standing, unit, [part.key for part in parts]) for unit in standing.units),
    )


def _area_row(standing: Standing, unit: UnitResult, keys: Sequence[str]) -> SheetRow:
    percents: list[Cell] = [
        bounded_figure(area.percent, area_bounds(unit, key)) if (area := area_of(unit, key)) else None
        for key in keys
    ]
    whole = bounded_figure(unit.percent, total_bounds(standing.framework, unit))
    return SheetRow((unit.rank, unit.name, *percents, whole))


def _ballots(result: ResultSnapshot) -> Sheet:
    return Sheet(
        name="Phiếu điều tra",
        title=f"Kết quả thu phiếu điều tra xã hội học năm {result.period.year}",
        columns=(
            SheetColumn("Đơn vị được đánh giá", 36),
            SheetColumn("Đối tượng lấy ý kiến", 56),
            SheetColumn("Số phiếu theo kế hoạch", 13, "right"),
            SheetColumn("Hợp lệ", 11, "right"),
            SheetColumn("Không hợp lệ", 11, "right"),
            SheetColumn("Ngoài chỉ tiêu", 11, "right"),
        ),
        rows=tuple(_ballot_rows(result)),
        notes=() if result.survey else ("Kỳ đánh giá này không tổ chức điều tra xã hội học.",),
    )


def _ballot_rows(result: ResultSnapshot) -> Iterator[SheetRow]:
    if result.survey is None:
        return
    survey = result.survey
    levels = dict.fromkeys(survey.questionnaire_levels.get(row.questionnaire, "") for row in survey.ballots)
    for level in levels:
        ballots = [
            row for row in survey.ballots if survey.questionnaire_levels.get(row.questionnaire, "") == level
        ]
        for count in ballots_by_group(ballots, survey.group_names):
            yield _ballot_row(level_words(level).short, count)
    yield SheetRow(_ballot_row("Tổng cộng", summed(survey.ballots, "")).cells, style="total")


def _ballot_row(assessed: str, count: GroupCount) -> SheetRow:
    return SheetRow((upper_first(assessed), count.name, count.quota, count.valid, count.invalid, count.held))


def _reviews(result: ResultSnapshot, ranking: Sequence[Standing]) -> Sheet:
    duties = [(unit, review) for standing in ranking for unit in standing.units for review in unit.reviews]
    return Sheet(
        name="Kiểm điểm",
        title=f"Lĩnh vực phải tổ chức kiểm điểm năm {result.period.year}",
        columns=(
            SheetColumn("STT", 7, "center"),
            SheetColumn("Cơ quan, đơn vị", 42),
            SheetColumn("Lĩnh vực", 56),
            SheetColumn("Tỷ lệ đạt (%)", 12, "right"),
            SheetColumn("Ngưỡng (%)", 12, "right"),
            SheetColumn("Số năm liên tiếp", 12, "right"),
        ),
        rows=tuple(_review_row(number, *duty) for number, duty in enumerate(duties, start=1)),
        notes=() if duties else ("Không có cơ quan, đơn vị nào thuộc diện phải tổ chức kiểm điểm.",),
    )


def _review_row(number: int, unit: UnitResult, review: ReviewResult) -> SheetRow:
    percent = bounded_figure(review.percent, area_bounds(unit, review.area))
    threshold = bounded_figure(review.threshold)
    return SheetRow((number, unit.name, review.name, percent, threshold, review.consecutive_years))
