"""The lines of a scale in Vietnamese words: from where to where each one reaches and what it gives."""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from parindex.kernel.canonical import decimal_text
from scoring_api.frameworks.domain.measure_words import amount_text, figure_text, measure_noun, measure_unit
from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    LevelTable,
    Linear,
    Measure,
    PerItem,
    Rule,
)


@dataclass(frozen=True, slots=True)
class ScaleLine:
    """One line of a scale («dòng của thang điểm»): its code, where it applies and what it gives, in words.

    `code` is what a score names as its `step`; `lower` belongs to the line, `upper` does not; `label` is the
    decision's own wording.
    """

    code: str
    reach: str
    gives: str
    lower: Decimal | None = None
    upper: Decimal | None = None
    label: str = ""

    @property
    def text(self) -> str:
        named = f" ({self.label})" if self.label and self.label != self.reach else ""
        return f"{self.reach}{named}: {self.gives}"


def points_text(points: Decimal, places: int = 3) -> str:
    """Points as a sentence says them: at most three decimals, without needless zeros.

    >>> points_text(Decimal("0.2500")), points_text(Decimal(10)), points_text(Decimal(20) / 3)
    ('0,25 điểm', '10 điểm', '6,667 điểm')
    """
    return f"{figure_text(points, places)} điểm"


def scale_lines(rule: Rule, max_points: Decimal) -> tuple[ScaleLine, ...]:
    """Every line of the rule's scale, lowest first."""
    scale, measure = rule.scale, rule.measure
    if isinstance(scale, LevelTable):
        return tuple(
            ScaleLine(level.code, level.label or level.code, points_text(level.points))
            for level in scale.levels
        )
    if isinstance(scale, BandTable):
        return _banded(scale, measure)
    if isinstance(scale, Linear):
        return _linear(scale, measure, max_points)
    if isinstance(scale, PerItem):
        return _per_item(scale, max_points)
    return _deducted(scale, max_points)


def _banded(scale: BandTable, measure: Measure) -> tuple[ScaleLine, ...]:
    uppers = [below.lower for _, below in pairwise(scale.steps)] + [None]
    return tuple(
        ScaleLine(
            "" if step.lower is None else decimal_text(step.lower),
            _reach(measure, step.lower, upper),
            points_text(step.points),
            step.lower,
            upper,
            step.label,
        )
        for step, upper in zip(scale.steps, uppers, strict=True)
    )


def _reach(measure: Measure, lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is not None and upper is not None:
        return f"từ {amount_text(measure, lower)} đến dưới {amount_text(measure, upper)}"
    if lower is not None:
        return f"từ {amount_text(measure, lower)} trở lên"
    return f"dưới {amount_text(measure, upper)}" if upper is not None else "mọi giá trị"


def _linear(scale: Linear, measure: Measure, max_points: Decimal) -> tuple[ScaleLine, ...]:
    floor, full, zero = scale.floor, scale.full, Decimal(0)
    noun, unit = measure_noun(measure), measure_unit(measure)
    whole = unit == "%" and full == 100
    slope = f"điểm chuẩn × {noun}" + ("" if whole else f" / {amount_text(measure, full)}")
    if measure.kind == "points" and full == max_points:
        slope = "đúng số điểm được cho"
    nothing = _reach(measure, None, floor) if floor > 0 else f"từ {amount_text(measure, zero)} trở xuống"
    between = _reach(measure, floor, full) if floor > 0 else f"dưới {amount_text(measure, full)}"
    lines = [
        ScaleLine("under_floor", nothing, "0 điểm", None, floor),
        ScaleLine("line", between, slope, floor, full),
        ScaleLine("full", _reach(measure, full, None), points_text(max_points), full, None),
    ]
    return tuple(line for line in lines if not (line.code == "line" and floor == full))


def _per_item(scale: PerItem, max_points: Decimal) -> tuple[ScaleLine, ...]:
    gives = f"{points_text(scale.points_each)}, không quá {points_text(max_points)}"
    return (ScaleLine("per_item", "mỗi mục", gives),)


def _deducted(scale: Deduct, max_points: Decimal) -> tuple[ScaleLine, ...]:
    each = f"trừ {points_text(scale.points_each)} từ {points_text(max_points)}, không dưới 0"
    return (
        ScaleLine("deduct", "mỗi vi phạm", each),
        ScaleLine("serious", "vi phạm nghiêm trọng", "0 điểm"),
    )
