"""What the index is computed from: entries of leaves, counts of the survey, the year before; no rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from scoring_api.frameworks.domain.scoring import LeafScore

Comparability = Literal["comparable", "partly", "not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyCell:
    """Counts of one unit, questionnaire, respondent group and question («số phiếu theo phương án»)."""

    unit: str
    questionnaire: str
    group: str
    question: str
    counts: Mapping[str, int]
    blank: int = 0
    double: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafEntry:
    """What stands for one leaf of one unit («kết quả thẩm định»): checked values, never points of the unit.

    `override` are points the council set with a reason; `self_value` is what the unit claimed.
    """

    value: Mapping[str, Any] | None = None
    override: Decimal | None = None
    not_applicable: bool = False
    self_value: Mapping[str, Any] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousYear:
    """What last year says about a unit («kết quả năm trước»).

    `review_years` counts the years in a row an area has obliged to a review, last year included; `values`
    are last year's values, for leaves that fall back on them.
    """

    rank: int | None = None
    percent: Decimal | None = None
    comparability: Comparability = "comparable"
    review_years: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessedUnit:
    """A unit in the period («đơn vị được đánh giá») and the list it is ranked in; its name is for readers."""

    code: str
    rank_group: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitInput:
    """Everything the score of one unit needs («dữ liệu đầu vào»); units are scored one by one.

    `withheld` are scores of survey leaves taken as given, where a public pack keeps the counts back.
    """

    unit: AssessedUnit
    entries: Mapping[str, LeafEntry]
    cells: Sequence[TallyCell] = ()
    previous: PreviousYear | None = None
    withheld: Mapping[str, LeafScore] = field(default_factory=dict)

    @property
    def review_years(self) -> Mapping[str, int]:
        return self.previous.review_years if self.previous is not None else {}
