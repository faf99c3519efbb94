"""Explanations: every contribution adds up to the figure it explains, to the last digit."""

from decimal import Decimal

import pytest

from parindex.kernel.errors import DomainError
from parindex.kernel.points import output, total
from scoring_api.frameworks.domain.formula import NUMBERS
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.explanation import Explanation
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, TallyCell
from tests.unit.scoring.framework_json import Json, area, framework, leaf, ratio

CHOICE: Json = {
    "measure": {"kind": "choice"},
    "scale": {"kind": "table", "levels": [{"code": "cham", "label": "Có nhưng muộn", "points": "5"}]},
}
STEPS: Json = {
    "measure": {"kind": "ratio"},
    "scale": {"kind": "table", "bands": [{"from": None, "points": "0"}, {"from": "50", "points": "2.5"}]},
}
SURVEY: Json = {
    "measure": {
        "kind": "survey",
        "questionnaires": ["p"],
        "questions": [{"code": code, "options": {"A": "100", "D": "0"}} for code in ("c1", "c2", "c3")],
        "combine": "mean_of_groups",
    },
    "scale": {"kind": "linear", "floor": "0", "full": "100"},
}
PARSED = framework(
    area("1", "50", leaf("a", "20"), leaf("b", "20", CHOICE), leaf("c", "10", STEPS)),
    leaf("2", "50", SURVEY, source="survey", role="group"),
    area("8", "1", leaf("a", "1"), leaf("b", "1"), role="group", effect="bonus"),
    area("9", "1", leaf("a", "1"), role="group", effect="penalty"),
)
CELLS = [
    TallyCell(unit="u", questionnaire="p", group=group, question=code, counts={"A": yes, "D": no})
    for group, code, yes, no in (("x", "c1", 1, 2), ("y", "c1", 3, 4), ("x", "c2", 5, 2), ("y", "c3", 0, 7))
]
ENTRIES = {
    "1/a": LeafEntry(value={"numerator": "2", "denominator": "3"}, reason="theo báo cáo quý IV"),
    "1/b": LeafEntry(value={"level": "cham"}),
    "1/c": ratio("60"),
    "8/a": ratio("100"),
    "8/b": ratio("30"),
    "9/a": ratio("25"),
}
RESULT = compute_index(PARSED, [AssessedUnit(code="u", rank_group="so")], {"u": ENTRIES}, CELLS, {})
KEYS = ["", *PARSED.nodes]


@pytest.mark.parametrize("key", KEYS)
def test_contributions_add_up_exactly(key: str) -> None:
    found = explain(RESULT, "u", key)
    assert total([part.points for part in found.contributions]) == found.points


def test_the_total_names_its_parts() -> None:
    found = explain(RESULT, "u", "")
    assert [part.key for part in found.contributions] == ["1", "2", "8", "9"]
    assert found.points == RESULT.units["u"].score.points
    assert (found.contributions[2].points, found.contributions[3].points) == (1, Decimal("-0.25"))
    assert [explain(RESULT, "u", part.key).points for part in found.contributions][2:] == [1, Decimal("0.25")]


def test_a_cap_is_a_contribution_of_its_own() -> None:
    found = explain(RESULT, "u", "8")
    assert [part.key for part in found.contributions] == ["8/a", "8/b", "limit"]
    assert (found.points, found.contributions[2].points) == (1, Decimal("-0.3"))


def test_a_leaf_tells_value_measure_line_and_reason() -> None:
    found = explain(RESULT, "u", "1/a")
    assert [(figure.label, figure.amount) for figure in found.inputs] == [("tử số", "2"), ("mẫu số", "3")]
    assert (found.reason, found.max_points, found.decided_by) == ("theo báo cáo quý IV", 20, "rule")
    assert found.measure is not None
    assert found.line is not None
    assert (found.measure.printed, found.measure.unit, found.line.code) == ("66,67", "%", "line")
    assert (
        found.sentence == "Tử số 2, mẫu số 3: tỷ lệ 66,67 %; điểm chuẩn × tỷ lệ: 13,333 điểm (điểm chuẩn 20)."
    )
    assert found.rule == "Tỷ lệ tử số trên mẫu số. Dưới 100 %: điểm chuẩn × tỷ lệ; từ 100 % trở lên: 20 điểm."
    step = explain(RESULT, "u", "1/c").line
    assert step is not None
    assert (step.lower, step.upper, step.reach) == (50, None, "từ 50 % trở lên")


