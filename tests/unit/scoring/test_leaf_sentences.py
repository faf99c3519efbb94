"""Every measure × scale is told in words, from its inputs to its points, and its rule is told beside it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.points import telling_places, total
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.engine import compute_index
from scoring_api.results.domain.explaining import explain
from scoring_api.results.domain.explanation import Explanation, explanation_record
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell
from tests.unit.scoring.framework_json import Json, framework, leaf

LINE: Json = {"kind": "linear", "floor": "0", "full": "100"}
QUARTERS: Json = {
    "kind": "table",
    "bands": [
        {"from": None, "points": "0"},
        {"from": "50", "points": "0.25"},
        {"from": "75", "points": "0.5"},
        {"from": "100", "points": "1", "label": "đạt đủ"},
    ],
}


def told(
    rule: Json | None,
    entry: LeafEntry | None,
    *,
    cells: Mapping[str, Mapping[str, int]] | None = None,
    previous: PreviousYear | None = None,
    **terms: Any,
) -> Explanation:
    """The explanation of a leaf of one point beside a leaf that does not matter."""
    node = leaf("2", "1", rule, role="group", **terms)
    if rule is None:
        del node["rule"]
    parsed = framework(leaf("1", "99", role="group"), node)
    tallies = [
        TallyCell(unit="u", questionnaire="p", group=group, question="c", counts=counts)
        for group, counts in (cells or {}).items()
    ]
    unit = AssessedUnit(code="u", rank_group="so")
    entries = {} if entry is None else {"2": entry}
    result = compute_index(parsed, [unit], {"u": entries}, tallies, {"u": previous} if previous else {})
    found = explain(result, "u", "2")
    assert total([part.points for part in found.contributions]) == found.points
    assert total([part.printed for part in found.contributions]) == found.printed
    assert canonical_bytes(explanation_record(found))
    return found


def rule(kind: str, scale: Json, **terms: Any) -> Json:
    return {"measure": {"kind": kind, **terms}, "scale": scale}


def fraction(part: int | str, whole: int | str) -> dict[str, str]:
    return {"numerator": str(part), "denominator": str(whole)}


LEVELS: Json = {"kind": "table", "levels": [{"code": "cham", "label": "Có, nhưng muộn", "points": "0.5"}]}
FORMULA: Json = {
    "variables": ["a", "b"],
    "guards": [
        {"when": "a > 0", "expression": "b / a * 100", "label": "có phát sinh hồ sơ"},
        {"expression": "50"},
    ],
}


@pytest.mark.parametrize(
    ("given_rule", "value", "sentence"),
    [
        (rule("choice", LEVELS), {"level": "cham"}, "Mức được chọn «Có, nhưng muộn»: 0,5 điểm"),
        (
            rule("ratio", QUARTERS),
            fraction(8, 11),
            "Tử số 8, mẫu số 11: tỷ lệ 72,73 %; bậc từ 50 % đến dưới 75 %: 0,25 điểm",
        ),
        (
            rule("ratio", QUARTERS),
            fraction(109, 109),
            "Tử số 109, mẫu số 109: tỷ lệ 100 %; bậc từ 100 % trở lên (đạt đủ): 1 điểm",
        ),
        (
            rule("ratio", QUARTERS),
            fraction("74.996", 100),
            "Tử số 74,996, mẫu số 100: tỷ lệ 74,996 %; bậc từ 50 % đến dưới 75 %: 0,25 điểm",
        ),
        (
            rule("ratio", LINE),
            fraction(314, 283),
            "Tử số 314, mẫu số 283: tỷ lệ 110,95 % (314/283 vượt 31); từ 100 % trở lên: 1 điểm",
        ),
        (
            rule("ratio", {"kind": "linear", "floor": "80", "full": "100"}),
            fraction("79.99", 100),
            "Tử số 79,99, mẫu số 100: tỷ lệ 79,99 %; dưới 80 %: 0 điểm",
        ),
        (
            rule("ratio", {"kind": "linear", "floor": "0", "full": "90"}),
            fraction(80, 100),
            "Tử số 80, mẫu số 100: tỷ lệ 80 %; điểm chuẩn × tỷ lệ / 90 %: 0,889 điểm",
        ),
        (
            rule("product", LINE),
            {**fraction(3, 2), "second_numerator": "3", "second_denominator": "4"},
            "Tử số 3, mẫu số 2, tử số thứ hai 3, mẫu số thứ hai 4: tích hai tỷ lệ 112,5 % (tích hai tỷ lệ vượt 100 %); từ 100 % trở lên: 1 điểm",
        ),
        (
            rule("complement", LINE),
            {**fraction(5, 40), "second_numerator": "5"},
            "Tử số 5, mẫu số 40, tử số thứ hai 5: phần còn lại 75 %; điểm chuẩn × phần còn lại: 0,75 điểm",
        ),
        (
            rule("count", {"kind": "per_item", "points_each": "0.5"}),
            {"count": "7"},
            "Số lượng 7; mỗi mục 0,5 điểm, không quá 1 điểm: 1 điểm",
        ),
        (
            rule("count", {"kind": "deduct", "points_each": "0.25"}),
            {"count": "3", "serious": False},
            "Số vi phạm 3; mỗi vi phạm trừ 0,25 điểm từ 1 điểm, không dưới 0: 0,25 điểm",
        ),
        (
            rule("count", {"kind": "deduct", "points_each": "0.25"}),
            {"count": "0", "serious": True},
            "Số vi phạm 0, có vi phạm nghiêm trọng: 0 điểm",
        ),
        (
            rule("count", {"kind": "linear", "floor": "0", "full": "2"}),
            {"count": "1"},
            "Số lượng 1; điểm chuẩn × số lượng / 2: 0,5 điểm",
        ),
        (
            rule("count", {"kind": "table", "bands": [{"from": None, "points": "1"}]}),
            {"count": "1"},
            "Số lượng 1; bậc mọi giá trị: 1 điểm",
        ),
        (
            rule("growth", QUARTERS),
            {"current": "360", "previous": "325"},
            "Năm nay 360, năm trước 325: mức tăng so với năm trước 10,77 %; bậc dưới 50 %: 0 điểm",
        ),
        (
            rule("growth", LINE),
            {"current": "1", "previous": "2"},
            "Năm nay 1, năm trước 2: mức tăng so với năm trước -50 %; từ 0 % trở xuống: 0 điểm",
        ),
        (
            rule("punctuality", LINE, late_share="0.5"),
            {"on_time": "2", "late": "2", "missing": "0"},
            "Đúng hạn 2, muộn 2, không gửi 0: tỷ lệ đúng hạn 75 %; điểm chuẩn × tỷ lệ đúng hạn: 0,75 điểm",
        ),
        (
            rule("formula", LINE, **FORMULA),
            {"variables": {"a": "4", "b": "3"}},
            "Với a = 4, b = 3, trường hợp «có phát sinh hồ sơ»: kết quả 75; điểm chuẩn × kết quả / 100: 0,75 điểm",
        ),
        (
            rule("formula", LINE, **FORMULA),
            {"variables": {"a": "0", "b": "3"}},
            "Với a = 0, b = 3, trường hợp «còn lại»: kết quả 50; điểm chuẩn × kết quả / 100: 0,5 điểm",
        ),
    ],
)
def test_a_value_is_told_from_its_figures_to_its_points(
    given_rule: Json, value: dict[str, Any], sentence: str
) -> None:
    assert told(given_rule, LeafEntry(value=value)).sentence == f"{sentence} (điểm chuẩn 1)."


def test_points_of_a_leader_are_told_once() -> None:
    found = told(None, LeafEntry(value={"points": "0.75"}), source="leader")
    assert found.sentence == "Điểm được cho 0,75 điểm: 0,75 điểm (điểm chuẩn 1)."
    assert found.rule.startswith("Điểm được cho. Dưới 1 điểm: đúng số điểm được cho")


SURVEY: Json = {
    "questionnaires": ["p"],
    "questions": [{"code": "c", "options": {"A": "100", "B": "50", "D": "0", "K": None}}],
    "combine": "weighted_groups",
    "groups": [{"code": "x", "weight": "2"}, {"code": "y", "weight": "1"}],
    "minimum": 3,
}
SIPAS: Json = {
    "questionnaires": ["p"],
    "questions": ["c"],
    "satisfied": ["4", "5"],
    "scale_options": ["1", "2", "3", "4", "5"],
}


def test_a_survey_tells_its_cells_and_those_that_dropped_out() -> None:
    cells = {"x": {"A": 3, "B": 2, "K": 9}, "y": {"A": 1, "D": 1}}
    found = told(rule("survey", LINE, **SURVEY), None, cells=cells, source="survey")
    assert found.sentence == ("Tỷ lệ khảo sát 80 %; điểm chuẩn × tỷ lệ khảo sát: 0,8 điểm (điểm chuẩn 1).")
    kept, dropped = found.contributions
    assert kept.label == "câu c, nhóm x: 5 câu trả lời được tính, 80 % × 1"
    assert dropped.label == "câu c, nhóm y: 2 câu trả lời, dưới mức tối thiểu, không tính"
    assert dropped.cell is not None
    assert (dropped.points, dropped.cell.percent, dropped.cell.weight, dropped.cell.counted) == (
        0,
        50,
        0,
        False,
    )
    assert found.rule == (
        "Điều tra xã hội học (mẫu phiếu p): 1 câu hỏi; bình quân gia quyền các nhóm (x × 2, y × 1); "
        "A = 100 %, B = 50 %, D = 0 %, K không tính; ô (câu hỏi × nhóm) dưới 3 câu trả lời hợp lệ không tính. "
        "Dưới 100 %: điểm chuẩn × tỷ lệ khảo sát; từ 100 % trở lên: 1 điểm."
    )


def test_a_satisfaction_index_by_steps() -> None:
    scale: Json = {"kind": "table", "bands": [{"from": None, "points": "0"}, {"from": "80", "points": "1"}]}
    cells = {"dan": {"4": 8043, "1": 1957}}
    found = told(rule("sipas", scale, **SIPAS), None, cells=cells, source="survey")
    assert found.sentence == "Chỉ số hài lòng 80,43 %; bậc từ 80 % trở lên: 1 điểm (điểm chuẩn 1)."
    assert found.rule == (
        "Chỉ số hài lòng (mẫu phiếu p): tỷ lệ câu trả lời ở mức 4, 5; gộp mọi câu trả lời. "
        "Dưới 80 %: 0 điểm; từ 80 % trở lên: 1 điểm."
    )


def test_a_survey_nobody_answered_is_told_by_its_policy() -> None:
    found = told(rule("survey", LINE, **SURVEY), None, cells={"x": {"A": 2}}, source="survey", missing="zero")
    assert found.sentence == (
        "Không có ô khảo sát nào đủ số câu trả lời tối thiểu, tính 0 điểm: 0 điểm (điểm chuẩn 1)."
    )


def test_a_satisfaction_index_by_the_mean_of_its_factors() -> None:
    measure = SIPAS | {
        "method": "mean",
        "pooling": "mean_of_factors",
        "questions": ["c", "d"],
        "factors": {"x": ["c"], "y": ["d"]},
        "minimum": 2,
    }
    found = told(rule("sipas", LINE, **measure), None, cells={"dan": {"5": 1, "3": 1}}, source="survey")
    assert found.sentence.startswith("Chỉ số hài lòng 80 %; điểm chuẩn × chỉ số hài lòng: 0,8 điểm")
    assert [part.label for part in found.contributions] == ["câu c: 2 câu trả lời được tính, 80 % × 1"]
    assert found.rule.startswith(
        "Chỉ số hài lòng (mẫu phiếu p): điểm bình quân theo thang 5 mức; trung bình cộng các yếu tố; "
        "câu hỏi dưới 2 câu trả lời hợp lệ không tính. "
    )


def test_scores_taken_as_given_are_told_without_their_cells() -> None:
    parsed = framework(leaf("1", "100", rule("survey", LINE, **SURVEY), source="survey", role="group"))
    given = LeafScore(Decimal("66.54"), Decimal(100), "scored", "", Decimal("66.54"), "line")
    unit = AssessedUnit(code="u", rank_group="so")
    found = explain(compute_index(parsed, [unit], {}, [], {}, {"u": {"1": given}}), "u", "1")
    assert found.sentence == (
        "Tỷ lệ khảo sát 66,54 %; điểm chuẩn × tỷ lệ khảo sát: 66,54 điểm (điểm chuẩn 100)."
    )
    assert [(part.key, part.points) for part in found.contributions] == [("1", Decimal("66.54"))]
    nameless = compute_index(parsed, [unit], {}, [], {}, {"u": {"1": given._replace(step="?")}})
    assert explain(nameless, "u", "1").sentence == "Tỷ lệ khảo sát 66,54 %: 66,54 điểm (điểm chuẩn 100)."


@pytest.mark.parametrize(
    ("guards", "sentence"),
    [
        ([{"when": "a > 5", "expression": "a"}], "Với a = 1, b = 0: không phát sinh, loại khỏi mẫu số"),
        ([{"when": "a / b > 5", "expression": "a"}], "Với a = 1, b = 0: không phát sinh, loại khỏi mẫu số"),
        (
            [{"expression": "a / b"}],
            "Với a = 1, b = 0, trường hợp «còn lại»: không phát sinh, loại khỏi mẫu số",
        ),
    ],
)
def test_a_formula_that_gives_nothing_is_told_with_its_variables(guards: list[Json], sentence: str) -> None:
    entry = LeafEntry(value={"variables": {"a": "1", "b": "0"}})
    found = told(rule("formula", LINE, variables=["a", "b"], guards=guards), entry)
    assert found.sentence.startswith(sentence)


def test_a_measure_however_near_its_bound_prints_on_its_own_side() -> None:
    assert telling_places(Decimal("89." + "9" * 19), (Decimal(90),)) == 19
    assert telling_places(Decimal("89." + "9" * 20), (Decimal(90),)) == 20
    assert telling_places(Decimal("90.004"), (Decimal(90),)) == 2


NOTHING, ABSENT = LeafEntry(value=fraction(0, 0)), LeafEntry(not_applicable=True, reason="không có thủ tục")
LAST_YEAR = PreviousYear(values={"2": fraction(3, 4)})


@pytest.mark.parametrize(
    ("terms", "entry", "previous", "sentence", "decided_by"),
    [
        ({"missing": "zero"}, None, None, "Chưa có giá trị, tính 0 điểm: 0 điểm (điểm chuẩn 1).", "rule"),
        (
            {"missing": "council"},
            None,
            None,
            "Chưa có giá trị, chờ Hội đồng quyết định, tạm tính 0 điểm: 0 điểm (điểm chuẩn 1).",
            "council",
        ),
        (
            {"not_arising": "exclude"},
            NOTHING,
            None,
            "Tử số 0, mẫu số 0: không phát sinh, loại khỏi mẫu số: 0 điểm (điểm chuẩn 1 không tính vào mẫu số).",
            "rule",
        ),
        (
            {"not_applicable": "full"},
            ABSENT,
            None,
            "Được khai là không áp dụng, tính đủ điểm chuẩn: 1 điểm (điểm chuẩn 1).",
            "appraiser",
        ),
        (
            {"not_applicable": "fallback"},
            ABSENT,
            LAST_YEAR,
            "Được khai là không áp dụng, lấy giá trị năm trước (tử số 3, mẫu số 4): 0,75 điểm (điểm chuẩn 1).",
            "appraiser",
        ),
        (
            {"not_arising": "fallback"},
            NOTHING,
            None,
            "Tử số 0, mẫu số 0: không phát sinh, không có giá trị năm trước: 0 điểm (điểm chuẩn 1).",
            "rule",
        ),
    ],
)
def test_what_was_not_scored_is_told_with_its_policy_and_who_decided(
    terms: Json, entry: LeafEntry | None, previous: PreviousYear | None, sentence: str, decided_by: str
) -> None:
    found = told(rule("ratio", LINE), entry, previous=previous, **terms)
    assert (found.sentence, found.decided_by) == (sentence, decided_by)


def test_a_gap_tells_both_sums_and_where_they_differ() -> None:
    scale: Json = {
        "kind": "table",
        "bands": [{"from": None, "points": "10"}, {"from": "5", "points": "0"}],
    }
    parsed = framework(
        leaf("0", "10", rule("self_gap", scale), source="derived"),
        leaf("1", "45", role="area"),
        leaf("2", "45", role="area"),
    )
    entries = {
        "1": LeafEntry(value=fraction(80, 100), self_value=fraction(90, 100)),
        "2": LeafEntry(value=fraction(90, 100), self_value=fraction(90, 100)),
    }
    unit = AssessedUnit(code="u", rank_group="so")
    found = explain(compute_index(parsed, [unit], {"u": entries}, [], {}), "u", "0")
    assert found.sentence == (
        "Tổng điểm tự chấm 81 điểm, tổng điểm thẩm định 76,5 điểm, tổng điểm chuẩn 90 điểm: "
        "độ lệch điểm tự chấm 5 %; bậc từ 5 % trở lên: 0 điểm (điểm chuẩn 10)."
    )
    assert [(figure.name, figure.printed) for figure in found.inputs[3:]] == [("difference/1", "4,5")]


def test_a_record_is_plain_and_exact() -> None:
    record = explanation_record(told(rule("ratio", QUARTERS), LeafEntry(value=fraction(8, 11))))
    assert record["inputs"][0] == {
        "name": "numerator",
        "label": "tử số",
        "amount": "8",
        "printed": "8",
        "unit": "",
    }
    assert record["measure"]["amount"].startswith("72.72727272727272727272")
    assert record["line"] == {
        "code": "50",
        "reach": "từ 50 % đến dưới 75 %",
        "gives": "0,25 điểm",
        "label": "",
        "lower": "50",
        "upper": "75",
    }
    assert (record["points"], record["max_points"], record["printed"]) == ("0.25", "1", "0.25")
    assert record["contributions"] == [
        {"key": "2", "label": "Tiêu chí 2", "points": "0.25", "printed": "0.25", "cell": None}
    ]
    assert Decimal(record["points"]) == Decimal("0.25")
