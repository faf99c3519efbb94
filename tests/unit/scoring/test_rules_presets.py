"""Every scoring pattern has a preset with its source and a worked example; their sentences can be read."""

import inspect
import re
from decimal import Decimal

import pytest

from scoring_api.frameworks.domain import presets
from scoring_api.frameworks.domain.rule_text import rule_text
from scoring_api.frameworks.domain.rules import Rule

PRESETS = {name: getattr(presets, name) for name in presets.__all__}
STEPS = [(None, "0"), ("50", "1")]


def test_each_of_the_eighteen_patterns_has_a_preset() -> None:
    told = [re.match(r"P(\d+): ", inspect.getdoc(preset) or "") for preset in PRESETS.values()]
    assert {int(found.group(1)) for found in told if found} == set(range(1, 19))
    assert all(told)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_names_its_source_and_shows_a_case(name: str) -> None:
    said = inspect.getdoc(PRESETS[name]) or ""
    assert ">>> " in said
    assert re.search(r"«.+»|as above", said)
    assert re.search(r"QĐ |Sóc Trăng|Hà Nam|provinces|Phú Thọ|sources|inferred", said)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            presets.chosen_level([("co", "Có", "1"), ("khong", "", "0")]),
            "Chọn một mức. Có: 1 điểm; khong: 0 điểm.",
        ),
        (
            presets.ratio_linear("80"),
            (
                "Tỷ lệ tử số trên mẫu số. Dưới 80 %: 0 điểm; từ 80 % đến dưới 100 %: điểm chuẩn × tỷ lệ; "
                "từ 100 % trở lên: 1 điểm."
            ),
        ),
        (
            presets.ratio_linear("100"),
            "Tỷ lệ tử số trên mẫu số. Dưới 100 %: 0 điểm; từ 100 % trở lên: 1 điểm.",
        ),
        (
            presets.ratio_capped("90"),
            "Tỷ lệ tử số trên mẫu số. Dưới 90 %: điểm chuẩn × tỷ lệ / 90 %; từ 90 % trở lên: 1 điểm.",
        ),
        (presets.all_or_nothing("1"), "Số lượng. Dưới 1: 1 điểm; từ 1 trở lên: 0 điểm."),
        (
            presets.deduction("0.25"),
            "Số vi phạm. Mỗi vi phạm: trừ 0,25 điểm từ 1 điểm, không dưới 0; vi phạm nghiêm trọng: 0 điểm.",
        ),
        (presets.count_capped("0.5"), "Số lượng. Mỗi mục: 0,5 điểm, không quá 1 điểm."),
        (
            presets.growth_steps([(None, "0"), ("-2.5", "0.5"), ("10", "1")]),
            (
                "Mức tăng so với năm trước, bằng (năm nay − năm trước) / năm trước. Dưới -2,5 %: 0 điểm; "
                "từ -2,5 % đến dưới 10 %: 0,5 điểm; từ 10 % trở lên: 1 điểm."
            ),
        ),
        (
            presets.punctual_reports("0.5"),
            (
                "Tỷ lệ báo cáo đúng hạn trên số phải gửi; báo cáo muộn tính bằng 0,5 báo cáo đúng hạn. "
                "Dưới 100 %: điểm chuẩn × tỷ lệ đúng hạn; từ 100 % trở lên: 1 điểm."
            ),
        ),
        (
            presets.guarded_formula(["a"], [("a > 1", "a * 2"), (None, "0")], full="4"),
            "Công thức: nếu a > 1: a * 2; còn lại: 0. Dưới 4: điểm chuẩn × kết quả / 4; từ 4 trở lên: 1 điểm.",
        ),
        (
            presets.survey_options("to-chuc-so", {"c1": "1", "c2": "1.5"}),
            (
                "Điều tra xã hội học (mẫu phiếu to-chuc-so): 2 câu hỏi có trọng số; gộp phiếu các nhóm; "
                "A = 100 %, B = 60 %, C = 20 %, D = 0 %. Dưới 100 %: điểm chuẩn × tỷ lệ khảo sát; "
                "từ 100 % trở lên: 1 điểm."
            ),
        ),
    ],
)
def test_a_rule_is_told_in_one_sentence(rule: Rule, text: str) -> None:
    assert rule_text(rule, Decimal(1)) == text


@pytest.mark.parametrize(
    "rule",
    [
        presets.ratio_product(),
        presets.ratio_complement(),
        presets.self_accuracy(STEPS),
        presets.external_index_steps(STEPS),
        presets.satisfaction("p", ["q"]),
        presets.satisfaction_steps("p", ["q"], STEPS),
    ],
)
def test_every_other_rule_has_its_sentence_too(rule: Rule) -> None:
    assert re.fullmatch(r"[A-ZĐ1].+\. (Dưới|Từ) .+ điểm\.", rule_text(rule, Decimal(1)))
