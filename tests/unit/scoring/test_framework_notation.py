"""The notation of rules in tables: what it says is read back the same, what it cannot say is not printed."""

import copy
from random import Random
from typing import Any

import pytest

from scoring_api.frameworks.domain.notation import NotationError, figure_text, parse_notation
from scoring_api.frameworks.domain.notation_printing import print_notation
from scoring_api.frameworks.domain.notation_words import GUIDE
from tests.property.random_frameworks import framework_document
from tests.unit.scoring.framework_json import RATIO, Json, document, framework, leaf

SAID_IN_JSON = {"survey", "sipas", "formula"}


def steps(kind: str, *rows: tuple[str | None, str]) -> Json:
    bands = [{"from": lower, "points": points} for lower, points in rows]
    return {"measure": {"kind": kind}, "scale": {"kind": "table", "bands": bands}}


def levels(*rows: tuple[str, str, str]) -> Json:
    made = [
        {"code": code, **({"label": label} if label else {}), "points": points}
        for code, label, points in rows
    ]
    return {"measure": {"kind": "choice"}, "scale": {"kind": "table", "levels": made}}


def counted(kind: str, points: str) -> Json:
    return {"measure": {"kind": "count"}, "scale": {"kind": kind, "points_each": points}}


@pytest.mark.parametrize("text", GUIDE)
def test_the_guide_is_read_and_printed_back(text: str) -> None:
    rule = parse_notation(text)
    assert print_notation(rule) == text
    framework(leaf("1", "100", rule, source="derived" if "self_gap" in str(rule) else "documents"))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Mỗi sáng kiến được công nhận được 0,5 điểm", counted("per_item", "0.5")),
        ("mỗi lần được: 1 điểm.", counted("per_item", "1")),
        ("Trừ 0.25 điểm cho mỗi báo cáo chậm", counted("deduct", "0.25")),
        ("Trừ 1 điểm mỗi vi phạm;", counted("deduct", "1")),
        ("Tỷ lệ (%): dưới 50%: 0 điểm; từ 50%: 1 điểm", steps("ratio", (None, "0"), ("50", "1"))),
        (
            "Tỷ lệ:\n+ Từ 80 % trở lên: 1\n+ Từ 50 % đến dưới 80 %: 0.5\n+ Dưới 50 %: 0",
            steps("ratio", (None, "0"), ("50", "0.5"), ("80", "1")),
        ),
        ("Tăng so với năm trước: mọi kết quả: 1 điểm", steps("growth", (None, "1"))),
        ("Tăng so với năm trước:\ndưới -2,5: 0\ntừ -2,5: 1", steps("growth", (None, "0"), ("-2.5", "1"))),
        ("TỶ LỆ x điểm chuẩn", RATIO),
        (
            "Chọn mức: Đạt: 2 điểm; Không đạt: 0 điểm",
            levels(("dat", "Đạt", "2"), ("khong-dat", "Không đạt", "0")),
        ),
        (
            "Chọn mức:\n[a] Đúng hạn: trước 31/12: 1 điểm\n[b]: 0",
            levels(("a", "Đúng hạn: trước 31/12", "1"), ("b", "", "0")),
        ),
    ],
)
def test_what_officials_write(text: str, rule: Json) -> None:
    assert parse_notation(text) == rule
    assert parse_notation(print_notation(rule)) == rule


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "chưa ghi cách tính điểm"),
        ("Theo quy định", "không hiểu cách tính điểm"),
        ("Tỷ lệ:", "thiếu các mức hoặc các bậc"),
        ("Tỷ lệ:\n- dưới 50: không có điểm", "phải kết thúc bằng số điểm"),
        ("Tỷ lệ:\n- khoảng 50: 1 điểm", "không hiểu bậc «khoảng 50»"),
        ("Tỷ lệ:\n- dưới 50: 0 điểm\n- từ 60: 1 điểm", "bậc dưới 50 và bậc từ 60 không nối liền"),
        ("Tỷ lệ:\n- dưới 50: 0 điểm\n- từ 50 đến dưới 80: 1 điểm", "thiếu bậc từ 80 trở lên"),
        ("Tỷ lệ, báo cáo muộn tính 0,5: dưới 5: 0; từ 5: 1", "chỉ dùng với «Báo cáo đúng hạn»"),
        ("Tỷ lệ × điểm tối đa; trên 50%: 1 điểm", "không hiểu «trên 50%: 1 điểm»"),
        ("Chọn mức:\n- : 1 điểm", "chưa có tên mức"),
        ("Mỗi vi phạm trừ 1.000 điểm", "hãy ghi «1000» hoặc «1,000»"),
        ("Mỗi mục được 1 điểm; tối đa 2 điểm", "không hiểu cách tính điểm"),
    ],
)
def test_what_is_no_notation_is_refused_with_the_reason(text: str, said: str) -> None:
    with pytest.raises(NotationError, match=said):
        parse_notation(text)


