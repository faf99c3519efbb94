"""What changed between two sets, in tree order; and what hinders publishing one."""

from typing import Any

import pytest

from scoring_api.frameworks.domain.changes import FrameworkChanges, changes
from scoring_api.frameworks.domain.publishing import hindrances, in_force, notices, summary
from tests.unit.scoring.framework_json import BANDS, CLASSES, RATIO, Json, area, framework, leaf

CHOICE: Json = {
    "measure": {"kind": "choice"},
    "scale": {
        "kind": "table",
        "levels": [
            {"code": "co", "label": "Có", "points": "40"},
            {"code": "khong", "label": "Không", "points": "0"},
        ],
    },
}
COUNT: Json = {"measure": {"kind": "count"}, "scale": {"kind": "per_item", "points_each": "1"}}
BASIS = {"number": "3396/QĐ-UBND", "date": "2022-12-15", "issuer": "UBND tỉnh"}
TREE = (
    area("1", "60", leaf("1.1", "40", CHOICE), leaf("1.2", "20")),
    area("2", "40", leaf("2.1", "15"), leaf("2.2", "25")),
)


def compared(*after: Json, **terms: Any) -> FrameworkChanges:
    return changes(framework(*TREE), framework(*(after or TREE), **terms))


def test_a_set_does_not_differ_from_itself() -> None:
    found = compared()
    assert (found.attributes, found.nodes) == ((), ())
    assert [(part.key, part.before, part.after) for part in found.parts] == [
        ("1", "60", "60"),
        ("2", "40", "40"),
    ]


def test_added_removed_moved_and_changed_nodes_stand_in_tree_order() -> None:
    new = leaf("1.3", "10", CHOICE | {"scale": {**CHOICE["scale"], "levels": CHOICE["scale"]["levels"][1:]}})
    moved = leaf("2.9", "25") | {"name": "Tiêu chí 2.2"}
    found = compared(
        area("1", "60", leaf("1.1", "30", evidence="Kế hoạch"), new, leaf("1.2", "20", missing="council")),
        area("2", "40", moved, leaf("2.5", "15", COUNT)) | {"rated": False},
    )
    assert [(change.kind, change.key, change.earlier_key) for change in found.nodes] == [
        ("changed", "1/1.1", "1/1.1"),
        ("added", "1/1.3", ""),
        ("changed", "1/1.2", "1/1.2"),
        ("changed", "2", "2"),
        ("removed", "", "2/2.1"),
        ("moved", "2/2.9", "2/2.2"),
        ("added", "2/2.5", ""),
    ]
    first = {row.attribute: (row.before, row.after) for row in found.nodes[0].differences}
    assert first["max_points"] == ("40", "30")
    assert first["evidence"] == ("", "Kế hoạch")
    assert first["rule"][0] != first["rule"][1]
    assert [(row.attribute, row.before, row.after) for row in found.nodes[2].differences] == [
        ("missing", "zero", "council")
    ]
    assert found.nodes[5].differences == ()


def test_a_rule_that_reads_the_same_but_is_not_shows_its_terms() -> None:
    levels = [{**CHOICE["scale"]["levels"][0], "code": "dat"}, CHOICE["scale"]["levels"][1]]
    recoded = {**CHOICE, "scale": {"kind": "table", "levels": levels}}
    (change,) = compared(area("1", "60", leaf("1.1", "40", recoded), leaf("1.2", "20")), TREE[1]).nodes
    (row,) = change.differences
    assert row.attribute == "rule"
    assert "'co'" in row.before
    assert "'dat'" in row.after


def test_worked_cases_are_compared() -> None:
    case = {"value": {"numerator": "1", "denominator": "2"}, "points": "10"}
    with_case = leaf("1.2", "20", {**RATIO, "cases": [case]})
    (change,) = compared(area("1", "60", leaf("1.1", "40", CHOICE), with_case), TREE[1]).nodes
    (row,) = change.differences
    assert (row.attribute, row.before) == ("cases", "")
    assert row.after.endswith("→ 10")


