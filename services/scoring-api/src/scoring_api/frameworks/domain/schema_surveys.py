"""The JSON Schema of the two survey measures, organisations and SIPAS."""

from scoring_api.frameworks.domain.schema_parts import (
    Schema,
    choice,
    closed,
    codes,
    figure,
    optional_figure,
    rows,
    text,
    when,
    whole,
    words,
)
from scoring_api.frameworks.domain.survey_parsing import OPTION_LIMIT, QUESTION_LIMIT

_COMBINE = {
    "pool": "gộp phiếu của mọi nhóm",
    "mean_of_groups": "trung bình cộng các nhóm",
    "weighted_groups": "trung bình có trọng số các nhóm",
}
_POOLING = {
    "pooled": "gộp mọi câu trả lời",
    "mean_of_questions": "trung bình cộng các câu hỏi",
    "mean_of_factors": "trung bình cộng các yếu tố",
    "overall_question": "chỉ tính câu hỏi hài lòng chung",
}


def survey_schema() -> Schema:
    group = closed(
        "Một nhóm người trả lời",
        {"code": text("Mã nhóm", 100), "weight": figure("Trọng số, lớn hơn 0", default="1")},
        ("code",),
    )
    return closed(
        "Điều tra xã hội học: tỷ lệ quy đổi của câu trả lời hợp lệ; bỏ trống không tính",
        {
            "kind": {"const": "survey"},
            "questionnaires": codes("Mã các mẫu phiếu", 20, 1),
            "questions": rows("Các câu hỏi được tính", _question(), QUESTION_LIMIT, 1),
            "combine": choice("Cách gộp các nhóm người trả lời", _COMBINE, "pool"),
            "groups": rows("Các nhóm được tính; bỏ trống là mọi nhóm", group, 100),
            "minimum": _minimum(),
        },
        ("kind", "questionnaires", "questions"),
        **when({"combine": {"const": "weighted_groups"}}, _filled("groups")),
    )


def _question() -> Schema:
    options = {
        "description": "Tỷ lệ quy đổi của từng phương án (0–100 %); null là phương án không tính",
        "type": "object",
        "minProperties": 1,
        "maxProperties": OPTION_LIMIT,
        "additionalProperties": optional_figure("Tỷ lệ quy đổi", maximum=100),
        "not": {"additionalProperties": {"type": "null"}},
    }
    return closed(
        "Một câu hỏi",
        {
            "code": text("Mã câu hỏi", 60),
            "weight": figure("Trọng số, lớn hơn 0", default="1"),
            "options": options,
        },
        ("code", "options"),
    )


def _minimum() -> Schema:
    return whole("Số phiếu hợp lệ ít nhất để một ô được tính", 1, 1_000_000, default=1)


def _filled(name: str) -> Schema:
    """The list of that name is there and not empty."""
    return {"required": [name], "properties": {name: {"type": "array", "minItems": 1}}}


def sipas_schema() -> Schema:
    methods = {"share": "tỷ lệ câu trả lời hài lòng", "mean": "trung bình của thang đo"}
    return closed(
        "Chỉ số hài lòng (SIPAS), phương pháp do bộ tiêu chí chọn",
        {
            "kind": {"const": "sipas"},
            "questionnaires": codes("Mã các mẫu phiếu", 20, 1),
            "questions": codes("Các câu hỏi được tính", QUESTION_LIMIT),
            "method": choice("Cách đo", methods, "share"),
            "pooling": choice("Cách gộp", _POOLING, "pooled"),
            "satisfied": codes("Các phương án là hài lòng", OPTION_LIMIT),
            "scale_options": codes("Thang đo, từ thấp đến cao", OPTION_LIMIT, 1),
            "factors": {
                "description": "Yếu tố → các câu hỏi của yếu tố đó",
                "type": ["object", "null"],
                "maxProperties": OPTION_LIMIT,
                "additionalProperties": codes("Các câu hỏi của yếu tố", QUESTION_LIMIT, 1),
            },
            "overall": words("Câu hỏi hài lòng chung"),
            "minimum": _minimum(),
        },
        ("kind", "questionnaires", "scale_options"),
        allOf=_sipas_needs(),
    )


def _sipas_needs() -> list[Schema]:
    """What each method and each pooling cannot do without."""
    overall = {"required": ["overall"], "properties": {"overall": {"type": "string", "minLength": 1}}}
    by_factor = {"required": ["factors"], "properties": {"factors": {"type": "object", "minProperties": 1}}}
    return [
        when({"pooling": {"const": "overall_question"}}, overall, _filled("questions")),
        when({"pooling": {"const": "mean_of_factors"}}, by_factor),
        when({"method": {"const": "mean"}}, {}, _filled("satisfied")),
    ]
