"""The published JSON Schema (draft 2020-12) of a bundle, described in Vietnamese.

It says what a schema can say; sums, references and doubles are what the reader checks.
"""

from typing import get_args

from scoring_api.frameworks.domain.schema_parts import (
    Schema,
    choice,
    closed,
    figure,
    flag,
    optional_figure,
    or_null,
    ref,
    rows,
    text,
    whole,
    words,
)
from scoring_api.frameworks.domain.scoring import Status
from scoring_api.results.domain import bundle
from scoring_api.results.domain.bundle_counts import CELL_LIMIT, COUNT_LIMIT, POLICIES
from scoring_api.results.domain.bundle_parsing import REASON_LIMIT, SET_LIMIT, UNIT_LIMIT

DRAFT = "https://json-schema.org/draft/2020-12/schema"
REFS = "#/$defs/"
DIGEST: Schema = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
COMPARED = {"comparable": "so được", "partly": "so được một phần", "not": "không so được"}


def bundle_schema() -> Schema:
    """A bundle: what `parindex compute` reads."""
    return {
        "$schema": DRAFT,
        "title": "Gói dữ liệu tính",
        **closed(
            "Mọi dữ liệu để tính chỉ số, trong một tài liệu. Số ghi dạng chữ, dấu thập phân là dấu chấm.",
            {
                "schema": {"const": bundle.SCHEMA},
                "title": words("Tên gói"),
                "sets": rows("Các bộ tiêu chí và đơn vị của từng bộ", ref(REFS, "Set"), SET_LIMIT, 1),
                "tallies": rows(
                    "Số phiếu điều tra; mỗi đơn vị, mẫu phiếu, nhóm trả lời và câu hỏi ghi một lần",
                    {"oneOf": [ref(REFS, "Cell"), ref(REFS, "WithheldCell")]},
                    CELL_LIMIT,
                ),
                "withheld": by("Điểm cho sẵn theo đơn vị, rồi theo tiêu chí; chỉ có trong gói công khai",
                                by("Điểm cho sẵn theo khóa tiêu chí", ref(REFS, "Given"))),
            },
            ("schema", "sets"),
        ),
        "$defs": {
            "Set": _set(),
            "Entry": _entry(),
            "Previous": _previous(),
            "Value": _value(),
            **_counts(),
        },
    }  # fmt: skip


def by(said: str, item: Schema) -> Schema:
    return {"description": said, "type": ["object", "null"], "additionalProperties": item}


def _set() -> Schema:
    unit = closed(
        "Một đơn vị",
        {
            "code": text("Mã đơn vị, không trùng trong cả gói", 80),
            "rank_group": text("Danh sách xếp hạng", 80),
            "name": words("Tên đơn vị", 500),
        },
        ("code", "rank_group"),
    )
    return closed(
        "Một bộ tiêu chí với các đơn vị của nó",
        {
            "framework": {"$ref": "framework.schema.json"},
            "units": rows("Các đơn vị được đánh giá", unit, UNIT_LIMIT, 1),
            "entries": by(
                "Kết quả thẩm định theo đơn vị, rồi theo khóa tiêu chí (như «I/1/1.1/1.1.1»)",
                {"type": "object", "additionalProperties": ref(REFS, "Entry")},
            ),
            "previous": by("Năm trước, theo đơn vị", ref(REFS, "Previous")),
        },
        ("framework", "units"),
    )


def _entry() -> Schema:
    value = or_null(ref(REFS, "Value"), "Giá trị được tính")
    return closed(
        "Điều được tính của một tiêu chí; không có là chưa có số liệu",
        {
            "value": value,
            "override": optional_figure("Điểm do Hội đồng quyết định, thay cho cách tính"),
            "not_applicable": flag("Không thuộc phạm vi của đơn vị", default=False),
            "self_value": or_null(ref(REFS, "Value"), "Giá trị đơn vị tự khai"),
            "reason": words("Lý do", REASON_LIMIT),
        },
    )


def _previous() -> Schema:
    return closed(
        "Kết quả năm trước của một đơn vị",
        {
            "rank": whole("Xếp hạng", 1, 100_000) | {"type": ["integer", "null"]},
            "percent": optional_figure("Chỉ số năm trước, phần trăm"),
            "comparability": choice("So với năm trước", COMPARED, "comparable"),
            "review_years": by(
                "Số năm liên tiếp phải kiểm điểm, theo khóa lĩnh vực", whole("Số năm", 0, 100)
            ),
            "values": by("Giá trị năm trước theo khóa tiêu chí, để dùng lại", ref(REFS, "Value")),
        },
    )


def _value() -> Schema:
    number = {
        "numerator": "Tử số",
        "denominator": "Mẫu số",
        "second_numerator": "Tử số thứ hai",
        "second_denominator": "Mẫu số thứ hai",
        "current": "Năm nay",
        "previous": "Năm trước",
        "on_time": "Số đúng hạn",
        "late": "Số chậm",
        "missing": "Số thiếu",
        "count": "Số lượng",
        "points": "Điểm chấm",
    }
    variables = {"type": "object", "additionalProperties": figure("Giá trị của biến", signed=True)}
    return closed(
        "Giá trị của một tiêu chí; có những số nào là do cách đo của tiêu chí",
        {
            "level": {"description": "Mức được chọn", "type": "string"},
            **{name: figure(said) for name, said in number.items()},
            "serious": flag("Có vi phạm nghiêm trọng", default=False),
            "variables": variables | {"description": "Biến của công thức"},
        },
    )


def _counts() -> dict[str, Schema]:
    place = {
        "unit": text("Mã đơn vị", 100),
        "questionnaire": text("Mã mẫu phiếu", 100),
        "group": text("Mã nhóm trả lời", 100),
        "question": text("Mã câu hỏi", 100),
    }
    count = whole("Số phiếu", 0, COUNT_LIMIT)
    counts = {"description": "Số phiếu theo phương án", "type": "object", "additionalProperties": count}
    cell = {
        "counts": counts,
        "blank": whole("Số phiếu để trống", 0, COUNT_LIMIT, default=0),
        "double": whole("Số phiếu chọn hai phương án", 0, COUNT_LIMIT, default=0),
        "total": whole("Tổng các phương án; không ghi thì tự cộng", 0, COUNT_LIMIT),
    }
    withheld = {"withheld": DIGEST | {"description": "Mã băm của ô và một số bí mật"}}
    said = "Một ô được giữ lại: quá ít phiếu, hoặc giúp tính ngược ra một ô quá ít phiếu"
    return {
        "Cell": closed("Một ô số phiếu", place | cell, (*place, "counts")),
        "WithheldCell": closed(said, place | withheld, (*place, "withheld")),
        "Given": _given(),
    }


def _given() -> Schema:
    given = {
        "points": figure("Điểm"),
        "max_points": figure("Điểm tối đa áp dụng"),
        "status": {"description": "Tình trạng", "enum": list(get_args(Status))},
        "policy": {"description": "Cách xử lý khi không chấm", "enum": list(POLICIES)},
        "measure": optional_figure("Kết quả đo"),
        "step": words("Bậc của thang điểm", 60),
        "excess": flag("Tử số lớn hơn mẫu số", default=False),
    }
    said = "Điểm cho sẵn của tiêu chí dựa trên ô được giữ lại"
    return closed(said, given, ("points", "max_points", "status"))