def test_decimals_below_one_are_no_thousands() -> None:
    assert [figure_text(text) for text in ("0.125", "12,345", "1234.567")] == ["0.125", "12.345", "1234.567"]


@pytest.mark.parametrize(
    "change",
    [
        {"note": "ghi chú"},
        {"cases": [{"value": {"numerator": "1", "denominator": "1"}, "points": "1"}]},
        {"scale": {"kind": "linear"}},
        {"scale": {"kind": "linear", "floor": 0, "full": "100"}},
        {"scale": {"kind": "linear", "floor": "0", "full": "1e2"}},
        {"scale": {"kind": "linear", "floor": "50", "full": "100", "more": "1"}},
        {"measure": {"kind": "formula", "variables": ["a"], "guards": [{"expression": "a"}]}},
    ],
    ids=str,
)
def test_what_the_notation_cannot_say_is_not_printed(change: Json) -> None:
    assert print_notation({**RATIO, **change}) == ""


@pytest.mark.parametrize(
    "label",
    ["Có\nkhông", "  thừa", "[a] b", "a; b", "- gạch", "a: 1 điểm", "=1+1", "Đúng hạn.", "", "x" * 40_000],
)
def test_a_level_of_any_label_comes_back_or_is_not_printed(label: str) -> None:
    rule = levels(("m", label, "1"), ("n", "Không", "0"))
    if text := print_notation(rule):
        assert parse_notation(text) == rule


def leaves(nodes: list[Json]) -> list[Json]:
    return [
        found for node in nodes for found in (leaves(node["children"]) if node.get("children") else [node])
    ]


def spoil_figures(value: Any, rng: Random) -> None:
    """Figures as people may have written them in JSON."""
    for key in value if isinstance(value, dict) else range(len(value)):
        if isinstance(value[key], dict | list):
            spoil_figures(value[key], rng)
        elif key in {"points", "from", "floor", "full", "points_each"} and value[key] is not None:
            value[key] = rng.choice([value[key], f"{value[key]}.0", "1e1", 5, "007"])


def test_every_rule_that_is_printed_comes_back() -> None:
    printed = 0
    definitions = [framework_document(Random(seed)) for seed in range(60)]
    for number, definition in enumerate(definitions):
        rules = [node.get("rule") for node in leaves(copy.deepcopy(definition)["nodes"])]
        for rule in filter(None, rules):
            if number % 2:
                spoil_figures(rule, Random(number))
            text = print_notation(rule)
            printed += bool(text)
            if text:
                assert parse_notation(text) == rule
            elif number % 2 == 0 and rule["measure"]["kind"] not in SAID_IN_JSON:
                pytest.fail(f"a common rule is not printed: {rule}")
    assert printed > 200


def test_a_rule_without_a_lower_bound_is_for_the_framework_to_refuse() -> None:
    rule = parse_notation("Tỷ lệ:\n- từ 50 đến dưới 80: 0,5 điểm\n- từ 80: 1 điểm")
    assert rule["scale"]["bands"][0]["from"] == "50"
    assert document(leaf("1", "100", rule))
