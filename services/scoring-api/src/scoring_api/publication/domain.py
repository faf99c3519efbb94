"""A printed report held against the edition it tells of («đối chiếu văn bản in với kết quả»)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.points import output, telling_places, vietnamese
from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.intervals import places
from scoring_api.results.domain.detector.report import (
    Discrepancy,
    PrintedBand,
    PrintedRatingGroup,
    PrintedReport,
)
from scoring_api.results.domain.detector.statements import PrintedStanding


@dataclass(frozen=True, slots=True)
class ComputedUnit:
    """What the edition says of a unit («kết quả của đơn vị»)."""

    code: str
    name: str
    percent: Decimal | None
    rating: str
    points: Decimal | None = None
    applicable_max: Decimal | None = None
    rank: int | None = None
    previous_rank: int | None = None
    change: int | None = None


def compare_with_print(report: PrintedReport, units: Sequence[ComputedUnit]) -> list[Discrepancy]:
    """What contradicts itself in print, then what the print says otherwise than the edition.

    A unit that is not in the edition, is printed in a band its percent does not fall into, with another
    rating, or with a figure that is not the edition's rounded to the printed digits, is a contradiction.
    """
    known = {unit.code: unit for unit in units}
    found = list(find_discrepancies(report))
    for level in report.levels:
        for band in level.bands:
            found += _strangers(report, band.name, band.place, band.units, known)
            found += _wrong_band(band, known)
        for group in level.rating_groups:
            found += _strangers(report, group.rule, group.place, group.units, known)
            found += _wrong_ratings(report, group, known)
    for ranking in report.rankings:
        for row in ranking.rows:
            found += _strangers(report, ranking.name, row.place, (row.unit,), known)
            if row.unit in known:
                found += _wrong_figures(row, known[row.unit])
    return found


def _strangers(
    report: PrintedReport, name: str, place: str, units: Sequence[str], known: Mapping[str, ComputedUnit]
) -> Iterator[Discrepancy]:
    """Units no edition tells of: a wrong code must not pass for a figure that agrees."""
    unknown = [unit for unit in units if unit not in known]
    if unknown:
        said = f"{name}: {report.names(unknown)} không có trong kết quả đã công bố"
        yield Discrepancy("unit_not_in_result", "contradiction", said, (place,))


def _wrong_band(band: PrintedBand, known: Mapping[str, ComputedUnit]) -> Iterator[Discrepancy]:
    bounds = [bound for bound in (band.lower, band.upper) if bound is not None]
    for unit in (known[code] for code in band.units if code in known):
        percent = unit.percent
        if percent is not None:
            below = band.lower is not None and percent < band.lower
            if not below and (band.upper is None or percent < band.upper):
                continue
        result = "không có" if percent is None else f"{vietnamese(percent, telling_places(percent, bounds))}%"
        said = f"{unit.name} in ở nhóm {band.name}, kết quả là {result}"
        yield Discrepancy("band_differs_from_result", "contradiction", said, (band.place,))


def _wrong_ratings(
    report: PrintedReport, group: PrintedRatingGroup, known: Mapping[str, ComputedUnit]
) -> Iterator[Discrepancy]:
    names = {rule.code: rule.name for rule in report.rating_rules}
    for unit in (known[code] for code in group.units if code in known):
        if unit.rating != group.rule:
            result = names.get(unit.rating, unit.rating or "không có")
            said = f"{unit.name} in ở mức {names.get(group.rule, group.rule)}, kết quả tính là mức {result}"
            yield Discrepancy("rating_differs_from_result", "contradiction", said, (group.place,))


def _wrong_figures(row: PrintedStanding, unit: ComputedUnit) -> Iterator[Discrepancy]:
    """What a ranking prints of a unit against its result; what it does not print is not looked at."""
    for word, printed, exact in (
        ("điểm", row.points, unit.points),
        ("điểm tối đa", row.max_points, unit.applicable_max),
        ("chỉ số", row.percent, unit.percent),
    ):
        if printed is None:
            continue
        computed = None if exact is None else output(exact, places(printed))
        if computed != printed:
            yield _differs(unit, word, vietnamese(printed), _shown(computed), row.place)
    for word, stated, counted in (
        ("hạng", row.rank, unit.rank),
        ("hạng năm trước", row.previous_rank, unit.previous_rank),
        ("thay đổi bậc", row.change, unit.change),
    ):
        if stated is not None and stated != counted:
            yield _differs(unit, word, str(stated), _shown(counted), row.place)


def _shown(figure: Decimal | int | None) -> str:
    return "không có" if figure is None else vietnamese(figure)


def _differs(unit: ComputedUnit, word: str, printed: str, computed: str, place: str) -> Discrepancy:
    return Discrepancy(
        kind="figure_differs_from_result",
        grade="contradiction",
        message=f"{unit.name}: {word} in {printed}, kết quả là {computed}",
        places=(place,),
    )
