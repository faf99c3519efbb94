"""Ranges a report prints, bands and rating rules: whether they cover every case and fit what is listed."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.detector.report import (
    Discrepancy,
    Grade,
    PrintedBand,
    PrintedLevel,
    PrintedRatingRule,
    PrintedReport,
)

ZERO = Decimal(0)
Range = tuple[Decimal, Decimal | None]
"""From a bound, included, to under another; None is no end."""


def band_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Bands of a level that leave a range open («dưới 70 %»: a gap nobody need stand in) or overlap.

    Where a band is printed by its name alone («nhóm A»), nothing is known of what the others leave.
    """
    for level in report.levels:
        if any(band.lower is None and band.upper is None for band in level.bands):
            continue
        ranges = sorted(((_range(band), band) for band in level.bands), key=lambda row: row[0][0])
        reached: Decimal | None = ZERO
        for (lower, upper), band in ranges:
            if reached is None or lower < reached:
                said = f"{level.name}: nhóm điểm «{band.name}» chồng lên nhóm khác"
                yield Discrepancy("bands_overlap", "contradiction", said, (band.place,))
            elif lower > reached:
                said = f"{level.name}: không có nhóm điểm nào cho chỉ số {_words((reached, lower))}"
                yield Discrepancy("bands_leave_gap", "notice", said, (band.place,))
            reached = upper if reached is None or upper is None or upper > reached else reached
        if ranges and reached is not None:
            said = f"{level.name}: không có nhóm điểm nào cho chỉ số {_words((reached, None))}"
            yield Discrepancy("bands_leave_gap", "notice", said, (ranges[-1][1].place,))


def _range(band: PrintedBand) -> Range:
    return band.lower or ZERO, band.upper


def rating_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Ratings the printed rules do not give, and cases the rules leave open.

    Read literally, «hoàn thành» is 65 % to under 80 %: a unit of the band 80–90 % is not in it. An open case
    is a contradiction once a listed unit falls into it, else a notice.
    """
    outside = [finding for level in report.levels for finding in _outside(report, level)]
    yield from outside
    gaps = _gaps(report.rating_rules)
    if gaps:
        said = f"quy định xếp loại bỏ ngỏ {len(gaps)} trường hợp: {'; '.join(gaps)}"
        grade: Grade = "contradiction" if outside else "notice"
        places = tuple(rule.place for rule in report.rating_rules)
        yield Discrepancy("rating_rules_leave_gap", grade, said, places)


def _outside(report: PrintedReport, level: PrintedLevel) -> Iterator[Discrepancy]:
    rules = {rule.code: rule for rule in report.rating_rules}
    bands_of: dict[str, list[PrintedBand]] = {}
    for band in level.bands:
        for unit in dict.fromkeys(band.units):
            bands_of.setdefault(unit, []).append(band)
    for group in level.rating_groups:
        rule = rules.get(group.rule)
        if rule is None:
            continue
        span = (rule.total_from or ZERO, rule.total_below)
        held = {unit: bands_of.get(unit, []) for unit in group.units}
        wrong = [u for u, bands in held.items() if bands and not any(_meet(_range(b), span) for b in bands)]
        if wrong:
            said = (
                f"{level.name}: {report.names(wrong)} được xếp loại «{rule.name}» "
                f"nhưng nhóm điểm không thuộc khoảng {_words(span)} mà quy định nêu"
            )
            places = (rule.place, group.place, *(band.place for unit in wrong for band in held[unit]))
            yield Discrepancy("rating_outside_rule", "contradiction", said, tuple(dict.fromkeys(places)))


def _meet(one: Range, other: Range) -> bool:
    return (one[1] is None or other[0] < one[1]) and (other[1] is None or one[0] < other[1])


def _gaps(rules: Sequence[PrintedRatingRule]) -> list[str]:
    """Cases of a total and a lowest area that no rule covers, highest first."""
    if not rules:
        return []
    found = []
    for span in _spans(rules):
        floors = [rule.area_from or ZERO for rule in rules if _covers(rule, span[0])]
        if not floors:
            found.append(f"tổng {_words(span)}")
        elif min(floors) > 0:
            found.append(f"tổng {_words(span)} có lĩnh vực dưới {vietnamese(min(floors))}%")
    return found[::-1]


def _covers(rule: PrintedRatingRule, total: Decimal) -> bool:
    return total >= (rule.total_from or ZERO) and (rule.total_below is None or total < rule.total_below)


def _spans(rules: Iterable[PrintedRatingRule]) -> list[Range]:
    """The line of totals cut at every bound a rule names."""
    bounds = {ZERO}
    for rule in rules:
        bounds |= {bound for bound in (rule.total_from, rule.total_below) if bound is not None}
    cuts = sorted(bounds)
    return list(zip(cuts, [*cuts[1:], None], strict=True))


def _words(span: Range) -> str:
    lower, upper = span
    if upper is None:
        return f"từ {vietnamese(lower)}% trở lên"
    if not lower:
        return f"dưới {vietnamese(upper)}%"
    return f"từ {vietnamese(lower)}% đến dưới {vietnamese(upper)}%"
