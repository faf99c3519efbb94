"""Suppositions: what they may say, what they change, and that the given inputs stay as they were."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.bundle import Bundle, BundleSet, bundle_record, compute_bundle
from scoring_api.results.domain.hypothesis import MOST_VALUES, read_hypothesis
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear
from scoring_api.results.domain.supposing import Supposed, suppose
from tests.unit.scoring.framework_json import RATIO, Json, area, document, leaf, ratio

CHOICE: Json = {
    "measure": {"kind": "choice"},
    "scale": {"kind": "table", "levels": [{"code": "co", "points": "40"}, {"code": "khong", "points": "0"}]},
}
DEFINITION = document(
    area("I", "60", leaf("1", "20"), leaf("2", "40")),
    area("II", "40", leaf("1", "40", not_arising="fallback")),
)
UNITS = ("a", "b")


def bundle(definition: Json = DEFINITION) -> Bundle:
    entries = {unit: {key: ratio("50") for key in ("I/1", "I/2", "II/1")} for unit in UNITS}
    previous = {"a": PreviousYear(values={"II/1": {"numerator": "3", "denominator": "4"}})}
    part = BundleSet(
        definition=definition,
        framework=parse_framework(definition),
        units=tuple(AssessedUnit(code=unit, rank_group="so", name=unit) for unit in UNITS),
        entries=entries,
        previous=previous,
    )
    return Bundle(title="Thử", sets=(part,))


def supposed(**said: Any) -> Supposed:
    return suppose(bundle(), read_hypothesis(said))


def points(found: Supposed, unit: str = "a") -> Decimal:
    return compute_bundle(found.bundle)[0].units[unit].score.points


def faults(said: Any, given: Bundle | None = None) -> set[tuple[str, str]]:
    with pytest.raises(DomainError, match="hypothesis_invalid") as caught:
        suppose(given or bundle(), read_hypothesis(said))
    assert caught.value.params["count"] == len(caught.value.faults)
    return {(fault.pointer, fault.code) for fault in caught.value.faults}


def value(**said: Any) -> dict[str, Any]:
    return {"unit": "a", "leaf": "I/1", **said}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"value": {"numerator": "1", "denominator": "1"}}, 60),
        ({"points": "12.5"}, "52.5"),
        ({"clear": True}, 40),
        ({"not_applicable": True}, 40),
    ],
)
def test_a_value_takes_the_place_of_the_stored_one(said: dict[str, Any], expected: Any) -> None:
    before = bundle_record(bundle())
    given = bundle()
    found = suppose(given, read_hypothesis({"values": [value(**said)]}))
    assert points(found) == Decimal(expected)
    assert points(found, "b") == 50
    assert compute_bundle(found.bundle)[0].units["a"].score.applicable_max == (
        80 if "not_applicable" in said else 100
    )
    assert bundle_record(given) == before


def test_what_the_unit_claimed_stays() -> None:
    given = bundle()
    entry = LeafEntry(
        value={"numerator": "1", "denominator": "2"}, self_value={"numerator": "1", "denominator": "1"}
    )
    given.sets[0].entries["a"]["I/1"] = entry  # type: ignore[index]
    found = suppose(given, read_hypothesis({"values": [value(clear=True)]}))
    kept = found.bundle.sets[0].entries["a"]["I/1"]
    assert (kept.value, kept.self_value) == (None, entry.self_value)


def test_a_leaf_may_weigh_otherwise_while_the_set_adds_up() -> None:
    leaves = [
        {"framework": "thu", "key": "I/1", "max_points": "50"},
        {"framework": "thu", "key": "I/2", "max_points": "10", "missing": "exclude"},
    ]
    cleared = [{"unit": "a", "leaf": "I/2", "clear": True}]
    found = supposed(leaves=leaves, values=cleared)
    assert points(found) == 45
    assert compute_bundle(found.bundle)[0].units["a"].score.applicable_max == 90
    assert DEFINITION["nodes"][0]["children"][0]["max_points"] == "20"


def test_a_sum_that_breaks_is_told_at_the_leaf_that_broke_it() -> None:
    leaves = [{"framework": "thu", "key": "II/1", "max_points": "41"}]
    with pytest.raises(DomainError) as caught:
        supposed(leaves=leaves)
    (fault,) = caught.value.faults
    assert (fault.pointer, fault.code) == ("/leaves/0", "does_not_sum")
    assert fault.detail == "/nodes/1/max_points: tổng điểm chuẩn các mục con là 41, phải là 40"


def test_values_of_another_rule_are_set_aside() -> None:
    found = supposed(leaves=[{"framework": "thu", "key": "II/1", "rule": CHOICE}])
    assert [(row.unit, row.leaf, row.reason) for row in found.set_aside] == [
        ("a", "II/1", "value_unfit"),
        ("b", "II/1", "value_unfit"),
    ]
    assert points(found) == 30
    assert found.bundle.sets[0].previous["a"].values == {}
    chosen = supposed(
        leaves=[{"framework": "thu", "key": "II/1", "rule": CHOICE}],
        values=[{"unit": "a", "leaf": "II/1", "value": {"level": "co"}}],
    )
    assert points(chosen) == 70


def test_a_whole_set_takes_the_place_of_the_one_of_its_code() -> None:
    other = document(area("I", "100", leaf("1", "60"), leaf("9", "40", RATIO, missing="exclude")))
    found = supposed(
        frameworks=[other],
        leaves=[{"framework": "thu", "key": "I/9", "missing": "zero"}],
        values=[value(points="60")],
    )
    assert points(found) == 60
    assert points(found, "b") == 30
    assert compute_bundle(found.bundle)[0].units["a"].score.applicable_max == 100
    assert {(row.leaf, row.reason) for row in found.set_aside} == {
        ("I/2", "leaf_gone"),
        ("II/1", "leaf_gone"),
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, {("", "nothing_supposed")}),
        ({"values": []}, {("", "nothing_supposed")}),
        ({"nonsense": 1, "values": [value(clear=True)]}, {("/nonsense", "unknown_attribute")}),
        ({"values": {}}, {("/values", "not_a_list")}),
        ({"values": [1]}, {("/values/0", "not_an_object")}),
        ({"values": [value(clear=True)] * (MOST_VALUES + 1)}, {("/values", "not_a_list")}),
        ({"values": [value()]}, {("/values/0", "say_one_thing")}),
        ({"values": [value(clear=True, points="1")]}, {("/values/0", "say_one_thing")}),
        ({"values": [value(clear=False)]}, {("/values/0/clear", "not_true")}),
        ({"values": [value(not_applicable="true")]}, {("/values/0/not_applicable", "not_true")}),
        ({"values": [value(points="NaN")]}, {("/values/0/points", "not_a_figure")}),
        ({"values": [value(points="-1")]}, {("/values/0/points", "figure_too_small")}),
        ({"values": [value(points="20.01")]}, {("/values/0/points", "points_out_of_range")}),
        ({"values": [value(value="x")]}, {("/values/0/value", "not_an_object")}),
        (
            {"values": [value(value={"numerator": "-1", "x": 1})]},
            {
                ("/values/0/value/numerator", "figure_too_small"),
                ("/values/0/value/denominator", "value_missing"),
                ("/values/0/value/x", "unknown_attribute"),
            },
        ),
        ({"values": [value(clear=True), value(points="1")]}, {("/values/1", "supposed_twice")}),
        (
            {"values": [value(unit="z", clear=True), value(leaf="I", clear=True)]},
            {("/values/0/unit", "unit_not_in_period"), ("/values/1/leaf", "leaf_unknown")},
        ),
        ({"leaves": [{"framework": "thu", "key": "I/1"}]}, {("/leaves/0", "nothing_supposed")}),
        (
            {"leaves": [{"framework": "la", "key": "I/1", "max_points": "1"}]},
            {("/leaves/0/framework", "framework_not_in_period")},
        ),
        (
            {"leaves": [{"framework": "thu", "key": key, "max_points": "1"} for key in ("I", "I/7", "I/1/1", "/")]},
            {(f"/leaves/{index}/key", "leaf_unknown") for index in range(4)},
        ),
        (
            {
                "leaves": [
                    {"framework": "thu", "key": "I/1", "max_points": "1e400", "missing": "x"},
                    {"framework": "thu", "key": "I/2", "rule": {"measure": {"kind": "la"}, "scale": {}}},
                ]
            },
            {
                ("/leaves/0/max_points", "not_a_figure"),
                ("/leaves/1/rule/measure/kind", "unknown_choice"),
                ("/leaves/1/rule/scale/kind", "unknown_choice"),
            },
        ),
        ({"frameworks": [document(code="la")]}, {("/frameworks/0/code", "framework_not_in_period")}),
        (
            {"frameworks": [document(area("I", "99", leaf("1", "98")))]},
            {
                ("/frameworks/0/nodes/0/max_points", "does_not_sum"),
                ("/frameworks/0/nodes", "does_not_sum"),
            },
        ),
        ({"frameworks": [DEFINITION, DEFINITION]}, {("/frameworks/1", "supposed_twice")}),
    ],
)  # fmt: skip
def test_every_fault_is_named_at_its_place(said: Any, expected: set[tuple[str, str]]) -> None:
    assert faults(said) == expected


def test_a_key_of_a_thousand_levels_and_a_rule_nested_deep_are_only_faults() -> None:
    deep: Any = []
    for _ in range(900):
        deep = [deep]
    assert faults({"leaves": [{"framework": "thu", "key": "I/" * 200, "max_points": "1"}]}) == {
        ("/leaves/0/key", "leaf_unknown")
    }
    assert faults({"leaves": [{"framework": "thu", "key": "I/1", "rule": deep}]}) == {
        ("/leaves/0/rule", "not_an_object")
    }
