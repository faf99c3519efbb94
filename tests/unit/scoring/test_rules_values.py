"""Checking claimed values: every fault at once, each at its place."""

from decimal import Decimal
from typing import Any

import pytest

from scoring_api.frameworks.domain import presets
from scoring_api.frameworks.domain.formula import Guard
from scoring_api.frameworks.domain.rules import Formula, Linear, PlainMeasure, Rule
from scoring_api.frameworks.domain.values import check_value

ONE = Decimal(1)
LEVELS = presets.chosen_level([("co", "Có", "1"), ("khong", "Không", "0")])
FORMULA = Rule(Formula(("a", "b"), (Guard(None, "a + b"),)), Linear(Decimal(0), Decimal(100)))
LEADER = Rule(PlainMeasure("points"), Linear(Decimal(0), ONE))


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (presets.ratio_linear(), {"numerator": "314", "denominator": "283"}),
        (presets.ratio_linear(), {"numerator": "1234.56", "denominator": 2000}),
        (presets.ratio_linear(), {"numerator": "0", "denominator": "0"}),
        (LEVELS, {"level": "co"}),
        (presets.deduction("0.5"), {"count": "2", "serious": False}),
        (presets.ratio_complement(), {"numerator": "1", "denominator": "2"}),
        (FORMULA, {"variables": {"a": "-1", "b": "0"}}),
        (LEADER, {"points": "0.5"}),
    ],
)
def test_proper_values_pass(rule: Rule, value: object) -> None:
    assert check_value(rule, ONE, value) == ()


@pytest.mark.parametrize(
    ("rule", "value", "faults"),
    [
        (
            presets.ratio_linear(),
            {"numerator": "-1", "denominator": "NaN", "x": "1"},
            {
                ("/x", "unknown_attribute"),
                ("/numerator", "figure_too_small"),
                ("/denominator", "not_a_figure"),
            },
        ),
        (
            presets.ratio_linear(),
            {"numerator": "12 hồ sơ"},
            {("/numerator", "not_a_figure"), ("/denominator", "value_missing")},
        ),
        (presets.ratio_linear(), {"numerator": 1.5, "denominator": True}, None),
        (presets.ratio_linear(), {"numerator": "1e400", "denominator": "Infinity"}, None),
        (presets.ratio_linear(), ["1", "2"], {("", "not_an_object")}),
        (LEVELS, {"level": "mot-phan"}, {("/level", "value_unknown_level")}),
        (LEVELS, {"level": ["co"]}, {("/level", "value_unknown_level")}),
        (LEVELS, {}, {("/level", "value_unknown_level")}),
        (
            presets.deduction("0.5"),
            {"count": "1.5", "serious": "có"},
            {("/count", "not_a_whole_number"), ("/serious", "not_a_flag")},
        ),
        (
            FORMULA,
            {"variables": {"a": "x"}},
            {("/variables/a", "not_a_figure"), ("/variables/b", "value_missing")},
        ),
        (FORMULA, {"variables": "a"}, {("/variables", "not_an_object")}),
        (LEADER, {"points": "1.01"}, {("/points", "points_above_maximum")}),
        (presets.self_accuracy([(None, "0")]), {}, {("", "leaf_takes_no_value")}),
    ],
)
def test_every_fault_is_told(rule: Rule, value: Any, faults: set[tuple[str, str]] | None) -> None:
    found = {(fault.pointer, fault.code) for fault in check_value(rule, ONE, value)}
    expected = (
        {("/numerator", "not_a_figure"), ("/denominator", "not_a_figure")} if faults is None else faults
    )
    assert found == expected
