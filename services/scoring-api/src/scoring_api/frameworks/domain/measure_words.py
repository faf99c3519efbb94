"""The measures in Vietnamese words: what each one is called, its unit and the figures it takes; no points."""

from collections.abc import Callable
from decimal import Decimal

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import output, vietnamese
from scoring_api.frameworks.domain.rules import Formula, Measure, Punctuality, Sipas, Survey

FIELD_LABELS: dict[str, str] = {
    "numerator": "tử số",
    "denominator": "mẫu số",
    "second_numerator": "tử số thứ hai",
    "second_denominator": "mẫu số thứ hai",
    "current": "năm nay",
    "previous": "năm trước",
    "on_time": "đúng hạn",
    "late": "muộn",
    "missing": "không gửi",
    "count": "số lượng",
    "serious": "vi phạm nghiêm trọng",
    "points": "điểm được cho",
    "level": "mức được chọn",
}
"""What a value's figures are called, by their name in the value."""

_NOUNS: dict[str, tuple[str, str]] = {
    "choice": ("mức được chọn", ""),
    "ratio": ("tỷ lệ", "%"),
    "product": ("tích hai tỷ lệ", "%"),
    "complement": ("phần còn lại", "%"),
    "count": ("số lượng", ""),
    "growth": ("mức tăng so với năm trước", "%"),
    "punctuality": ("tỷ lệ đúng hạn", "%"),
    "formula": ("kết quả", ""),
    "survey": ("tỷ lệ khảo sát", "%"),
    "sipas": ("chỉ số hài lòng", "%"),
    "self_gap": ("độ lệch điểm tự chấm", "%"),
    "points": ("điểm được cho", "điểm"),
}
_PLAIN = {
    "choice": "Chọn một mức",
    "ratio": "Tỷ lệ tử số trên mẫu số",
    "product": "Tích hai tỷ lệ: tử số trên mẫu số, nhân tử số thứ hai trên mẫu số thứ hai",
    "complement": "100 % trừ tỷ lệ các phần không đạt (tử số, tử số thứ hai) trên mẫu số",
    "count": "Số lượng",
    "growth": "Mức tăng so với năm trước, bằng (năm nay − năm trước) / năm trước",
    "self_gap": "Độ lệch giữa tổng điểm tự chấm và tổng điểm thẩm định, trên tổng điểm chuẩn các mục tự chấm",
    "points": "Điểm được cho",
}
_COMBINED = {
    "pool": "gộp phiếu các nhóm",
    "mean_of_groups": "trung bình cộng các nhóm",
    "weighted_groups": "bình quân gia quyền các nhóm",
}
_POOLED = {
    "pooled": "gộp mọi câu trả lời",
    "mean_of_questions": "trung bình cộng các câu hỏi",
    "mean_of_factors": "trung bình cộng các yếu tố",
    "overall_question": "theo câu hỏi chung",
}


def figure_text(amount: Decimal, places: int | None = None) -> str:
    """A figure as a sentence says it: rounded when asked, without needless zeros.

    >>> figure_text(Decimal("12.50")), figure_text(Decimal("72.7272"), 2), figure_text(Decimal(1620))
    ('12,5', '72,73', '1.620')
    """
    return vietnamese(Decimal(decimal_text(amount if places is None else output(amount, places))))


def measure_noun(measure: Measure) -> str:
    """What the measure's amount is called («tỷ lệ», «số lượng»…)."""
    return _NOUNS[measure.kind][0]


def amount_text(measure: Measure, amount: Decimal, places: int | None = None) -> str:
    """An amount of the measure with its unit, as a document prints it.

    >>> from scoring_api.frameworks.domain.rules import PlainMeasure
    >>> amount_text(PlainMeasure("ratio"), Decimal("72.7272"), 2)
    '72,73 %'
    """
    unit = _NOUNS[measure.kind][1]
    return f"{figure_text(amount, places)}{f' {unit}' if unit else ''}"


def measure_unit(measure: Measure) -> str:
    return _NOUNS[measure.kind][1]


def measure_text(measure: Measure) -> str:
    """What is measured, in one sentence without its full stop."""
    special: dict[str, Callable[[], str]] = {
        "punctuality": lambda: _punctuality(measure),
        "formula": lambda: _formula(measure),
        "survey": lambda: _survey(measure),
        "sipas": lambda: _sipas(measure),
    }
    return special[measure.kind]() if measure.kind in special else _PLAIN[measure.kind]


def _punctuality(measure: Measure) -> str:
    assert isinstance(measure, Punctuality)
    late = (
        f"tính bằng {figure_text(measure.late_share)} báo cáo đúng hạn"
        if measure.late_share
        else "không tính"
    )
    return f"Tỷ lệ báo cáo đúng hạn trên số phải gửi; báo cáo muộn {late}"


def _formula(measure: Measure) -> str:
    assert isinstance(measure, Formula)
    cases = []
    for guard in measure.guards:
        named = f" ({guard.label})" if guard.label else ""
        when = f"nếu {guard.when}" if guard.when is not None else "còn lại"
        cases.append(f"{when}{named}: {guard.expression}")
    return f"Công thức: {'; '.join(cases)}"


def _minimum(least: int, whose: str) -> str:
    return f"; {whose} dưới {least} câu trả lời hợp lệ không tính" if least > 1 else ""


def _survey(measure: Measure) -> str:
    assert isinstance(measure, Survey)
    weighted = len({question.weight for question in measure.questions}) > 1
    asked = f"{len(measure.questions)} câu hỏi{' có trọng số' if weighted else ''}"
    groups = _COMBINED[measure.combine]
    if measure.combine == "weighted_groups":
        groups += f" ({', '.join(f'{code} × {figure_text(w)}' for code, w in measure.groups.items())})"
    papers = ", ".join(measure.questionnaires)
    options = {tuple(question.options.items()) for question in measure.questions}
    scale = f"; {_options(next(iter(options)))}" if len(options) == 1 else ""
    few = _minimum(measure.minimum, "ô (câu hỏi × nhóm)")
    return f"Điều tra xã hội học (mẫu phiếu {papers}): {asked}; {groups}{scale}{few}"


def _options(options: tuple[tuple[str, Decimal | None], ...]) -> str:
    return ", ".join(
        f"{code} không tính" if weight is None else f"{code} = {figure_text(weight)} %"
        for code, weight in options
    )


def _sipas(measure: Measure) -> str:
    assert isinstance(measure, Sipas)
    if measure.method == "share":
        way = f"tỷ lệ câu trả lời ở mức {', '.join(measure.satisfied)}"
    else:
        way = f"điểm bình quân theo thang {len(measure.scale_options)} mức"
    papers, few = ", ".join(measure.questionnaires), _minimum(measure.minimum, "câu hỏi")
    return f"Chỉ số hài lòng (mẫu phiếu {papers}): {way}; {_POOLED[measure.pooling]}{few}"
