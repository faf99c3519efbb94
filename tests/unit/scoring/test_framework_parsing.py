"""Reading frameworks: the tree comes out whole, every fault is told at its place, hostile input is bounded."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.cases import failing_cases
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.frameworks.domain.rules import Linear, Sipas, Survey
from scoring_api.frameworks.domain.schema import framework_schema
from tests.unit.scoring.framework_json import RATIO, Json, area, document, framework, leaf

SURVEY: Json = {
    "measure": {
        "kind": "survey",
        "questionnaires": ["to-chuc-so"],
        "questions": [
            {"code": "c1", "weight": "1", "options": {"A": "100", "B": "60", "C": "20", "K": None}}
        ],
        "combine": "weighted_groups",
        "groups": [{"code": "dai-bieu", "weight": "2"}],
        "minimum": 5,
    },
    "scale": {"kind": "linear", "floor": "0", "full": "100"},
}
SIPAS: Json = {
    "measure": {
        "kind": "sipas",
        "questionnaires": ["sipas-so"],
        "questions": ["q01", "q02"],
        "method": "share",
        "pooling": "mean_of_factors",
        "satisfied": ["4", "5"],
        "scale_options": ["1", "2", "3", "4", "5"],
        "factors": {"tiep-can": ["q01"], "ket-qua": ["q02"]},
        "minimum": 1,
    },
    "scale": {"kind": "linear", "floor": "0", "full": "100"},
}


def good() -> Json:
    return document(
        area("1", "60", leaf("1.1", "20"), leaf("1.2", "40")),
        area(
            "2", "30", leaf("2.1", "20", SURVEY, source="survey"), leaf("2.2", "10", SIPAS, source="survey")
        ),
        leaf("3", "10", None, role="group", source="leader"),
        review={"areas": ["1"], "threshold": "75"},
        tie_breaks=["2"],
    )


def faults(data: Json) -> list[tuple[str, str]]:
    with pytest.raises(DomainError) as refused:
        parse_framework(data)
    assert refused.value.code == "framework_invalid"
    return [(fault.pointer, fault.code) for fault in refused.value.faults]


def test_the_tree_comes_out_flat_and_nested() -> None:
    parsed = parse_framework(good())
    assert list(parsed.nodes) == ["1", "1/1.1", "1/1.2", "2", "2/2.1", "2/2.2", "3"]
    assert [found.key for found in parsed.leaves] == ["1/1.1", "1/1.2", "2/2.1", "2/2.2", "3"]
    assert (parsed.nodes["2"].first, parsed.nodes["2"].stop) == (2, 4)
    assert [node.rated for node in parsed.roots] == [True, True, False]
    first = parsed.leaves[0]
    assert (first.code, first.depth, first.max_points) == ("1.1", 2, Decimal(20))
    assert (first.missing, first.not_applicable, first.not_arising) == ("zero", "exclude", "exclude")
    assert first.rule.scale == Linear(Decimal(0), Decimal(100))
    survey, sipas = parsed.leaves[2].rule.measure, parsed.leaves[3].rule.measure
    assert isinstance(survey, Survey)
    assert survey.questions[0].options == {"A": 100, "B": 60, "C": 20, "K": None}
    assert (survey.groups, survey.minimum) == ({"dai-bieu": 2}, 5)
    assert isinstance(sipas, Sipas)
    assert sipas.factors == {"tiep-can": ("q01",), "ket-qua": ("q02",)}


Change = Callable[[Json], Any]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda d: d["nodes"][0].update(max_points="61"),
            [("/nodes/0/max_points", "does_not_sum"), ("/nodes", "does_not_sum")],
        ),
        (lambda d: d["nodes"].pop(), [("/nodes", "does_not_sum")]),
        (
            lambda d: d["nodes"][0]["children"][1].update(code="1.1"),
            [("/nodes/0/children/1/code", "duplicate_code")],
        ),
        (
            lambda d: d["nodes"][0]["children"][0].update(code="1/1"),
            [("/nodes/0/children/0/code", "slash_in_code")],
        ),
        (
            lambda d: d["nodes"][0]["children"][0].update(max_points="-20"),
            [("/nodes/0/children/0/max_points", "figure_too_small")],
        ),
        (lambda d: d["nodes"][2].update(max_points="NaN"), [("/nodes/2/max_points", "not_a_figure")]),
        (lambda d: d["nodes"][2].update(max_points="1e400"), [("/nodes/2/max_points", "not_a_figure")]),
        (lambda d: d["nodes"][2].update(max_points=10.0), [("/nodes/2/max_points", "not_a_figure")]),
        (lambda d: d["nodes"][1].update(role="domain"), [("/nodes/1/role", "unknown_choice")]),
        (lambda d: d["nodes"][2].update(source="rumour"), [("/nodes/2/source", "unknown_choice")]),
        (lambda d: d["nodes"][2].update(misssing="zero"), [("/nodes/2/misssing", "unknown_attribute")]),
        (lambda d: d["nodes"][2].update(rated=True), [("/nodes/2/rated", "only_areas_are_rated")]),
        (lambda d: d["nodes"][0].update(missing="zero"), [("/nodes/0/missing", "unknown_attribute")]),
        (lambda d: d["nodes"][0].update(percent_over=["x"]), [("/nodes/0/percent_over", "unknown_choice")]),
        (
            lambda d: d["nodes"][0].update(role="group", rated=True),
            [("/nodes/0/rated", "only_areas_are_rated"), ("/review/areas/0", "unknown_part")],
        ),
        (lambda d: d["nodes"][2].update(unattributed=True), [("/nodes", "unattributed_leaf")]),
        (lambda d: d["bands"][2].update(floor="10"), [("/bands", "bands_leave_gap")]),
        (lambda d: d["bands"][1].update(floor="95"), [("/bands/1/floor", "bands_not_descending")]),
        (
            lambda d: d["ratings"]["classes"][1].update(total_floor="95"),
            [("/ratings/classes/1/total_floor", "classes_not_ordered")],
        ),
        (
            lambda d: d["ratings"]["classes"][3].update(area_floor="10"),
            [("/ratings/classes", "last_class_has_floor")],
        ),
        (
            lambda d: d["ratings"]["classes"][1].update(total_floor="90", area_floor="80"),
            [("/ratings/classes/1", "classes_not_ordered")],
        ),
        (lambda d: d["bands"][1].update(code="tu-90"), [("/bands/1/code", "duplicate_code")]),
        (
            lambda d: d["bands"][2].update(floor="?"),
            [("/bands/2/floor", "not_a_figure"), ("/bands", "bands_leave_gap")],
        ),
        (
            lambda d: d["ratings"]["classes"][1].update(code="xuat-sac"),
            [("/ratings/classes/1/code", "duplicate_code")],
        ),
        (lambda d: d.update(ratings=[]), [("/ratings", "not_an_object")]),
        (lambda d: d.update(review=[]), [("/review", "not_an_object")]),
        (
            lambda d: d.update(legal_basis=[{"date": "x"}]),
            [("/legal_basis/0/number", "document_unnamed"), ("/legal_basis/0/date", "not_a_day")],
        ),
        (lambda d: d["review"].update(areas=["9"]), [("/review/areas/0", "unknown_part")]),
        (lambda d: d.update(tie_breaks=["1/1.1"]), [("/tie_breaks/0", "unknown_part")]),
        (lambda d: d.update(tie_breaks="2"), [("/tie_breaks", "not_a_list")]),
        (lambda d: d.update(year="2022"), [("/year", "not_a_whole_number")]),
        (lambda d: d.pop("bands"), [("/bands", "not_a_list")]),
        (
            lambda d: d.update(nodes="x"),
            [
                ("/nodes", "not_a_list"),
                ("/review/areas/0", "unknown_part"),
                ("/tie_breaks/0", "unknown_part"),
            ],
        ),
    ],
)
def test_each_fault_is_told_at_its_place(change: Change, expected: list[tuple[str, str]]) -> None:
    data = good()
    data["bands"] = [dict(row) for row in data["bands"]]
    data["ratings"] = {"classes": [dict(row) for row in data["ratings"]["classes"]]}
    change(data)
    assert faults(data) == expected


def of_rule(rule: Any, max_points: str = "100") -> list[tuple[str, str]]:
    found = faults(document(leaf("1", max_points, rule)))
    return [(pointer.removeprefix("/nodes/0/rule"), code) for pointer, code in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"measure": {"kind": "guess"}, "scale": RATIO["scale"]}, [("/measure/kind", "unknown_choice")]),
        ({"measure": {"kind": "ratio"}, "scale": {"kind": "curve"}}, [("/scale/kind", "unknown_choice")]),
        ({"measure": {"kind": "ratio"}}, [("/scale", "not_an_object")]),
        ({"measure": {"kind": "ratio"}, "scale": {"kind": []}}, [("/scale/kind", "unknown_choice")]),
        ({"measure": {"kind": {}}, "scale": RATIO["scale"]}, [("/measure/kind", "unknown_choice")]),
        (
            {"measure": {"kind": "ratio"}, "scale": {"kind": "per_item", "points_each": "1"}},
            [("/scale/kind", "scale_needs_count")],
        ),
        (
            {"measure": {"kind": "choice"}, "scale": RATIO["scale"]},
            [("/scale/kind", "scale_needs_levels")],
        ),
        (
            {
                "measure": {"kind": "choice"},
                "scale": {
                    "kind": "table",
                    "levels": [{"code": "a", "points": "101"}, {"code": "a", "points": "-1"}],
                },
            },
            [
                ("/scale/levels/0/points", "points_above_maximum"),
                ("/scale/levels/1/points", "figure_too_small"),
                ("/scale/levels/1/code", "duplicate_code"),
            ],
        ),
        (
            {
                "measure": {"kind": "ratio"},
                "scale": {
                    "kind": "table",
                    "bands": [
                        {"from": "0", "points": "0"},
                        {"from": "50", "points": "101"},
                        {"from": "50", "points": "1"},
                        {"from": None, "points": "1"},
                    ],
                },
            },
            [
                ("/scale/bands/0/from", "bands_leave_gap"),
                ("/scale/bands/1/points", "points_above_maximum"),
                ("/scale/bands/2/from", "bands_not_ascending"),
                ("/scale/bands/3/from", "bands_leave_gap"),
            ],
        ),
        (
            {"measure": {"kind": "ratio"}, "scale": {"kind": "linear", "floor": "90", "full": "80"}},
            [("/scale/full", "bad_line")],
        ),
        (
            {"measure": {"kind": "punctuality", "late_share": "2"}, "scale": RATIO["scale"]},
            [("/measure/late_share", "share_above_one")],
        ),
        (
            {
                "measure": {
                    "kind": "formula",
                    "variables": ["a", "B c"],
                    "guards": [{"when": "a >", "expression": "x"}],
                },
                "scale": RATIO["scale"],
            },
            [
                ("/measure/variables/1", "bad_variable"),
                ("/measure/guards/0/when", "bad_expression"),
                ("/measure/guards/0/expression", "bad_expression"),
            ],
        ),
        (
            {
                "measure": {
                    **SURVEY["measure"],
                    "questions": [
                        {"code": "c1", "weight": "0", "options": {"A": "101", "B": None}},
                        {"code": "c1", "options": {"A": None}},
                    ],
                    "groups": [],
                    "minimum": 0,
                },
                "scale": RATIO["scale"],
            },
            [
                ("/measure/questions/0/weight", "weight_not_positive"),
                ("/measure/questions/0/options/A", "weight_above_hundred"),
                ("/measure/questions/1/options", "no_counted_option"),
                ("/measure/questions", "duplicate_code"),
                ("/measure/groups", "not_a_list"),
                ("/measure/minimum", "not_a_whole_number"),
            ],
        ),
        (
            {
                "measure": {
                    **SIPAS["measure"],
                    "satisfied": ["6"],
                    "factors": {"x": ["q01"], "y": ["q01", "q9"]},
                },
                "scale": RATIO["scale"],
            },
            [
                ("/measure/satisfied", "unknown_choice"),
                ("/measure/factors", "unknown_choice"),
                ("/measure/factors", "duplicate_code"),
                ("/measure/factors", "question_without_factor"),
            ],
        ),
        (
            {"measure": {"kind": "count"}, "scale": {"kind": "deduct", "points_each": "x"}},
            [("/scale/points_each", "not_a_figure")],
        ),
        (
            {
                "measure": {"kind": "punctuality", "late_share": "x"},
                "scale": {"kind": "linear", "floor": "x"},
            },
            [("/measure/late_share", "not_a_figure"), ("/scale/floor", "not_a_figure")],
        ),
        (
            {
                "measure": {"kind": "ratio"},
                "scale": {"kind": "table", "bands": [{"from": None, "points": "x"}]},
            },
            [("/scale/bands/0/points", "not_a_figure")],
        ),
        (
            {
                "measure": {
                    **SURVEY["measure"],
                    "questions": [
                        {"code": "c1", "options": {}},
                        {"code": "c2"},
                        {"code": "c3", "options": {"A": "x"}},
                    ],
                    "groups": [{"code": "g"}, {"code": "g"}],
                },
                "scale": RATIO["scale"],
            },
            [
                ("/measure/questions/0/options", "not_a_list"),
                ("/measure/questions/1/options", "not_an_object"),
                ("/measure/questions/2/options/A", "not_a_figure"),
                ("/measure/groups/1/code", "duplicate_code"),
            ],
        ),
        (
            {
                "measure": {**SIPAS["measure"], "factors": {}, "questions": ["q1", "q1"]},
                "scale": RATIO["scale"],
            },
            [("/measure/questions", "listed_twice"), ("/measure/factors", "not_a_list")],
        ),
        (
            {**RATIO, "cases": [{"points": "1"}, {"value": {}, "points": "x"}, 7]},
            [
                ("/cases/2", "not_an_object"),
                ("/cases/0/value", "not_an_object"),
                ("/cases/1/points", "not_a_figure"),
            ],
        ),
    ],
)
def test_each_fault_of_a_rule_is_told(rule: Any, expected: list[tuple[str, str]]) -> None:
    assert of_rule(rule) == expected


def test_faults_of_different_places_come_together() -> None:
    data = good()
    data["title"], data["nodes"][0]["name"], data["nodes"][1]["max_points"] = "", 5, "31"
    assert {pointer for pointer, _ in faults(data)} == {
        "/title",
        "/nodes/0/name",
        "/nodes/1/max_points",
        "/nodes",
    }


@pytest.mark.parametrize("deep", [13, 2000])
def test_a_tree_too_deep_is_refused(deep: int) -> None:
    node = leaf("x", "100")
    for _ in range(deep - 1):
        node = area("a", "100", node)
    assert any(code == "too_deep" for _, code in faults(document(node)))


@pytest.mark.timeout(60)
def test_hostile_sizes_are_read_to_a_bound() -> None:
    many = [leaf(f"n{i}", "0") for i in range(10_500)]
    wide = [area("a", "0", *many[:6000]), area("b", "0", *many[:6000])]
    assert faults(document(*many))[0] == ("/nodes", "not_a_list")
    assert ("/nodes/1", "too_many_nodes") in [(p[:8], code) for p, code in faults(document(*wide))]
    found = faults(document(*[{"code": f"n{i}"} for i in range(9000)]))
    assert len(found) == 1000


def test_bonus_and_penalty_stand_beside_the_hundred() -> None:
    extra = area("9", "2", leaf("9.1", "1.5"), leaf("9.2", "1.5"), role="group", effect="bonus")
    parsed = framework(area("1", "100", leaf("1.1", "100")), extra)
    assert [found.effect for found in parsed.leaves] == ["points", "bonus", "bonus"]


def test_a_reconstruction_may_hold_one_loose_leaf() -> None:
    loose = leaf("2", "40", None, role="group", unattributed=True)
    del loose["rule"]
    parsed = framework(leaf("1", "60"), loose, origin="reconstructed")
    assert [found.unattributed for found in parsed.leaves] == [False, True]


def test_worked_cases_must_come_out() -> None:
    value = {"numerator": "8", "denominator": "11"}
    cases = [
        {"value": value, "points": "72.73"},
        {"value": value, "points": "72.72"},
        {"value": {}, "points": "0"},
    ]
    parsed = framework(leaf("1", "100", {**RATIO, "cases": cases}))
    assert [(fault.pointer, fault.code) for fault in failing_cases(parsed.leaves[0], "/1/cases")] == [
        ("/1/cases/1/points", "case_differs"),
        ("/1/cases/2/value/numerator", "value_missing"),
        ("/1/cases/2/value/denominator", "value_missing"),
    ]


def test_the_documents_it_rests_on_are_kept() -> None:
    basis = {"number": "3396/QĐ-UBND", "date": "2022-12-15", "issuer": "UBND tỉnh", "subject": "Quy định"}
    node = leaf("1", "100", legal_basis=[basis], role="group")
    parsed = parse_framework(document(node, legal_basis=[basis], ratings=None))
    assert [found.number for found in (*parsed.legal_basis, *parsed.roots[0].legal_basis)] == [
        basis["number"]
    ] * 2
    assert (parsed.ratings, parsed.review, parsed.leaves[0].monitor) == ((), None, False)


def test_a_leaf_of_nothing_is_only_watched() -> None:
    parsed = framework(leaf("1", "100", role="group"), leaf("2", "0", role="group"))
    assert [found.monitor for found in parsed.leaves] == [False, True]


@pytest.mark.parametrize("code", ["Sóc Trăng 2025", "a/b", "A-1", "-a", "a?b", ".."])
def test_a_set_is_found_by_a_code_that_fits_an_address(code: str) -> None:
    assert ("/code", "not_a_code") in faults(document(leaf("1", "100"), code=code))
    assert not Draft202012Validator(framework_schema()).is_valid(document(leaf("1", "100"), code=code))
