"""A printed report held against the edition it tells of («đối chiếu văn bản in với kết quả»)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.detector.detecting import find_discrepancies
from scoring_api.results.domain.detector.report import Discrepancy, PrintedLevel, PrintedReport


@dataclass(frozen=True, slots=True)
class ComputedUnit:
    """What the edition says of a unit («kết quả của đơn vị»)."""

    code: str
    name: str
    percent: Decimal
    rating: str


def compare_with_print(report: PrintedReport, units: Sequence[ComputedUnit]) -> list[Discrepancy]:
    """What contradicts itself in print, then what the print says otherwise than the edition.

    A unit printed in a band its percent does not fall into, or with another rating, is a contradiction.
    """
    known = {unit.code: unit for unit in units}
    found = list(find_discrepancies(report))
    for level in report.levels:
        found += _wrong_bands(level, known)
        found += _wrong_ratings(level, known)
    return found


def _wrong_bands(level: PrintedLevel, known: Mapping[str, ComputedUnit]) -> Iterator[Discrepancy]:
    for band in level.bands:
        for unit in (known[code] for code in band.units if code in known):
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