def test_a_survey_leaf_tells_each_question_and_group() -> None:
    found = explain(RESULT, "u", "2")
    assert [part.key for part in found.contributions] == ["c1/x", "c1/y", "c2/x", "c3/y"]
    assert found.contributions[3].points == 0
    assert found.contributions[0].label == "câu c1, nhóm x: 3 câu trả lời được tính, 33,33 % × 0,1667"
    assert total([part.printed for part in found.contributions]) == found.printed
    cells = [part.cell for part in found.contributions if part.cell is not None]
    assert output(total([cell.weight for cell in cells]), 30) == 1
    score = RESULT.units["u"].score.leaves[3]
    assert score.measure is not None
    percents = [NUMBERS.multiply(cell.weight, cell.percent) for cell in cells]
    assert output(total(percents), 30) == output(score.measure, 30)


def test_policies_are_told_in_words() -> None:
    parsed = framework(leaf("1", "60", role="group"), leaf("2", "40", role="group", not_applicable="exclude"))
    unit = AssessedUnit(code="u", rank_group="so")
    entries = {
        "1": LeafEntry(override=Decimal(50), reason="Hội đồng họp ngày 20/02"),
        "2": LeafEntry(not_applicable=True),
    }
    result = compute_index(parsed, [unit], {"u": entries}, [], {})
    council, absent = explain(result, "u", "1"), explain(result, "u", "2")
    assert council.sentence == "Hội đồng quyết định: 50 điểm (điểm chuẩn 60)."
    assert (council.decided_by, council.reason, council.line) == ("council", "Hội đồng họp ngày 20/02", None)
    assert absent.sentence == (
        "Được khai là không áp dụng, loại khỏi mẫu số: 0 điểm (điểm chuẩn 40 không tính vào mẫu số)."
    )
    assert absent.decided_by == "appraiser"
    assert explain(result, "u", "").max_points == 60


def test_nobody_and_nothing_are_refused() -> None:
    for unit, key, code in (("v", "1", "unit_unknown"), ("u", "7", "criterion_unknown")):
        with pytest.raises(DomainError) as refused:
            explain(RESULT, unit, key)
        assert refused.value.code == code


def test_a_survey_that_gave_nothing_is_still_explained_whole() -> None:
    rule = {
        **SURVEY,
        "scale": {"kind": "table", "bands": [{"from": None, "points": "1"}, {"from": "50", "points": "100"}]},
    }
    parsed = framework(leaf("1", "100", rule, source="survey", role="group"))
    unit = AssessedUnit(code="u", rank_group="so")
    nobody = [
        TallyCell(unit="u", questionnaire="p", group=group, question="c1", counts={"D": 3}) for group in "xy"
    ]
    found = explain(compute_index(parsed, [unit], {}, nobody, {}), "u", "1")
    assert [part.points for part in found.contributions] == [1, 0]
    assert found.sentence == "Tỷ lệ khảo sát 0 %; bậc dưới 50 %: 1 điểm (điểm chuẩn 100)."