def test_a_leaf_that_becomes_a_criterion_with_parts_says_so() -> None:
    parts = {"code": "2.2", "role": "criterion", "name": "Tiêu chí 2.2", "max_points": "25"}
    parts["children"] = [leaf("a", "25")]  # type: ignore[assignment]
    found = compared(TREE[0], area("2", "40", leaf("2.1", "15"), parts))
    assert [(change.kind, change.key) for change in found.nodes] == [
        ("changed", "2/2.2"),
        ("added", "2/2.2/a"),
    ]
    assert ("source", "documents", "") in [
        (row.attribute, row.before, row.after) for row in found.nodes[0].differences
    ]


def test_terms_bands_ratings_and_review_are_compared_by_their_codes() -> None:
    found = compared(
        year=2023,
        valid_from=2023,
        legal_basis=[BASIS],
        bands=[BANDS[0] | {"floor": "95"}, *BANDS[1:]],
        ratings={"classes": [CLASSES[0], *CLASSES[2:]]},
        review={"areas": ["1"], "threshold": "75"},
    )
    assert [(row.attribute, row.before, row.after) for row in found.attributes] == [
        ("year", "2022", "2023"),
        ("valid_from", "", "2023"),
        ("legal_basis", "", "3396/QĐ-UBND, 2022-12-15, UBND tỉnh"),
        ("bands/tu-90/floor", "90", "95"),
        ("ratings/tot/name", "Hoàn thành tốt", ""),
        ("ratings/tot/total_floor", "80", ""),
        ("ratings/tot/area_floor", "70", ""),
        ("review/areas", "", "1"),
        ("review/threshold", "", "75"),
    ]


def test_maxima_of_areas_stand_side_by_side_also_of_those_that_went() -> None:
    found = compared(
        area("1", "70", leaf("1.1", "50", CHOICE), leaf("1.2", "20")),
        area("3", "30", leaf("3.1", "30"), name="Hiện đại hóa"),
    )
    assert [(part.key, part.earlier_key, part.before, part.after) for part in found.parts] == [
        ("1", "1", "60", "70"),
        ("3", "", "", "30"),
        ("", "2", "40", ""),
    ]


def told(found: Any) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in found]


def test_all_that_hinders_publishing_is_told_at_once_with_its_place() -> None:
    wrong = {"value": {"numerator": "1", "denominator": "2"}, "points": "11"}
    classes = [{"code": "ky-luc", "name": "Kỷ lục", "total_floor": "101", "area_floor": "101"}, *CLASSES]
    parsed = framework(
        area("1", "60", leaf("1.1", "40"), leaf("1.2", "20", {**RATIO, "cases": [wrong]})),
        TREE[1],
        ratings={"classes": classes},
        valid_from=2023,
    )
    assert told(hindrances(parsed)) == [
        ("/legal_basis", "framework_without_basis"),
        ("/year", "year_outside_validity"),
        ("/ratings/classes/0/total_floor", "class_never_awarded"),
        ("/ratings/classes/0/area_floor", "class_never_awarded"),
        ("/nodes/0/children/1/rule/cases/0/points", "case_differs"),
    ]
    assert hindrances(framework(*TREE, legal_basis=[BASIS])) == ()


def test_a_reconstruction_needs_no_basis_but_no_loose_points_either() -> None:
    loose = leaf("2", "40", None, role="group", unattributed=True)
    del loose["rule"]
    parsed = framework(leaf("1", "60"), loose, origin="reconstructed")
    assert told(hindrances(parsed)) == [("/nodes/1", "unattributed_leaf")]


def test_a_class_beyond_the_hundred_can_be_awarded_where_a_bonus_is_not_capped() -> None:
    bonus = leaf("b", "5") | {"effect": "bonus"}
    classes = [{"code": "ky-luc", "name": "Kỷ lục", "total_floor": "101", "area_floor": None}, *CLASSES]
    classes[1] = {**CLASSES[0], "area_floor": None}
    terms: Json = {"legal_basis": [BASIS], "ratings": {"classes": [classes[0], CLASSES[3]]}}
    assert hindrances(framework(*TREE, bonus, cap_total=False, **terms)) == ()
    assert len(hindrances(framework(*TREE, bonus, **terms))) == 1


