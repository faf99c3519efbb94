"""The rule of a leaf as data, measure × scale; how it is read and applied stands elsewhere.

Sources of the patterns: QĐ 1294, 4361, 2948/QĐ-BNV and the provincial sets built on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from scoring_api.frameworks.domain.formula import Guard

PlainKind = Literal["choice", "ratio", "product", "complement", "count", "growth", "self_gap", "points"]


@dataclass(frozen=True, slots=True)
class PlainMeasure:
    """A measure without terms of its own («cách đo»)."""

    kind: PlainKind


@dataclass(frozen=True, slots=True)
class Punctuality:
    """Reports on time («báo cáo đúng hạn»): a late one counts `late_share` of one on time."""

    late_share: Decimal
    kind: Literal["punctuality"] = "punctuality"


@dataclass(frozen=True, slots=True)
class Formula:
    """A guarded formula («công thức theo trường hợp»): the first guard that holds gives the measure."""

    variables: tuple[str, ...]
    guards: tuple[Guard, ...]
    kind: Literal["formula"] = "formula"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a survey leaf («câu hỏi»); an option of weight None stays outside the count."""

    code: str
    weight: Decimal
    options: Mapping[str, Decimal | None]


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey of organisations («điều tra xã hội học»): option weights in percent over valid answers.

    `groups` names the respondent groups that count, with weights; empty means every group that answered.
    """

    questionnaires: tuple[str, ...]
    questions: tuple[Question, ...]
    combine: Literal["pool", "mean_of_groups", "weighted_groups"]
    groups: Mapping[str, Decimal]
    minimum: int
    kind: Literal["survey"] = "survey"


@dataclass(frozen=True, slots=True)
class Sipas:
    """The satisfaction index («Chỉ số hài lòng», QĐ 2640/QĐ-BNV, QĐ 1001/QĐ-BNV), method declared."""

    questionnaires: tuple[str, ...]
    questions: tuple[str, ...]
    method: Literal["share", "mean"]
    pooling: Literal["pooled", "mean_of_questions", "mean_of_factors", "overall_question"]
    satisfied: tuple[str, ...]
    scale_options: tuple[str, ...]
    factors: Mapping[str, tuple[str, ...]]
    overall: str
    minimum: int
    kind: Literal["sipas"] = "sipas"


Measure = PlainMeasure | Punctuality | Formula | Survey | Sipas


@dataclass(frozen=True, slots=True)
class Level:
    """One answer to choose («mức»)."""

    code: str
    label: str
    points: Decimal


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Chosen level → points («chọn mức»)."""

    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """Points from a bound upwards, the bound included («bậc»); the first step has no lower bound.

    `label` is the decision's own wording, where it has one.
    """

    lower: Decimal | None
    points: Decimal
    label: str = ""


@dataclass(frozen=True, slots=True)
class BandTable:
    """A partition of the measure into steps («thang bậc»)."""

    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Linear:
    """Nothing under the floor, the maximum from `full` on, in between maximum × measure / full («tỷ lệ»)."""

    floor: Decimal
    full: Decimal


@dataclass(frozen=True, slots=True)
class PerItem:
    """Points for each item up to the maximum («mỗi … được k điểm»)."""

    points_each: Decimal


@dataclass(frozen=True, slots=True)
class Deduct:
    """The maximum less points for each violation, 0 on a serious one («trừ điểm»)."""

    points_each: Decimal


Scale = LevelTable | BandTable | Linear | PerItem | Deduct


@dataclass(frozen=True, slots=True)
class RuleCase:
    """A worked case that must come out before a framework is published («ví dụ kiểm tra»)."""

    value: Mapping[str, Any]
    points: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """How a leaf gets its points («cách tính điểm»): a measure and a scale."""

    measure: Measure
    scale: Scale
    cases: tuple[RuleCase, ...] = ()

    @property
    def takes_value(self) -> bool:
        """False for what comes out of tallies or out of the other leaves."""
        return self.measure.kind not in {"survey", "sipas", "self_gap"}
