"""Patterns of leaves that a value is entered for; ratios, surveys and attributes of nodes stand next door.

Every example is one that a document prints unless it says that the figures are ours.
"""

from collections.abc import Iterable
from decimal import Decimal

from scoring_api.frameworks.domain.formula import Guard
from scoring_api.frameworks.domain.presets.ratio_presets import Steps, step_table
from scoring_api.frameworks.domain.rules import (
    Deduct,
    Formula,
    Level,
    LevelTable,
    Linear,
    PerItem,
    PlainMeasure,
    Punctuality,
    Rule,
)

COUNT = PlainMeasure("count")


def chosen_level(levels: Iterable[tuple[str, str, str]]) -> Rule:
    """P1: choose one level («chọn mức»): code, label, points.

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: all tasks of the Government done, 15 of them late, is half the points.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = chosen_level([("dung-han", "Hoàn thành đúng hạn", "2"), ("muon", "Hoàn thành, có muộn", "1")])
    >>> score_value(rule, Decimal(2), {"level": "muon"}).points
    Decimal('1')
    """
    rows = tuple(Level(code, label, Decimal(points)) for code, label, points in levels)
    return Rule(PlainMeasure("choice"), LevelTable(rows))


def all_or_nothing(max_points: str) -> Rule:
    """P5: any violation takes everything («có vi phạm: 0 điểm»).

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: three units did not post the hotline, one appointment was wrong: 0.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = all_or_nothing("0.5")
    >>> [str(score_value(rule, Decimal("0.5"), {"count": n}).points) for n in "013"]
    ['0.5', '0', '0']
    """
    return Rule(COUNT, step_table([(None, max_points), ("1", "0")]))


def deduction(points_each: str) -> Rule:
    """P6: points off for each violation, none left on a serious one («trừ điểm»).

    Forms of provinces (Phú Thọ) take points off for discipline; a minor case at half of 0,5 is 0,25. The
    figures are ours.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> score_value(deduction("0.25"), Decimal(1), {"count": "3"}).points.normalize()
    Decimal('0.25')
    >>> score_value(deduction("0.25"), Decimal(1), {"count": "1", "serious": True}).points
    Decimal('0')
    """
    return Rule(COUNT, Deduct(Decimal(points_each)))


def count_capped(points_each: str) -> Rule:
    """P7: points for each item up to the maximum («mỗi sáng kiến»).

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: two initiatives give the maximum, one did not; half is our reading.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> [str(score_value(count_capped("0.5"), Decimal(1), {"count": n}).points.normalize()) for n in "123"]
    ['0.5', '1', '1']
    """
    return Rule(COUNT, PerItem(Decimal(points_each)))


def growth_steps(steps: Steps) -> Rule:
    """P8: steps of the growth on last year («tăng so với năm trước»).

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: 360 new enterprises after 325, +10,77 %, is half the points. The bounds
    are ours.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = growth_steps([(None, "0"), ("0", "0.25"), ("10", "0.5"), ("20", "1")])
    >>> score_value(rule, Decimal(1), {"current": "360", "previous": "325"}).points
    Decimal('0.5')
    """
    return Rule(PlainMeasure("growth"), step_table(steps))


def self_accuracy(steps: Steps) -> Rule:
    """P9: how far the unit's own scores lie from the final ones («độ chính xác tự chấm điểm»).

    QĐ 4361/QĐ-BNV, 1.2.2: one point, not scored by the unit itself. No source prints the steps: they are the
    framework's own. The measure is made in the engine's second pass; here its scale:

    >>> from scoring_api.frameworks.domain.scoring import scale_line
    >>> rule = self_accuracy([(None, "1"), ("3", "0.5"), ("5", "0")])
    >>> [str(scale_line(rule.scale, Decimal(1))(Decimal(gap))[0]) for gap in ("2.99", "3", "5")]
    ['1', '0.5', '0']
    """
    return Rule(PlainMeasure("self_gap"), step_table(steps))


def punctual_reports(late_share: str = "0") -> Rule:
    """P13: reports on time of those due («báo cáo đúng hạn»), a late one counting a part.

    QĐ 2948/QĐ-BNV, Sóc Trăng 2017: of four quarterly reports two were late; what a late one counts is not
    printed. At half:

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> value = {"on_time": "2", "late": "2", "missing": "0"}
    >>> score_value(punctual_reports("0.5"), Decimal(1), value).points.normalize()
    Decimal('0.75')
    """
    return Rule(Punctuality(Decimal(late_share)), Linear(Decimal(0), Decimal(100)))


def guarded_formula(
    variables: Iterable[str], guards: Iterable[tuple[str | None, str]], *, full: str = "100"
) -> Rule:
    """P15: the first guard that holds gives the measure («công thức theo trường hợp»).

    Software of provinces keeps leaves like this: variables, and a choice of formulas. The case is ours.

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = guarded_formula(["tong", "dat"], [("tong = 0", "100"), (None, "dat / tong * 100")])
    >>> values = ({"tong": "0", "dat": "0"}, {"tong": "4", "dat": "3"})
    >>> [str(score_value(rule, Decimal(1), {"variables": value}).points.normalize()) for value in values]
    ['1', '0.75']
    """
    rows = tuple(Guard(when, expression) for when, expression in guards)
    return Rule(Formula(tuple(variables), rows), Linear(Decimal(0), Decimal(full)))
