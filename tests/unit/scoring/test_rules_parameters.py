"""Every parameter of a rule is checked: what cannot be scored is refused under its pointer, in Vietnamese."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain import presets
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.rules import BandTable, Formula
from scoring_api.frameworks.domain.values import check_value
from tests.unit.scoring.framework_json import Json, document, framework, leaf

LINE: Json = {"kind": "linear", "floor": "0", "full": "100"}
BANDS: Json = {"kind": "table", "bands": [{"from": None, "points": "1"}]}
GUARD: Json = {"expression": "a"}


def faults_of(measure: Json, scale: Json, **terms: Any) -> list[tuple[str, str]]:
    """Pointers below the leaf, and codes; every fault must say something."""
    node = leaf("1", "1", {"measure": measure, "scale": scale}, role="group", **terms)
    faults: tuple[Fault, ...] = ()
    try:
        parse_framework(document(node, leaf("2", "99", role="group")))
    except DomainError as refused:
        faults = refused.faults
    assert all(fault.detail and fault.pointer.startswith("/nodes/0") for fault in faults)
    return [(fault.pointer.removeprefix("/nodes/0/"), fault.code) for fault in faults]


def steps(*bands: tuple[str | None, str]) -> Json:
    return {"kind": "table", "bands": [{"from": low, "points": points} for low, points in bands]}


def formula(*guards: Json, variables: tuple[str, ...] = ("a",)) -> Json:
    return {"kind": "formula", "variables": list(variables), "guards": list(guards)}


SURVEY: Json = {
    "kind": "survey",
    "questionnaires": ["p"],
    "questions": [{"code": "c", "options": {"A": "100"}}],
}
SIPAS: Json = {
    "kind": "sipas",
    "questionnaires": ["p"],
    "questions": ["c"],
    "satisfied": ["4"],
    "scale_options": ["3", "4"],
}
RATIO, COUNT = {"kind": "ratio"}, {"kind": "count"}


@pytest.mark.parametrize(
    ("measure", "scale", "pointer", "code"),
    [
        (
            RATIO,
            steps((None, "0"), ("50", "1"), ("50", "1")),
            "rule/scale/bands/2/from",
            "bands_not_ascending",
        ),
        (RATIO, steps((None, "0"), (None, "1")), "rule/scale/bands/1/from", "bands_leave_gap"),
        (RATIO, steps(("0", "0")), "rule/scale/bands/0/from", "bands_leave_gap"),
        (RATIO, steps((None, "1.5")), "rule/scale/bands/0/points", "points_above_maximum"),
        (RATIO, steps((None, "-1")), "rule/scale/bands/0/points", "figure_too_small"),
        (RATIO, steps((None, "NaN")), "rule/scale/bands/0/points", "not_a_figure"),
        (RATIO, steps((None, "0"), ("1e400", "1")), "rule/scale/bands/1/from", "not_a_figure"),
        (RATIO, {"kind": "linear", "floor": "90", "full": "80"}, "rule/scale/full", "bad_line"),
        (RATIO, {"kind": "linear", "full": "0"}, "rule/scale/full", "bad_line"),
        (RATIO, {"kind": "linear", "floor": "-1"}, "rule/scale/floor", "figure_too_small"),
        (COUNT, {"kind": "per_item", "points_each": "0"}, "rule/scale/points_each", "points_not_positive"),
        (COUNT, {"kind": "deduct", "points_each": "0"}, "rule/scale/points_each", "points_not_positive"),
        (COUNT, {"kind": "deduct", "points_each": "Infinity"}, "rule/scale/points_each", "not_a_figure"),
        (RATIO, {"kind": "deduct", "points_each": "1"}, "rule/scale/kind", "scale_needs_count"),
        ({"kind": "choice"}, LINE, "rule/scale/kind", "scale_needs_levels"),
        ({"kind": "self_gap"}, LINE, "rule/scale/kind", "scale_needs_bands"),
        ({"kind": "punctuality", "late_share": "1.1"}, LINE, "rule/measure/late_share", "share_above_one"),
        (
            formula(GUARD, {"when": "a > 0", "expression": "a"}),
            LINE,
            "rule/measure/guards/1",
            "guard_never_reached",
        ),
        (formula(GUARD, variables=("a", "and")), LINE, "rule/measure/variables/1", "bad_variable"),
        (formula(GUARD, variables=("a", "Á")), LINE, "rule/measure/variables/1", "bad_variable"),
        (formula({"expression": "a" * 1_000_000}), LINE, "rule/measure/guards/0/expression", "not_a_text"),
        (
            formula({"expression": "+".join("a" * 300)}),
            LINE,
            "rule/measure/guards/0/expression",
            "bad_expression",
        ),
        (formula({"expression": "(" * 50 + "a"}), LINE, "rule/measure/guards/0/expression", "bad_expression"),
        (formula(GUARD | {"label": 5}), LINE, "rule/measure/guards/0/label", "not_a_text"),
        (
            SURVEY | {"questions": [{"code": "c", "weight": "0", "options": {"A": "1"}}]},
            LINE,
            "rule/measure/questions/0/weight",
            "weight_not_positive",
        ),
        (
            SURVEY | {"combine": "weighted_groups", "groups": [{"code": "g", "weight": "-1"}]},
            LINE,
            "rule/measure/groups/0/weight",
            "figure_too_small",
        ),
        (SURVEY | {"minimum": 0}, LINE, "rule/measure/minimum", "not_a_whole_number"),
        (SIPAS | {"scale_options": ["4"]}, LINE, "rule/measure/scale_options", "scale_too_short"),
        (SIPAS | {"satisfied": ["9"]}, LINE, "rule/measure/satisfied", "unknown_choice"),
    ],
)
def test_a_parameter_that_cannot_be_scored_is_refused(
    measure: Json, scale: Json, pointer: str, code: str
) -> None:
    sources = {"survey": "survey", "sipas": "survey", "self_gap": "derived"}
    found = faults_of(measure, scale, source=sources.get(measure["kind"], "documents"))
    assert (pointer, code) in found
    assert len(found) == 1 or code == "bands_leave_gap"


@pytest.mark.parametrize(
    ("measure", "scale", "source"),
    [
        (SURVEY, LINE, "documents"),
        (SIPAS, LINE, "statistics"),
        ({"kind": "self_gap"}, BANDS, "documents"),
        ({"kind": "points"}, LINE, "documents"),
    ],
)
def test_a_measure_comes_from_its_own_source(measure: Json, scale: Json, source: str) -> None:
    assert faults_of(measure, scale, source=source) == [("source", "source_differs")]


def test_points_as_such_are_given_by_a_leader_alone() -> None:
    assert faults_of({"kind": "points"}, LINE, source="leader") == []


def test_the_words_of_a_decision_stay_with_its_steps_and_cases() -> None:
    banded = {"kind": "table", "bands": [{"from": None, "points": "1", "label": "chưa đạt"}]}
    parsed = framework(
        leaf("1", "50", {"measure": RATIO, "scale": banded}, role="group"),
        leaf("2", "50", {"measure": formula(GUARD | {"label": "có hồ sơ"}), "scale": LINE}, role="group"),
    )
    first, second = parsed.leaves
    assert isinstance(first.rule.scale, BandTable)
    assert isinstance(second.rule.measure, Formula)
    assert first.rule.scale.steps[0].label == "chưa đạt"
    assert second.rule.measure.guards[0].label == "có hồ sơ"


def test_a_serious_violation_is_not_dropped_where_nothing_is_deducted() -> None:
    value = {"count": "2", "serious": True}
    faults = check_value(presets.count_capped("0.5"), Decimal(1), value)
    assert [(fault.pointer, fault.code) for fault in faults] == [("/serious", "serious_not_counted")]
    assert not check_value(presets.count_capped("0.5"), Decimal(1), value | {"serious": False})
    assert not check_value(presets.deduction("0.5"), Decimal(1), value)