@pytest.mark.parametrize(
    ("measure", "scale", "told_of"),
    [
        ({"kind": "survey", "options": {"A": "80", "B": "0"}}, {"kind": "linear", "full": "100"}, True),
        ({"kind": "survey", "options": {"A": "80", "B": "0"}}, {"kind": "linear", "full": "80"}, False),
        ({"kind": "complement"}, {"kind": "linear", "full": "110"}, True),
        ({"kind": "ratio"}, {"kind": "linear", "full": "110"}, False),
        ({"kind": "complement"}, {"kind": "table", "bands": [("101", "40")]}, True),
        ({"kind": "growth"}, {"kind": "table", "bands": [("101", "40")]}, False),
    ],
)
def test_a_measure_that_never_goes_so_high_is_told(measure: Json, scale: Json, told_of: bool) -> None:
    if options := measure.get("options"):
        questions = [{"code": "c1", "options": options}]
        measure = {"kind": "survey", "questionnaires": ["p"], "questions": questions, "combine": "pool"}
    if bands := scale.get("bands"):
        steps = [{"from": None, "points": "0"}, *({"from": at, "points": points} for at, points in bands)]
        scale = {"kind": "table", "bands": steps}
    source = "survey" if measure["kind"] == "survey" else "documents"
    rule = {"measure": measure, "scale": scale}
    parsed = framework(area("1", "100", leaf("a", "60"), leaf("b", "40", rule, source=source)))
    found = [("/nodes/0/children/1/rule/scale", "maximum_unreachable")] if told_of else []
    assert told(notices(parsed)) == found


def test_notices_tell_what_may_be_meant_so() -> None:
    low = {**CHOICE, "scale": {"kind": "table", "levels": CHOICE["scale"]["levels"][1:]}}
    steps = [{"from": None, "points": "0"}, {"from": "50", "points": "15"}]
    stepped = {"measure": {"kind": "ratio"}, "scale": {"kind": "table", "bands": steps}}
    survey = {
        "measure": {
            "kind": "survey",
            "questionnaires": ["to-chuc"],
            "questions": [{"code": "c1", "options": {"A": "100", "B": "0"}}],
            "combine": "pool",
            "groups": [{"code": "a", "weight": "2"}, {"code": "b", "weight": "1"}],
        },
        "scale": {"kind": "linear", "floor": "0", "full": "100"},
    }
    parsed = framework(
        area("1", "60", leaf("1.1", "40", low), leaf("1.2", "20", stepped), rated=False),
        area("2", "40", leaf("2.1", "40", survey, source="survey"), rated=False),
        bands=[{"code": "tren", "name": "trên 100", "floor": "100.01"}, *BANDS],
        review={"areas": ["1"], "threshold": "75"},
    )
    assert told(notices(parsed)) == [
        ("/nodes/0/children/0/rule/scale", "maximum_unreachable"),
        ("/nodes/0/children/1/rule/scale", "maximum_unreachable"),
        ("/nodes/1/children/0/rule/measure/groups", "weights_unused"),
        ("/review/areas/0", "review_area_not_rated"),
        ("/ratings/classes", "no_rated_area"),
        ("/bands/0/floor", "band_never_reached"),
    ]


@pytest.mark.parametrize(
    ("terms", "years"),
    [
        ({}, [2022]),
        ({"valid_from": 2022, "valid_to": 2024}, [2022, 2023, 2024]),
        ({"valid_from": 2021}, [2021, 2022, 2023, 2024, 2025]),
        ({"valid_to": 2023}, [2022, 2023]),
    ],
)
def test_a_set_is_in_force_in_its_years(terms: Json, years: list[int]) -> None:
    parsed = framework(*TREE, **terms)
    assert [year for year in range(2020, 2026) if in_force(parsed, year)] == years


def test_the_summary_counts_points_by_source() -> None:
    parsed = framework(
        area("1", "60", leaf("1.1", "40"), leaf("1.2", "20", source="statistics")),
        TREE[1],
        leaf("b", "5") | {"effect": "bonus"},
    )
    found = summary(parsed)
    assert (found.nodes, found.leaves) == (7, 5)
    assert [(part.key, str(part.max_points), part.leaves) for part in found.areas] == [
        ("1", "60", 2),
        ("2", "40", 2),
    ]
    assert {source: str(points) for source, points in found.sources.items() if points} == {
        "documents": "80",
        "statistics": "20",
    }
