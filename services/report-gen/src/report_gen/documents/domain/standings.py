"""One framework's units as the chapters need them: in order, by band, by rating; no sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from parindex.contracts.snapshots import (
    AreaResult,
    BandResult,
    FrameworkPart,
    FrameworkSummary,
    ResultSnapshot,
    UnitResult,
)
from parindex.kernel.points import HUNDRED, parse_decimal
from report_gen.documents.domain.naming import LevelWords, framework_words
from report_gen.documents.domain.texts import ordinal, percent


@dataclass(frozen=True, slots=True)
class Standing:
    """The results under one framework («bảng xếp hạng»); `units` by rank, unranked ones last."""

    framework: FrameworkSummary
    words: LevelWords
    units: tuple[UnitResult, ...]

    @property
    def ranked(self) -> tuple[UnitResult, ...]:
        return tuple(unit for unit in self.units if unit.rank is not None)

    @property
    def unranked(self) -> tuple[UnitResult, ...]:
        return tuple(unit for unit in self.units if unit.rank is None)

    @property
    def rank_groups(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(unit.rank_group for unit in self.units))

    @property
    def maxima_differ(self) -> bool:
        """Whether points alone do not order the units: some are out of less than 100."""
        return any(parse_decimal(unit.applicable_max) != HUNDRED for unit in self.ranked)

    def group_name(self, code: str) -> str:
        """A rank group in prose: by its place, since its code is nothing to read."""
        return f"nhóm xếp hạng {ordinal(self.rank_groups.index(code) + 1)}"

    def in_band(self, code: str) -> tuple[UnitResult, ...]:
        return tuple(unit for unit in self.ranked if unit.band == code)

    def with_rating(self, code: str) -> tuple[UnitResult, ...]:
        return tuple(unit for unit in self.ranked if unit.rating.code == code)

    @property
    def bands(self) -> tuple[BandResult, ...]:
        """The bands to print: those of the decision, and one that only closes a gap if somebody is in it."""
        return tuple(band for band in self.framework.bands if band.printed or self.in_band(band.code))

    def band_name(self, code: str) -> str:
        return next((band.name for band in self.framework.bands if band.code == code), "")


def standings(result: ResultSnapshot) -> tuple[Standing, ...]:
    return tuple(
        Standing(
            framework,
            framework_words(framework, result.frameworks),
            _in_order([unit for unit in result.units if unit.framework == framework.code]),
        )
        for framework in result.frameworks
    )


def _in_order(units: Sequence[UnitResult]) -> tuple[UnitResult, ...]:
    """By rank group as they come, then rank; equal ranks keep the snapshot's order."""
    groups = list(dict.fromkeys(unit.rank_group for unit in units))
    last = len(units) + 1
    return tuple(
        sorted(units, key=lambda unit: (unit.rank is None, groups.index(unit.rank_group), unit.rank or last))
    )


def bottom_parts(framework: FrameworkSummary) -> tuple[FrameworkPart, ...]:
    """The parts that hold criteria and no further part: the columns of a table by area."""
    keys = [part.key for part in framework.parts]
    return tuple(part for part in framework.parts if not any(key.startswith(f"{part.key}/") for key in keys))


def area_of(unit: UnitResult, key: str) -> AreaResult | None:
    return next((area for area in unit.areas if area.key == key), None)


def total_percent(framework: FrameworkSummary, unit: UnitResult) -> str:
    """The unit's index, with as many digits as keep it in its band."""
    return percent(unit.percent, total_bounds(framework, unit))


def total_points(framework: FrameworkSummary, unit: UnitResult) -> str:
    return percent(unit.points, points_bounds(framework, unit))


def total_bounds(framework: FrameworkSummary, unit: UnitResult) -> list[Decimal]:
    floors = [parse_decimal(band.floor) for band in framework.bands if band.floor]
    blocked = unit.rating.blocked_by
    return [*floors, parse_decimal(blocked.floor)] if blocked and blocked.kind == "total" else floors


def points_bounds(framework: FrameworkSummary, unit: UnitResult) -> list[Decimal]:
    """Points out of 100 are the index itself and must not seem to stand on the other side of a bound."""
    out_of_hundred = unit.applicable_max and parse_decimal(unit.applicable_max) == HUNDRED
    return total_bounds(framework, unit) if out_of_hundred else []


def area_bounds(unit: UnitResult, key: str) -> list[Decimal]:
    """What an area's percent is held against: a review threshold, the floor that blocked a class."""
    bounds = [parse_decimal(review.threshold) for review in unit.reviews if review.area == key]
    blocked = unit.rating.blocked_by
    if blocked and blocked.kind == "area" and blocked.key == key:
        bounds.append(parse_decimal(blocked.floor))
    return bounds
