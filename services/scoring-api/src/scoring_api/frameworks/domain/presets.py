"""The scoring patterns of the decrees by name, each one line over measure × scale; no new behaviour.

The patterns stand in the ministry's and the provinces' sets (QĐ 4361, 2948/QĐ-BNV and after).
"""

from collections.abc import Iterable
from decimal import Decimal

from scoring_api.frameworks.domain.rules import (
    BandTable,
    Deduct,
    Level,
    LevelTable,
    Linear,
    PerItem,
    PlainMeasure,
    Punctuality,
    Rule,
    Step,
)

Steps = Iterable[tuple[str | None, str]]
RATIO, COUNT = PlainMeasure("ratio"), PlainMeasure("count")


def _steps(steps: Steps) -> BandTable:
    return BandTable(
        tuple(Step(None if lower is None else Decimal(lower), Decimal(points)) for lower, points in steps)
    )


def chosen_level(levels: Iterable[tuple[str, str, str]]) -> Rule:
    """Choose one level («chọn mức»): code, label, points."""
    rows = tuple(Level(code, label, Decimal(points)) for code, label, points in levels)
    return Rule(PlainMeasure("choice"), LevelTable(rows))


def ratio_steps(steps: Steps) -> Rule:
    """Steps of a ratio («bậc tỷ lệ»)."""
    return Rule(RATIO, _steps(steps))


def ratio_linear(floor: str = "0") -> Rule:
    """b/a of the maximum, nothing under the floor («tỷ lệ × điểm chuẩn»)."""
    return Rule(RATIO, Linear(Decimal(floor), Decimal(100)))


def ratio_capped(full: str) -> Rule:
    """The maximum from `full` percent on, before it in proportion («đạt T % trở lên: điểm tối đa»)."""
    return Rule(RATIO, Linear(Decimal(0), Decimal(full)))


def all_or_nothing(max_points: str) -> Rule:
    """Any violation takes everything («có vi phạm: 0 điểm»)."""
    return Rule(COUNT, _steps([(None, max_points), ("1", "0")]))


def deduction(points_each: str) -> Rule:
    """Points off for each violation («trừ điểm»)."""
    return Rule(COUNT, Deduct(Decimal(points_each)))


def count_capped(points_each: str) -> Rule:
    """Points for each item up to the maximum («mỗi sáng kiến»)."""
    return Rule(COUNT, PerItem(Decimal(points_each)))


def growth_steps(steps: Steps) -> Rule:
    """Steps of the growth on last year («tăng so với năm trước»)."""
    return Rule(PlainMeasure("growth"), _steps(steps))


def self_accuracy(steps: Steps) -> Rule:
    """How far the unit's own scores lie from the final ones («tự chấm sát kết quả thẩm định»)."""
    return Rule(PlainMeasure("self_gap"), _steps(steps))


def punctual_reports(late_share: str = "0") -> Rule:
    """Reports on time of those due («báo cáo đúng hạn»), a late one counting a part."""
    return Rule(Punctuality(Decimal(late_share)), Linear(Decimal(0), Decimal(100)))


def ratio_product() -> Rule:
    """A ratio of a ratio in proportion («tích hai tỷ lệ»)."""
    return Rule(PlainMeasure("product"), Linear(Decimal(0), Decimal(100)))


def ratio_complement() -> Rule:
    """100 % less the shares that failed, in proportion («phần bù»)."""
    return Rule(PlainMeasure("complement"), Linear(Decimal(0), Decimal(100)))