def test_a_sum_names_its_parts_and_its_percent() -> None:
    total_of_all, first = explain(RESULT, "u", ""), explain(RESULT, "u", "1")
    assert total_of_all.sentence == (
        "20,83 (Lĩnh vực 1) + 18,26 (Tiêu chí 2) + 1 (Điểm thưởng: Lĩnh vực 8) − 0,25 (Điểm trừ: Lĩnh vực 9) "
        "= 39,84 điểm (tối đa 100); chỉ số: 39,837/100 = 39,84 %."
    )
    assert first.sentence == (
        "13,333 (Tiêu chí a) + 5 (Tiêu chí b) + 2,5 (Tiêu chí c) = 20,833 điểm (tối đa 50); "
        "chỉ số: 20,833/50 = 41,67 %."
    )
    assert first.measure is not None
    assert (first.measure.name, first.measure.printed, first.measure.unit) == ("percent", "41,67", "%")


def test_an_area_tells_which_leaves_its_percent_counts() -> None:
    parsed = framework(
        area(
            "1", "100", leaf("1.1", "60"), leaf("1.2", "40", source="statistics"), percent_over=["documents"]
        )
    )
    unit = AssessedUnit(code="u", rank_group="so")
    entries = {"1/1.1": ratio("50"), "1/1.2": ratio("100")}
    found = explain(compute_index(parsed, [unit], {"u": entries}, [], {}), "u", "1")
    assert found.sentence.endswith("chỉ số: 30/60 (tài liệu kiểm chứng) = 50 %.")
    nothing = {key: LeafEntry(not_applicable=True) for key in entries}
    absent = compute_index(parsed, [unit], {"u": nothing}, [], {})
    for key in ("", "1"):
        assert explain(absent, "u", key).measure is None


def near(percent: str) -> Explanation:
    """The total of a unit just under a bound, one area, points of 100."""
    parsed = framework(area("1", "100", leaf("a", "100")))
    result = compute_index(
        parsed, [AssessedUnit(code="u", rank_group="so")], {"u": {"1/a": ratio(percent)}}, [], {}
    )
    return explain(result, "u", "")


@pytest.mark.parametrize(
    ("percent", "printed", "said"),
    [
        ("89.996", "89,996", "+ 89,996 (Tổng) = 89,996 điểm (tối đa 100); chỉ số: 89,996/100 = 89,996 %."),
        ("89.99996", "89,99996", "89,99996/100 = 89,99996 %."),
        ("89.994", "89,99", "89,994/100 = 89,99 %."),
        ("90", "90", "90/100 = 90 %."),
    ],
)
def test_an_index_just_under_a_bound_is_told_under_it(percent: str, printed: str, said: str) -> None:
    found = near(percent)
    assert found.measure is not None
    assert found.measure.printed == printed
    assert found.sentence.endswith(said.partition("(Tổng)")[2] or said)
    assert total([part.printed for part in found.contributions]) == found.printed


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("99.996", "1,9999 điểm (điểm chuẩn 2)."),
        ("99.97", "1,999 điểm (điểm chuẩn 2)."),
        ("0.004", "0,0001 điểm (điểm chuẩn 2)."),
        ("0", "0 điểm (điểm chuẩn 2)."),
        ("100", "2 điểm (điểm chuẩn 2)."),
    ],
)
def test_points_that_are_not_all_or_nothing_do_not_print_so(percent: str, said: str) -> None:
    parsed = framework(leaf("1", "98", role="group"), leaf("2", "2", role="group"))
    result = compute_index(
        parsed, [AssessedUnit(code="u", rank_group="so")], {"u": {"2": ratio(percent)}}, [], {}
    )
    found = explain(result, "u", "2")
    assert found.sentence.endswith(said)
    assert found.contributions[0].printed == found.printed


@pytest.mark.parametrize("step", ["", "50", "x"])
def test_a_leaf_whose_points_are_taken_as_given_is_told_whatever_its_line(step: str) -> None:
    given = {"u": {"2": LeafScore(Decimal(5), Decimal(50), "scored", "", None, step)}}
    units = [AssessedUnit(code="u", rank_group="so")]
    found = explain(compute_index(PARSED, units, {"u": {}}, [], {}, given), "u", "2")
    assert found.sentence == "Điểm lấy nguyên như dữ liệu ghi: 5 điểm (điểm chuẩn 50)."
