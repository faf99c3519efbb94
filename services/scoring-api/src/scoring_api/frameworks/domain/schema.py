"""The published JSON Schema (draft 2020-12) of a framework's definition, described in Vietnamese.

It says what a schema can say: attributes, kinds, bounds. Sums, orders and references among parts are what
`parse_framework` checks.
"""

from scoring_api.frameworks.domain.labels import ORIGIN_NAMES
from scoring_api.frameworks.domain.parsing import CODE_LENGTH, CODE_PATTERN
from scoring_api.frameworks.domain.schema_parts import (
    Schema,
    choice,
    closed,
    codes,
    figure,
    flag,
    legal_basis,
    optional_figure,
    or_null,
    ref,
    rows,
    text,
    whole,
    words,
)
from scoring_api.frameworks.domain.schema_rules import rule_schemas
from scoring_api.frameworks.domain.schema_tree import tree_schemas
from scoring_api.frameworks.domain.tree_parsing import DEPTH_LIMIT, NODE_LIMIT

IDENTITY = "urn:parindex:framework:1"


def framework_schema() -> Schema:
    """The schema as one document that stands by itself."""
    refs = "#/$defs/"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": IDENTITY,
        "title": "Bộ tiêu chí",
        **definition_schema(refs),
        "$defs": part_schemas(refs),
    }


def definition_schema(refs: str) -> Schema:
    """The whole definition; what it refers to stands in `part_schemas` of the same prefix."""
    year = {"least": 2000, "most": 2100}
    return closed(
        "Bộ tiêu chí. Số ghi dạng chữ, dấu thập phân là dấu chấm. Điểm tối đa các mục con cộng lại bằng "
        "mục cha, các mục gốc cộng lại bằng 100.",
        {
            "code": text("Mã bộ tiêu chí; mỗi lần gửi là phiên bản tiếp theo của mã này", CODE_LENGTH)
            | {"pattern": CODE_PATTERN},
            "title": text("Tên bộ tiêu chí"),
            "year": whole("Năm đánh giá", **year),
            "valid_from": whole("Năm đầu có hiệu lực", **year) | {"type": ["integer", "null"]},
            "valid_to": whole("Năm cuối có hiệu lực", **year) | {"type": ["integer", "null"]},
            "level": text("Áp dụng cho cấp nào, như «department», «district»", 20),
            "form_prefix": words("Ký hiệu biểu, như «A» cho biểu A1, A2…", 10),
            "origin": choice("Nguồn gốc", ORIGIN_NAMES, "issued"),
            "legal_basis": legal_basis(refs),
            "nodes": rows(
                f"Các mục gốc của cây, sâu tối đa {DEPTH_LIMIT} cấp", ref(refs, "Node"), NODE_LIMIT, 1
            ),
            "bands": rows("Nhóm điểm, cao trước, nhóm cuối từ 0", ref(refs, "Band"), 50, 1),
            "ratings": or_null(ref(refs, "Ratings"), "Xếp loại người đứng đầu"),
            "review": or_null(ref(refs, "Review"), "Kiểm điểm khi lĩnh vực thấp điểm"),
            "tie_breaks": codes("Khóa các nhóm, lĩnh vực phân hạng khi bằng điểm, xét theo thứ tự", 100),
            "cap_total": flag("Điểm cộng không đưa tổng vượt điểm tối đa", default=True),
            "note": words("Ghi chú"),
        },
        ("code", "title", "year", "level", "nodes", "bands"),
    )


def part_schemas(refs: str) -> dict[str, Schema]:
    """The definitions of everything below the root, by name."""
    return {
        **tree_schemas(refs),
        "LegalBasis": _document(),
        "Band": _band(),
        "Ratings": _ratings(refs),
        "Review": _review(),
        **rule_schemas(refs),
    }


def _document() -> Schema:
    def named(name: str) -> Schema:
        return {"required": [name], "properties": {name: {"type": "string", "minLength": 1}}}

    return closed(
        "Một văn bản căn cứ: có số, ký hiệu hoặc ít nhất có trích yếu",
        {
            "number": words("Số, ký hiệu văn bản; chưa biết thì bỏ trống"),
            "date": words("Ngày ban hành dạng YYYY-MM-DD", 10)
            | {"pattern": r"^(\s*|[0-9]{4}-[0-9]{2}-[0-9]{2})$"},
            "issuer": words("Cơ quan ban hành"),
            "subject": words("Trích yếu"),
            "note": words("Ghi chú"),
        },
        anyOf=[named("number"), named("subject")],
    )


def _band() -> Schema:
    return closed(
        "Một nhóm điểm, từ cận dưới của nó đến cận dưới của nhóm trên",
        {
            "code": text("Mã nhóm điểm", 60),
            "name": text("Tên nhóm điểm"),
            "floor": figure("Cận dưới, phần trăm, kể cả cận"),
            "printed": flag("Có ghi trong quyết định; không là thêm vào để kín thang", default=True),
            "note": words("Ghi chú"),
        },
        ("code", "name", "floor"),
    )


def _ratings(refs: str) -> Schema:
    rating = closed(
        "Một mức xếp loại: đạt khi mọi cận dưới của nó đều đạt",
        {
            "code": text("Mã mức", 60),
            "name": text("Tên mức"),
            "total_floor": optional_figure("Chỉ số ít nhất, phần trăm; null là không đòi hỏi"),
            "area_floor": optional_figure("Từng lĩnh vực ít nhất, phần trăm; null là không đòi hỏi"),
            "note": words("Ghi chú"),
        },
        ("code", "name"),
    )
    return closed(
        "Xếp loại người đứng đầu",
        {
            "legal_basis": legal_basis(refs),
            "classes": rows("Các mức, cao trước, mức cuối không có cận dưới", rating, 50, 1),
            "note": words("Ghi chú"),
        },
        ("classes",),
    )


def _review() -> Schema:
    return closed(
        "Kiểm điểm khi một trong các lĩnh vực thấp hơn ngưỡng",
        {
            "areas": codes("Khóa các lĩnh vực, như «I/3»", 100),
            "threshold": figure("Ngưỡng, phần trăm"),
            "basis": words("Căn cứ"),
            "consequence": words("Hệ quả"),
            "note": words("Ghi chú"),
        },
        ("threshold",),
    )
