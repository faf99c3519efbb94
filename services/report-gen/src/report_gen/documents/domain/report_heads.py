"""The chapter on heads of units: rating classes, what barred the better one, duties of review; no remarks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from parindex.contracts.snapshots import ResultSnapshot, ReviewResult, UnitResult
from report_gen.documents.domain.naming import counted_roll, form_span, head_name, unit_name
from report_gen.documents.domain.outline import body, bullet, heading, note
from report_gen.documents.domain.report_rules import rating_rules, review_rules
from report_gen.documents.domain.standings import Standing, area_bounds, total_percent
from report_gen.documents.domain.texts import counted, figure, lower_first, percent
from report_gen.rendering.blocks import Block, Paragraph, Roster

REPEATED = 2  # years in a row from which a unit is named as having failed to change


def heads_chapter(result: ResultSnapshot, standings: Sequence[Standing]) -> Iterator[Block]:
    """Nothing but the note on the forms where the decision rates no head and orders no review."""
    rated = [standing for standing in standings if standing.framework.ratings]
    watched = [standing for standing in standings if standing.framework.review_threshold]
    if rated or watched:
        yield heading(2, "Đánh giá trách nhiệm của người đứng đầu về công tác cải cách hành chính")
    if rated:
        yield from rating_rules(rated)
    for standing in rated:
        yield heading(3, f"Đối với {standing.words.heads}")
        yield from [_class(standing, rule.code, rule.name) for rule in standing.framework.ratings]
        yield from _barred(standing)
    if watched:
        yield heading(3, "Cơ quan, đơn vị phải tổ chức kiểm điểm")
        yield from review_rules(watched)
        yield from _reviews(result, watched)
    yield _forms(standings)


def _class(standing: Standing, code: str, name: str) -> Paragraph:
    units = standing.with_rating(code)
    text = counted_roll([head_name(unit) for unit in units], "trường hợp")
    roster = Roster(standing.framework.code, "rating", tuple(unit.code for unit in units))
    return replace(bullet(f"Nhóm {lower_first(name)}: {text}."), roster=roster)


def _barred(standing: Standing) -> Iterator[Paragraph]:
    """Heads whose total would have done for a better class, were it not for one area."""
    for unit in standing.ranked:
        blocked = unit.rating.blocked_by
        if blocked is None or blocked.kind != "area":
            continue
        whole = total_percent(standing.framework, unit)
        area = percent(blocked.percent, area_bounds(unit, blocked.key))
        literal = " (trường hợp quy định không nêu trực tiếp)" if unit.rating.by_fall_through else ""
        yield bullet(
            f"{head_name(unit).full}: chỉ số tổng hợp đạt {whole}% nhưng lĩnh vực {blocked.name} đạt {area}% "
            f"(dưới {figure(blocked.floor)}%), do đó không được xếp ở mức cao hơn mà xếp loại "
            f"{lower_first(unit.rating.name)}{literal}."
        )


def _reviews(result: ResultSnapshot, standings: Sequence[Standing]) -> Iterator[Block]:
    units = [unit for standing in standings for unit in standing.units if unit.reviews]
    year = result.period.year
    if not units:
        yield body(f"Năm {year} không có cơ quan, đơn vị nào thuộc diện phải tổ chức kiểm điểm.")
        return
    yield body(
        f"Năm {year} có {counted(len(units), 'cơ quan, đơn vị')} thuộc diện phải tổ chức kiểm điểm, gồm:"
    )
    yield from [bullet(f"{unit.name}: {duties(unit)}.") for unit in units]
    repeated = [unit for unit in units if any(r.consecutive_years >= REPEATED for r in unit.reviews)]
    yield body(
        "Trong đó, cơ quan, đơn vị không có chuyển biến sau kiểm điểm, phải kiểm điểm từ 02 năm liên tiếp "
        f"trở lên: {counted_roll([unit_name(unit) for unit in repeated])}."
    )


def duties(unit: UnitResult) -> str:
    """The areas a unit must review, each with its percent and how many years in a row."""
    return "; ".join(_duty(unit, review) for review in unit.reviews)


def _duty(unit: UnitResult, review: ReviewResult) -> str:
    years = review.consecutive_years
    again = f", {counted(years, 'năm')} liên tiếp" if years >= REPEATED else ""
    return f"lĩnh vực {review.name} ({percent(review.percent, area_bounds(unit, review.area))}%{again})"


def _forms(standings: Sequence[Standing]) -> Paragraph:
    ranges = [
        f"đối với {standing.words.every} {span}"
        for standing in standings
        if (span := form_span(standing.units))
    ]
    return note(
        f"(Kết quả cụ thể của từng cơ quan, đơn vị tại các biểu kèm theo báo cáo: {'; '.join(ranges)})"
    )
