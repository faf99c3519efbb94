"""Hostile definitions: each is read or refused with its places, and the work is bounded whatever comes in."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from parindex.kernel.documents import read_document
from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import ROW_LIMIT, parse_framework
from scoring_api.frameworks.domain.scoring import score_value
from scoring_api.frameworks.domain.values import check_value
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry
from tests.property.random_frameworks import framework_document
from tests.unit.scoring.framework_json import RATIO, Json, area, document, leaf

DEEP = bool(os.environ.get("PARINDEX_DEEP"))
EXAMPLE = Path(__file__).parents[3] / "examples" / "hai-duong-2022" / "framework-departments.json"
Faults = set[tuple[str, str]]


def read(data: Json | bytes) -> Framework:
    """As the service reads a body; what a client can put on the wire."""
    parsed = read_document(data if isinstance(data, bytes) else json.dumps(data).encode())
    return parse_framework(parsed)


def refused(data: Json | bytes, code: str = "framework_invalid") -> Faults:
    with pytest.raises(DomainError) as error:
        read(data)
    faults = error.value.faults
    assert error.value.code == code
    assert 0 < len(faults) <= 1000
    assert all(len(fault.pointer) + len(fault.detail) < 2000 for fault in faults), (
        "no fault repeats the input"
    )
    return {(fault.pointer, fault.code) for fault in faults}


def tree_of(number: int) -> Json:
    """A set of so many nodes: a hundred areas and their leaves."""
    inside, left = divmod(number - 100, 100)
    areas = []
    for place in range(100):
        zeros = inside - 1 + (place < left)
        leaves = [leaf(str(i), "0") for i in range(zeros)] + [leaf("z", "1")]
        areas.append(area(str(place), "1", *leaves))
    return document(*areas)


def nested(deep: int) -> Json:
    node = leaf("z", "100")
    for _ in range(deep - 1):
        node = area("a", "100", node)
    return document(node)


def formula(*guards: Json, variables: tuple[str, ...] = ("a", "b")) -> Json:
    measure = {"kind": "formula", "variables": list(variables), "guards": list(guards)}
    return document(leaf("1", "100", {"measure": measure, "scale": RATIO["scale"]}))


def survey(questions: int, options: dict[str, Any]) -> Json:
    measure = {
        "kind": "survey",
        "questionnaires": ["p"],
        "questions": [{"code": f"c{i}", "weight": "1", "options": options} for i in range(questions)],
        "combine": "pool",
        "groups": [],
        "minimum": 1,
    }
    return document(leaf("1", "100", {"measure": measure, "scale": RATIO["scale"]}, source="survey"))


def test_ten_thousand_nodes_are_read_and_scored() -> None:
    framework = read(tree_of(10_000))
    assert len(framework.nodes) == 10_000
    unit = AssessedUnit(code="a", rank_group="so")
    entries = {row.key: LeafEntry(value={"numerator": "1", "denominator": "1"}) for row in framework.leaves}
    assert compute_index(framework, [unit], {"a": entries}, [], {}).units["a"].score.percent == 100


def test_one_node_more_is_refused() -> None:
    assert refused(tree_of(10_001)) == {("/nodes/99/children/98", "too_many_nodes")}
    assert ("/nodes", "not_a_list") in refused(document(*[leaf(str(i), "0") for i in range(20_000)]))


@pytest.mark.parametrize("deep", [13, 50, 200])
def test_too_deep_a_tree_is_refused_at_its_thirteenth_level(deep: int) -> None:
    assert refused(nested(deep)) == {("/nodes/0" + "/children/0" * 11 + "/children", "too_deep")}


@pytest.mark.parametrize("raw", ["NaN", "-Infinity", "1e999999999999999999999", "9" * 5000])
def test_what_is_no_figure_of_json_is_placed(raw: str) -> None:
    text = json.dumps(document(leaf("1", "100"))).replace('"100"', raw, 1)
    assert refused(text.encode(), "malformed_request") == {("/nodes/0/max_points", "not_a_figure")}


@pytest.mark.parametrize(
    "raw",
    ["1e400", '"1e400"', '"NaN"', '"-Infinity"', '"1_00"', '" 100"', '"100,5"', '"١٠٠"', '"' + "9" * 10**6 + '"', "1e-400",
     "true", "null", "[]", "{}", "9" * 4000],
)  # fmt: skip
def test_a_figure_that_is_no_sane_one_is_placed(raw: str) -> None:
    text = json.dumps(document(leaf("1", "100"))).replace('"100"', raw, 1)
    assert ("/nodes/0/max_points", "not_a_figure") in refused(text.encode())


@pytest.mark.parametrize("raw", ["-5", '"-0.5"'])
def test_a_negative_maximum_is_placed(raw: str) -> None:
    text = json.dumps(document(leaf("1", "100"))).replace('"100"', raw, 1)
    assert ("/nodes/0/max_points", "figure_too_small") in refused(text.encode())


def test_keys_and_codes_stand_once() -> None:
    twice = b'{"code": "a", "nodes": [{"max_points": "60", "max_points": "100"}]}'
    assert refused(twice, "malformed_request") == {("/nodes/0", "duplicate_key")}
    assert refused(document(leaf("1", "50"), leaf("1", "50"))) == {("/nodes/1/code", "duplicate_code")}


def test_texts_of_a_megabyte_and_halves_of_characters_are_placed() -> None:
    much = "x" * 1_000_000
    assert refused(document(leaf("1", "100"), title=much)) == {("/title", "not_a_text")}
    assert ("/nodes/0/code", "not_a_text") in refused(document(leaf(much, "100")))
    assert refused(document(leaf("1", "100"), **{much: 1})) == {("/" + "x" * 200, "unknown_attribute")}
    assert refused(document(leaf("1", "100"), title="\ud800"), "malformed_request") == {
        ("/title", "not_a_text")
    }
    assert ("/tie_breaks/0", "unknown_part") in refused(document(leaf("1", "100"), tie_breaks=[much]))


AT = "/nodes/0/rule/measure"


def test_hostile_formulas_are_refused() -> None:
    long, deep = {"when": None, "expression": "a+" * 500_000 + "a"}, "(" * 50 + "a" + ")" * 50
    assert refused(formula(long)) == {(f"{AT}/guards/0/expression", "not_a_text")}
    assert refused(formula({"when": deep, "expression": "a"})) == {(f"{AT}/guards/0/when", "bad_expression")}
    many = [{"when": "a > 0", "expression": "a"}] * 1000
    assert refused(formula(*many)) == {(f"{AT}/guards", "not_a_list")}
    names = tuple(f"v{i}" for i in range(1000))
    assert (f"{AT}/variables", "not_a_list") in refused(
        formula({"when": None, "expression": "1"}, variables=names)
    )


def test_hostile_surveys_are_refused() -> None:
    options = {f"o{i}": "50" for i in range(50)}
    assert len(read(survey(500, options)).leaves) == 1
    assert refused(survey(501, options)) == {(f"{AT}/questions", "not_a_list")}
    assert len(refused(survey(500, {**options, "them": "0"}))) == 500
    assert refused(survey(1, {"x" * 10**6: "50"})) == {
        (f"{AT}/questions/0/options/{'x' * 200}", "not_a_code")
    }
    assert refused(survey(1, {" ": "50"})) == {(f"{AT}/questions/0/options/ ", "not_a_code")}


def test_what_is_read_at_all_is_bounded() -> None:
    """Tables and formulas could be long in every leaf; reading stops, with one fault that says so."""
    table = {"kind": "table", "levels": [{"code": f"m{i}", "points": "0"} for i in range(200)]}
    chosen = {"measure": {"kind": "choice"}, "scale": table}
    found = refused(document(*[leaf(str(i), "0.1", chosen) for i in range(1000)]))
    assert [code for _, code in found].count("too_many_rows") == 1
    guard = {"when": "a*" * 240 + "a > 0", "expression": "a"}
    heavy = formula(*[guard] * 50)["nodes"][0]["rule"]
    found = refused(document(*[leaf(str(i), "0.5", heavy) for i in range(200)]))
    assert [code for _, code in found].count("too_many_rows") == 1
    assert ROW_LIMIT == 100_000


def test_nothing_inside_a_bonus_counts_in_the_hundred() -> None:
    inside = {**leaf("x", "50"), "effect": "points"}
    extra = {**area("b", "3", inside), "role": "group", "effect": "bonus"}
    assert refused(document(leaf("1", "100"), extra)) == {
        ("/nodes/1/children/0/effect", "points_inside_extra")
    }


DIVISIONS: list[tuple[Json, Json]] = [
    ({"kind": "ratio"}, {"numerator": "5", "denominator": "0"}),
    ({"kind": "growth"}, {"current": "5", "previous": "0"}),
    ({"kind": "complement"}, {"numerator": "5", "denominator": "0"}),
    ({"kind": "punctuality"}, {"on_time": "0", "late": "0", "missing": "0"}),
    ({"kind": "product"}, {"numerator": "1", "denominator": "1", "second_numerator": "1", "second_denominator": "0"}),
    ({"kind": "formula", "variables": ["a"], "guards": [{"when": None, "expression": "1 / (a - a)"}]}, {"variables": {"a": "1"}}),
    ({"kind": "formula", "variables": ["a"], "guards": [{"when": "1 / a > 0", "expression": "1"}]}, {"variables": {"a": "0"}}),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "value"), DIVISIONS, ids=lambda row: str(row.get("kind", "")))
def test_a_division_by_nothing_does_not_arise(measure: Json, value: Json) -> None:
    found = read(document(leaf("1", "100", {"measure": measure, "scale": RATIO["scale"]}))).leaves[0]
    assert check_value(found.rule, found.max_points, value) == ()
    assert score_value(found.rule, found.max_points, value).status == "not_arising"


def test_a_formula_that_grows_without_end_is_bounded() -> None:
    guard = {"when": None, "expression": "a" + "*a" * 240 + "/(b" + "/3" * 5 + ")"}
    found = read(formula(guard)).leaves[0]
    value = {"variables": {"a": "999999999999999.999999999999999", "b": "0.000000000000000000000000000001"}}
    assert check_value(found.rule, found.max_points, value) == ()
    assert score_value(found.rule, found.max_points, value).measure == 10**15


HOSTILE: list[Any] = [
    None, 5, "5", [], [5], True, {"numerator": []}, {"numerator": {}, "denominator": None}, {"numerator": 1.5, "denominator": "1"},
    {"numerator": "9" * 10**6, "denominator": "1"}, {"numerator": 10**5000, "denominator": "1"}, {"numerator": "1", "denominator": "-1"},
    {"numerator": "1e400", "denominator": "1"}, {"numerator": True, "denominator": "1"}, {"numerator": "1", "denominator": "1", "x" * 10**6: 1},
]  # fmt: skip


@pytest.mark.parametrize(
    "value", HOSTILE, ids=lambda value: repr(value)[:30] if not isinstance(value, dict) else "object"
)
def test_a_hostile_value_is_refused(value: Any) -> None:
    found = read(document(leaf("1", "100"))).leaves[0]
    faults = check_value(found.rule, found.max_points, value)
    assert faults
    assert all(len(fault.pointer) + len(fault.detail) < 500 for fault in faults)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(node, (dict, list)):
        for key in node if isinstance(node, dict) else range(len(node)):
            yield from places(node[key], (*path, key))


def replaced(whole: Any, path: tuple[Any, ...], item: Any) -> Any:
    """The document with one place replaced; only what leads there is copied."""
    if not path:
        return item
    changed = copy.copy(whole)
    changed[path[0]] = replaced(whole[path[0]], path[1:], item)
    return changed


REPLACEMENTS: tuple[Any, ...] = (None, [], [[]], {}, 7, -1, "", "lạ", True, "\x00", 10**400)


def survives(whole: Json, path: tuple[Any, ...], item: Any) -> bool:
    """Whether the spoilt document is still valid; if not, every fault has a place."""
    try:
        parse_framework(replaced(whole, path, item))
    except DomainError as error:
        found = error
    else:
        return True
    assert found.code == "framework_invalid"
    assert found.faults
    assert all(fault.pointer == "" or fault.pointer.startswith("/") for fault in found.faults)
    assert all(fault.detail and fault.code for fault in found.faults)
    return False


def test_every_place_of_small_sets_replaced_in_turn_is_read_or_refused() -> None:
    met = {True: 0, False: 0}
    for seed in range(4 if DEEP else 1):
        whole = framework_document(Random(seed))
        for path in list(places(whole))[1:]:
            for item in REPLACEMENTS:
                met[survives(whole, path, item)] += 1
    assert met[False] > 5 * met[True] > 0, met


def test_places_of_the_issued_set_replaced_in_turn_are_read_or_refused() -> None:
    whole, chance = json.loads(EXAMPLE.read_text(encoding="utf-8")), Random(1)
    paths = chance.sample(list(places(whole))[1:], 250 if DEEP else 80)
    refusals = sum(not survives(whole, path, item) for path in paths for item in (None, [[]], 7, "lạ"))
    assert refusals > 1.6 * len(paths)
