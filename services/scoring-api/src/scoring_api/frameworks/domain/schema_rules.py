"""The JSON Schema of a rule, measure × scale, with every parameter; survey measures stand next door."""

from scoring_api.frameworks.domain.formula import LENGTH_LIMIT
from scoring_api.frameworks.domain.rule_parsing import PLAIN
from scoring_api.frameworks.domain.scale_parsing import ROW_LIMIT
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
    words,
)
from scoring_api.frameworks.domain.schema_surveys import sipas_schema, survey_schema

_PLAIN_MEANING = {
    "choice": "chọn một mức trong bảng mức",
    "ratio": "tỷ lệ phần trăm: tử số / mẫu số × 100",
    "product": "tích hai tỷ lệ phần trăm",
    "complement": "phần bù: 100 % trừ tỷ lệ không đạt",
    "count": "đếm số lượng",
    "growth": "tỷ lệ tăng so với năm trước, phần trăm",
    "self_gap": "chênh lệch giữa điểm tự chấm và điểm thẩm định, phần trăm của điểm chuẩn",
    "points": "điểm nhập trực tiếp (đánh giá của lãnh đạo)",
}


def rule_schemas(refs: str) -> dict[str, Schema]:
    """The definitions a rule needs, by name; references start with `refs`."""
    return {"Rule": _rule(refs), "RuleCase": _case(), **_measures(), **_scales()}


def _rule(refs: str) -> Schema:
    measures = ("PlainMeasure", "Punctuality", "Formula", "Survey", "Sipas")
    scales = ("LevelTable", "BandTable", "Linear", "PerItem", "Deduct")

    def one_of(*names: str) -> list[Schema]:
        return [{"$ref": f"{refs}{name}"} for name in names]

    def scaled(*names: str) -> Schema:
        return {"properties": {"scale": {"anyOf": one_of(*names)}}}

    def measured(kind: str) -> dict[str, Schema]:
        return {"measure": {"required": ["kind"], "properties": {"kind": {"const": kind}}}}

    counted = when(measured("count"), scaled(*scales[1:]), scaled("BandTable", "Linear"))
    return closed(
        "Cách tính điểm: cách đo × thang điểm",
        {
            "measure": {"description": "Cách đo", "oneOf": one_of(*measures)},
            "scale": {"description": "Thang điểm", "oneOf": one_of(*scales)},
            "cases": rows(
                "Ví dụ kiểm tra, phải ra đúng điểm trước khi công bố",
                {"$ref": f"{refs}RuleCase"},
                ROW_LIMIT,
            ),
            "note": words("Ghi chú"),
        },
        ("measure", "scale"),
        **when(measured("choice"), scaled("LevelTable"), counted),
    )


def _case() -> Schema:
    return closed(
        "Một ví dụ kiểm tra",
        {
            "value": {"description": "Số liệu nhập, theo mẫu của cách đo", "type": "object"},
            "points": figure("Điểm phải ra, so ở đúng số chữ số thập phân đã ghi"),
            "note": words("Ghi chú"),
        },
        ("value", "points"),
    )


def _kind(kind: str, said: str) -> Schema:
    return {"description": said, "const": kind}


def _measures() -> dict[str, Schema]:
    return {
        "PlainMeasure": closed(
            "Cách đo không có tham số",
            {"kind": choice("Cách đo", {kind: _PLAIN_MEANING[kind] for kind in PLAIN})},
            ("kind",),
        ),
        "Punctuality": closed(
            "Báo cáo đúng hạn: phần trăm báo cáo đúng hạn trên số phải gửi",
            {
                "kind": _kind("punctuality", "Báo cáo đúng hạn"),
                "late_share": figure(
                    "Một báo cáo gửi muộn tính bằng bao nhiêu phần của báo cáo đúng hạn (0–1)",
                    default="0",
                    maximum=1,
                ),
            },
            ("kind",),
        ),
        "Formula": _formula(),
        "Survey": survey_schema(),
        "Sipas": sipas_schema(),
    }


def _formula() -> Schema:
    guard = closed(
        "Một trường hợp",
        {
            "when": words(
                "Điều kiện, ví dụ «a > 0 and b <= a»; bỏ trống là mọi trường hợp còn lại", LENGTH_LIMIT
            ),
            "expression": text("Biểu thức trên các biến: + - * / và ngoặc", LENGTH_LIMIT),
            "label": words("Diễn giải"),
        },
        ("expression",),
    )
    names = codes("Tên biến: chữ thường không dấu, số, gạch dưới", 50, 1)
    return closed(
        "Công thức theo trường hợp: trường hợp đầu tiên đúng cho kết quả đo",
        {
            "kind": _kind("formula", "Công thức"),
            "variables": names | {"items": {"type": "string", "pattern": "^[a-z_][a-z0-9_]{0,39}$"}},
            "guards": rows("Các trường hợp, xét theo thứ tự", guard, 50, 1),
        },
        ("kind", "variables", "guards"),
    )


def _scales() -> dict[str, Schema]:
    each = figure("Điểm của mỗi mục, mỗi lần")
    return {
        "LevelTable": _level_table(),
        "BandTable": _band_table(),
        "Linear": closed(
            "Theo tỷ lệ: 0 điểm dưới mức sàn, điểm tối đa từ mức đủ, ở giữa là điểm tối đa × kết quả đo / "
            "mức đủ",
            {
                "kind": _kind("linear", "Theo tỷ lệ"),
                "floor": figure("Mức sàn", default="0"),
                "full": figure("Mức đủ để đạt điểm tối đa, lớn hơn 0", default="100"),
            },
            ("kind",),
        ),
        "PerItem": closed(
            "Mỗi mục được một số điểm, tối đa bằng điểm tối đa",
            {"kind": _kind("per_item", "Cộng điểm theo mục"), "points_each": each},
            ("kind", "points_each"),
        ),
        "Deduct": closed(
            "Trừ điểm mỗi vi phạm, vi phạm nghiêm trọng được 0 điểm",
            {"kind": _kind("deduct", "Trừ điểm"), "points_each": each},
            ("kind", "points_each"),
        ),
    }


def _level_table() -> Schema:
    level = closed(
        "Một mức",
        {
            "code": text("Mã mức", 60),
            "label": words("Nội dung mức"),
            "points": figure("Điểm của mức, không quá điểm tối đa"),
        },
        ("code", "points"),
    )
    levels = rows("Các mức", level, ROW_LIMIT, 1)
    return closed(
        "Bảng mức: mức được chọn → điểm",
        {"kind": _kind("table", "Bảng điểm"), "levels": levels},
        ("kind", "levels"),
    )


def _band_table() -> Schema:
    step = closed(
        "Một bậc",
        {
            "from": optional_figure("Cận dưới, kể cả cận; null ở bậc đầu và chỉ ở bậc đầu", signed=True),
            "points": figure("Điểm của bậc, không quá điểm tối đa"),
            "label": words("Diễn giải"),
        },
        ("points",),
    )
    steps = rows("Các bậc, cận dưới tăng dần", step, ROW_LIMIT, 1)
    return closed(
        "Bảng bậc: kết quả đo thuộc bậc nào thì được điểm bậc đó",
        {"kind": _kind("table", "Bảng điểm"), "bands": steps},
        ("kind", "bands"),
    )
