"""The index of units as immutable data; how it comes about stands in the engine, standing and ranks."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.framework import Band, Framework, Node, RatingClass
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.inputs import AssessedUnit, Comparability, UnitInput


class PartScore(NamedTuple):
    """A group or an area of one unit («nhóm, lĩnh vực»).

    `percent` is over the leaf sources the area declares, `percent_max` what of them applied; None when
    nothing did.
    """

    node: Node
    points: Decimal
    max_points: Decimal
    percent_points: Decimal
    percent_max: Decimal
    percent: Decimal | None


@dataclass(frozen=True, slots=True)
class BlockedBy:
    """The first unmet floor of the class just above the one awarded («lý do không đạt mức trên»)."""

    kind: Literal["total", "area"]
    key: str
    name: str
    percent: Decimal
    floor: Decimal


@dataclass(frozen=True, slots=True)
class HeadRating:
    """The rating of the head («xếp loại người đứng đầu»).

    `by_fall_through`: the total alone belongs to a better class; the decision's text covers the case not.
    """

    rating: RatingClass
    blocked_by: BlockedBy | None
    by_fall_through: bool


@dataclass(frozen=True, slots=True)
class ReviewDuty:
    """A duty to hold a review («phải tổ chức kiểm điểm»), this year counted."""

    area: str
    name: str
    percent: Decimal
    threshold: Decimal
    consecutive_years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitScore:
    """The index of one unit («chỉ số của đơn vị»), before it is ranked.

    `leaves` stand in tree order. `percent`, `band` and `rating` are None when nothing applied. `undecided`
    are leaves the council must still score, `skipped_areas` areas of which nothing applied, so that the
    rating or the duty to review passes them over.
    """

    unit: AssessedUnit
    leaves: tuple[LeafScore, ...]
    parts: tuple[PartScore, ...]
    points: Decimal
    applicable_max: Decimal
    bonus: Decimal
    penalty: Decimal
    percent: Decimal | None
    band: Band | None
    next_band: Band | None
    next_band_distance: Decimal | None
    rating: HeadRating | None
    reviews: tuple[ReviewDuty, ...]
    undecided: tuple[str, ...]
    skipped_areas: tuple[str, ...]
    tie_values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place in its list («xếp hạng») beside last year's.

    `change` is previous − current, so that positive rose; `percent_change` is current − previous in points
    of percent («điểm phần trăm»), no relative growth.
    """

    rank: int | None
    previous_rank: int | None
    change: int | None
    previous_percent: Decimal | None
    percent_change: Decimal | None
    comparability: Comparability


@dataclass(frozen=True, slots=True)
class UnitResult:
    """Score and standing of one unit («kết quả của đơn vị»)."""

    score: UnitScore
    standing: Standing


@dataclass(frozen=True, slots=True)
class IndexResult:
    """The index of a framework's units («kết quả xác định chỉ số»), by unit code in the given order."""

    framework: Framework
    inputs: Mapping[str, UnitInput]
    units: Mapping[str, UnitResult]


def lost_points(framework: Framework, score: UnitScore) -> tuple[tuple[str, Decimal], ...]:
    """Leaves that kept points back and how many («điểm bị trừ»), most first, ties in tree order."""
    lost = [
        (leaf.key, NUMBERS.subtract(outcome.max_points, outcome.points))
        for leaf, outcome in zip(framework.leaves, score.leaves, strict=True)
        if leaf.effect == "points" and outcome.points < outcome.max_points
    ]
    return tuple(sorted(lost, key=lambda row: row[1], reverse=True))
