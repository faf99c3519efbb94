"""Rules against figures printed by Sóc Trăng (2017), Nam Định (2016) and Hải Dương (2022)."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.errors import DomainError
from parindex.kernel.points import output
from scoring_api.frameworks.domain import presets
from scoring_api.frameworks.domain.formula import Guard
from scoring_api.frameworks.domain.rules import BandTable, Formula, Linear, PlainMeasure, Rule, Step
from scoring_api.frameworks.domain.scoring import scale_line, score_value

ONE = Decimal(1)
QUARTERS = [(None, "0"), ("50", "0.25"), ("75", "0.5"), ("100", "1")]


def fraction(part: int, whole: int) -> dict[str, str]:
    return {"numerator": str(part), "denominator": str(whole)}


@pytest.mark.parametrize(
    ("rule", "value", "points"),
    [
        (presets.ratio_steps(QUARTERS), fraction(8, 11), "0.25"),  # one-stop in districts, 72,73 %
        (presets.ratio_steps(QUARTERS), fraction(89, 109), "0.5"),  # in communes, 81,65 %
        (presets.ratio_steps(QUARTERS), fraction(1092, 1110), "0.5"),  # commune officials, 98,38 %
        (presets.ratio_steps(QUARTERS), fraction(109, 109), "1"),
        (presets.ratio_steps(QUARTERS), fraction(1, 2), "0.25"),  # the bound belongs to the upper step
        (presets.ratio_linear(), {"numerator": "99.98", "denominator": "100"}, "0.9998"),
        (presets.ratio_linear(), {"numerator": "99.4", "denominator": "100"}, "0.994"),
        (presets.ratio_capped("90"), fraction(80, 100), "0.8889"),  # electronic documents
        (presets.ratio_linear("80"), {"numerator": "79.99", "denominator": "100"}, "0"),
        (presets.ratio_linear("80"), fraction(80, 100), "0.8"),
        (presets.all_or_nothing("1"), {"count": "0"}, "1"),
        (presets.all_or_nothing("1"), {"count": "3"}, "0"),
        (presets.ratio_steps([(None, "0"), ("100", "1")]), fraction(9282, 10000), "0"),  # budget revenue
        (
            presets.growth_steps([(None, "0"), ("0", "0.25"), ("10", "0.5"), ("20", "1")]),
            {"current": "360", "previous": "325"},
            "0.5",
        ),
        (presets.growth_steps([(None, "0.1"), ("0", "0.5")]), {"current": "1", "previous": "2"}, "0.1"),
        (presets.count_capped("0.5"), {"count": "1"}, "0.5"),
        (presets.count_capped("0.5"), {"count": "7"}, "1"),
        (presets.deduction("0.25"), {"count": "3"}, "0.25"),
        (presets.deduction("0.25"), {"count": "9"}, "0"),
        (presets.deduction("0.25"), {"count": "0", "serious": True}, "0"),
        (presets.punctual_reports("0.5"), {"on_time": "2", "late": "2", "missing": "0"}, "0.75"),
        (presets.punctual_reports(), {"on_time": "2", "late": "1", "missing": "1"}, "0.5"),
        (
            presets.ratio_product(),
            {"numerator": "1", "denominator": "2", "second_numerator": "3", "second_denominator": "4"},
            "0.375",
        ),
        (
            presets.ratio_complement(),
            {"numerator": "5", "second_numerator": "5", "denominator": "40"},
            "0.75",
        ),
        (presets.chosen_level([("cham", "muộn", "0.5"), ("du", "đủ", "1")]), {"level": "cham"}, "0.5"),
    ],
)
def test_points_of_a_value(rule: Rule, value: dict[str, Any], points: str) -> None:
    score = score_value(rule, ONE, value)
    assert output(score.points, 4) == Decimal(points)
    assert (score.max_points, score.status, score.policy) == (ONE, "scored", "")


def test_the_printed_measures_come_out() -> None:
    growth = score_value(presets.growth_steps(QUARTERS), ONE, {"current": "360", "previous": "325"})
    assert growth.measure is not None
    assert output(growth.measure) == Decimal("10.77")
    plan = score_value(presets.ratio_linear(), ONE, fraction(31, 33))
    assert plan.measure is not None
    assert output(plan.measure) == Decimal("93.94")


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (presets.ratio_linear(), fraction(0, 0)),
        (presets.ratio_steps(QUARTERS), fraction(5, 0)),
        (presets.growth_steps(QUARTERS), {"current": "3", "previous": "0"}),
        (presets.punctual_reports(), {"on_time": "0", "late": "0", "missing": "0"}),
        (presets.ratio_complement(), fraction(1, 0)),
        (
            presets.ratio_product(),
            {"numerator": "1", "denominator": "2", "second_numerator": "3", "second_denominator": "0"},
        ),
    ],
)
def test_a_denominator_of_nothing_does_not_arise(rule: Rule, value: dict[str, str]) -> None:
    assert score_value(rule, ONE, value).status == "not_arising"


def test_a_part_greater_than_its_whole_is_full_and_flagged() -> None:
    score = score_value(presets.ratio_linear(), ONE, fraction(314, 283))
    assert (score.points, score.excess) == (1, True)
    assert not score_value(presets.ratio_linear(), ONE, fraction(283, 283)).excess


def test_a_ratio_just_under_a_bound_stays_under_it() -> None:
    rule = presets.ratio_steps([(None, "0"), ("90", "1")])
    assert score_value(rule, ONE, {"numerator": "89.996", "denominator": "100"}).points == 0


def test_a_third_of_a_point_is_kept_to_thirty_decimals() -> None:
    score = score_value(presets.ratio_linear(), ONE, fraction(1, 3))
    assert str(score.points) == "0." + "3" * 30


def test_formulas_take_the_first_guard_that_holds() -> None:
    guards = (Guard("a > 0 and b <= a", "b / a * 100"), Guard("a = 0", "100"))
    rule = Rule(Formula(("a", "b"), guards), Linear(Decimal(0), Decimal(100)))
    assert score_value(rule, ONE, {"variables": {"a": "4", "b": "3"}}).points == Decimal("0.75")
    assert score_value(rule, ONE, {"variables": {"a": "0", "b": "3"}}).points == 1
    assert score_value(rule, ONE, {"variables": {"a": "1", "b": "3"}}).status == "not_arising"
    divided = Rule(Formula(("a",), (Guard(None, "1 / a"),)), Linear(Decimal(0), Decimal(100)))
    assert score_value(divided, ONE, {"variables": {"a": "0"}}).status == "not_arising"


def test_a_measure_without_bounds_is_still_scored() -> None:
    huge = Rule(Formula(("a",), (Guard(None, "*".join("a" * 60)),)), BandTable((Step(None, ONE),)))
    assert score_value(huge, ONE, {"variables": {"a": "999999999999999"}}).points == 1
    assert score_value(huge, ONE, {"variables": {"a": "-999999999999999"}}).points == 1


def test_what_the_system_computes_takes_no_value() -> None:
    rule = presets.self_accuracy(QUARTERS)
    with pytest.raises(DomainError) as refused:
        score_value(rule, ONE, {})
    assert refused.value.code == "leaf_takes_no_value"


def test_points_of_a_leader_are_what_was_given() -> None:
    rule = Rule(PlainMeasure("points"), Linear(Decimal(0), Decimal("2.5")))
    assert score_value(rule, Decimal("2.5"), {"points": "1.75"}).points == Decimal("1.75")


def test_a_table_of_levels_is_no_line() -> None:
    with pytest.raises(DomainError) as refused:
        scale_line(presets.chosen_level([("a", "", "1")]).scale, ONE)
    assert refused.value.code == "leaf_takes_no_value"
