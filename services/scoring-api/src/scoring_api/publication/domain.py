"""A printed report held against the edition it tells of («đối chiếu văn bản in với kết quả»)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.points import output, vietnamese
from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.intervals import places
from scoring_api.results.domain.detector.report import Discrepancy, PrintedLevel, PrintedReport
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

    A unit printed in a band its percent does not fall into, with another rating, or with a figure that is
    not the edition's rounded to the printed digits, is a contradiction.
    """
    known = {unit.code: unit for unit in units}
    found = list(find_discrepancies(report))
    for level in report.levels:
        found += _wrong_bands(level, known)
        found += _wrong_ratings(level, known)
    for ranking in report.rankings:
        for row in ranking.rows:
            if row.unit in known:
                found += _wrong_figures(row, known[row.unit])
    return found


def _wrong_bands(level: PrintedLevel, known: Mapping[str, ComputedUnit]) -> Iterator[Discrepancy]:
    for band in level.bands:
        for unit in (known[code] for code in band.units if code in known):
            if unit.percent is None:
                continue
            below = band.lower is not None and unit.percent < band.lower
            above = band.upper is not None and unit.percent >= band.upper
            if below or above:
                yield Discrepancy(
                    kind="band_differs_from_result",
                    grade="contradiction",
                    message=f"{unit.name} in ở nhóm {band.name}, kết quả là {vietnamese(unit.percent, 2)}%",
                    places=(band.place,),
                )


def _wrong_ratings(level: PrintedLevel, known: Mapping[str, ComputedUnit]) -> Iterator[Discrepancy]:
    for group in level.rating_groups:
        for unit in (known[code] for code in group.units if code in known):
            if unit.rating != group.rule:
                yield Discrepancy(
                    kind="rating_differs_from_result",
                    grade="contradiction",
                    message=f"{unit.name} in ở mức {group.rule}, kết quả tính là mức {unit.rating}",
                    places=(group.place,),
                )


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
