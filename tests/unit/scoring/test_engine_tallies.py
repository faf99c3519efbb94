"""Survey leaves out of counts: how groups and questions combine, and what drops out."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.points import output
from scoring_api.frameworks.domain.rules import Question, Sipas, Survey
from scoring_api.results.domain.counting import cells_of_unit
from scoring_api.results.domain.engine import score_units
from scoring_api.results.domain.inputs import LeafEntry, TallyCell
from scoring_api.results.domain.tallies import survey_percent
from tests.unit.scoring.framework_json import Json, framework, given, leaf

OPTIONS = {"A": Decimal(100), "B": Decimal(60), "C": Decimal(20), "D": Decimal(0), "K": None}


def survey(*weights: str, **terms: Any) -> Survey:
    questions = tuple(Question(f"c{i}", Decimal(weight), OPTIONS) for i, weight in enumerate(weights, 1))
    base: Json = {"combine": "pool", "groups": {}, "minimum": 1}
    return Survey(questionnaires=("p",), questions=questions, **{**base, **terms})


def cell(question: str, group: str, questionnaire: str = "p", **counts: int) -> TallyCell:
    return TallyCell(unit="a", questionnaire=questionnaire, group=group, question=question, counts=counts)


def percent(measure: Survey | Sipas, *cells: TallyCell) -> str | None:
    found = survey_percent(measure, cells_of_unit(cells))
    return None if found is None else str(output(found))


@pytest.mark.parametrize(
    ("items", "printed"),
    [
        (("77.78", "57.87", "63.98"), "66.54"),
        (("82.20", "83.02"), "82.61"),
        (("72.39", "73.54", "74.10", "59.28"), "69.83"),
        (("73.53", "80.07", "68.30"), "73.97"),
    ],
)
def test_questions_of_equal_weight_give_the_printed_mean(items: tuple[str, ...], printed: str) -> None:
    cells = [
        cell(f"c{i}", "g", A=int(Decimal(item) * 100), D=10_000 - int(Decimal(item) * 100))
        for i, item in enumerate(items, 1)
    ]
    assert percent(survey(*["1"] * len(items)), *cells) == printed


def test_questions_weigh_by_their_points() -> None:
    items = ("73.82", "75.11", "68.04", "70.09")  # Sóc Trăng: printed 71,22, the plain mean is 71,77
    cells = cells_of_unit(
        cell(f"c{i}", "g", A=int(Decimal(item) * 100), D=10_000 - int(Decimal(item) * 100))
        for i, item in enumerate(items, 1)
    )
    assert survey_percent(survey("1", "1", "1", "1"), cells) == Decimal("71.765")
    assert survey_percent(survey("0.5", "0.5", "0.75", "0.75"), cells) == Decimal("71.225")


def test_options_convert_and_what_is_outside_the_count_stays_out() -> None:
    assert percent(survey("1"), cell("c1", "g", A=1, B=1, C=1, D=1)) == "45.00"
    assert percent(survey("1"), cell("c1", "g", A=1, B=1, C=1, D=1, K=96, Z=5)) == "45.00"


LARGE, SMALL = cell("c1", "dan", A=90, D=10), cell("c1", "dai-bieu", A=2, D=8)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({"combine": "pool"}, "83.64"),
        ({"combine": "mean_of_groups"}, "55.00"),
        ({"combine": "weighted_groups", "groups": {"dan": Decimal(1), "dai-bieu": Decimal(3)}}, "37.50"),
        (
            {"combine": "weighted_groups", "groups": {"dan": Decimal("0.5"), "dai-bieu": Decimal("1.5")}},
            "37.50",
        ),
        ({"combine": "weighted_groups", "groups": {"dan": Decimal(1), "vang": Decimal(9)}}, "90.00"),
        ({"combine": "pool", "groups": {"dai-bieu": Decimal(1)}}, "20.00"),
        ({"combine": "pool", "minimum": 11}, "90.00"),
        ({"combine": "mean_of_groups", "minimum": 11}, "90.00"),
        (
            {
                "combine": "weighted_groups",
                "groups": {"dan": Decimal(1), "dai-bieu": Decimal(3)},
                "minimum": 11,
            },
            "90.00",
        ),
        ({"combine": "pool", "minimum": 101}, None),
    ],
)
def test_groups_combine_as_declared_and_small_cells_drop_out(terms: Json, expected: str | None) -> None:
    assert percent(survey("1", **terms), LARGE, SMALL) == expected


def test_weights_of_the_questions_left_are_weighed_anew() -> None:
    cells = [cell("c1", "g", A=20), cell("c2", "g", D=20), cell("c3", "g", A=4)]
    assert percent(survey("1", "3", "4", minimum=5), *cells) == "25.00"  # 1 of 1 + 3; the third drops out
    assert percent(survey("1", "3", "4"), *cells) == "62.50"
    weighted = survey("1", "3", "4", minimum=5, combine="weighted_groups", groups={"g": Decimal(2)})
    assert percent(weighted, *cells) == "25.00"


def test_groups_come_first_and_then_questions() -> None:
    second = cell("c2", "dan", A=1, D=1)
    assert percent(survey("1", "3", combine="mean_of_groups"), LARGE, SMALL, second) == "51.25"
    assert percent(survey("1", "3"), LARGE, SMALL) == "83.64"  # a question nobody answered drops out


def test_cells_of_several_batches_are_one_cell() -> None:
    split = [cell("c1", "dan", A=40, D=10), cell("c1", "dan", A=50), cell("c1", "dai-bieu", A=2, D=8)]
    assert percent(survey("1", combine="mean_of_groups", minimum=10), *split) == "55.00"


def test_only_the_named_questionnaires_count() -> None:
    other = cell("c1", "dan", questionnaire="khac", D=900)
    assert percent(survey("1"), LARGE, other) == "90.00"


def sipas(**terms: Any) -> Sipas:
    base: Json = {
        "questionnaires": ("p",),
        "questions": ("q1", "q2", "q3"),
        "method": "share",
        "pooling": "pooled",
        "satisfied": ("4", "5"),
        "scale_options": ("1", "2", "3", "4", "5"),
        "factors": {"a": ("q1", "q2"), "b": ("q3",)},
        "overall": "q9",
        "minimum": 1,
    }
    return Sipas(**{**base, **terms})


RATED = [
    TallyCell(unit="a", questionnaire="p", group="dan", question="q1", counts={"5": 6, "3": 4}),
    TallyCell(unit="a", questionnaire="p", group="dan", question="q2", counts={"4": 20, "1": 20}),
    TallyCell(
        unit="a", questionnaire="p", group="dn", question="q3", counts={"4": 9, "5": 0, "2": 1, "0": 50}
    ),
    TallyCell(unit="a", questionnaire="p", group="dan", question="q9", counts={"4": 1}),
]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ({}, "58.33"),  # 35 of 60
        ({"pooling": "mean_of_questions"}, "66.67"),  # 60, 50, 90
        ({"pooling": "mean_of_factors"}, "71.00"),  # 26 of 50, 9 of 10
        ({"pooling": "overall_question"}, "100.00"),
        ({"method": "mean"}, "60.00"),
        ({"method": "mean", "pooling": "mean_of_questions"}, "70.00"),
        ({"pooling": "mean_of_questions", "minimum": 11}, "50.00"),
        ({"minimum": 41}, None),
    ],
)
def test_sipas_by_declared_method(terms: Json, expected: str | None) -> None:
    assert percent(sipas(**terms), *RATED) == expected


def test_soc_trang_sipas_at_the_threshold_of_eighty_gets_everything() -> None:
    rule = {
        "measure": {
            "kind": "sipas",
            "questionnaires": ["p"],
            "questions": ["q1"],
            "satisfied": ["4", "5"],
            "scale_options": ["1", "2", "3", "4", "5"],
        },
        "scale": {"kind": "table", "bands": [{"from": None, "points": "0"}, {"from": "80", "points": "100"}]},
    }
    parsed = framework(leaf("1", "100", rule, source="survey", role="group", missing="exclude"))
    cells = (TallyCell(unit="a", questionnaire="p", group="g", question="q1", counts={"4": 8043, "2": 1957}),)
    full, empty, set_by_council, absent = score_units(
        parsed,
        [
            given("a", {}, *cells),
            given("a", {}),
            given("a", {"1": LeafEntry(override=Decimal(3))}, *cells),
            given("a", {"1": LeafEntry(not_applicable=True)}, *cells),
        ],
    )
    assert (full.leaves[0].points, full.leaves[0].measure) == (100, Decimal("80.43"))
    assert (empty.leaves[0].status, empty.percent) == ("missing", None)
    assert (set_by_council.points, set_by_council.leaves[0].policy) == (3, "override")
    assert absent.leaves[0].status == "not_applicable"
