"""The body of POST /frameworks as the OpenAPI description shows it; the domain is what checks it."""

from typing import Any

_LEGAL_BASIS = {
    "type": "array",
    "maxItems": 50,
    "items": {
        "type": "object",
        "required": ["number"],
        "properties": {name: {"type": "string"} for name in ("number", "date", "issuer", "subject", "note")},
    },
}
_SCHEMA = {
    "type": "object",
    "title": "FrameworkDefinition",
    "description": (
        "A criteria set («bộ tiêu chí»). Figures are strings; the maxima of children add up to their node, "
        "those of the roots to 100. A node without children is a leaf and has `source`, `rule` and what "
        "counts without a value (`missing`, `not_applicable`, `not_arising`). A rule is a measure and a "
        "scale. A whole set stands in `examples/hai-duong-2022/framework-departments.json`."
    ),
    "required": ["code", "title", "year", "level", "nodes", "bands"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "string", "maxLength": 80, "description": "The next draft of this code is made"},
        "title": {"type": "string"},
        "year": {"type": "integer", "minimum": 2000, "maximum": 2100},
        "level": {
            "type": "string",
            "maxLength": 20,
            "description": "Whom it assesses: `department`, `district`",
        },
        "form_prefix": {"type": "string", "maxLength": 10, "description": "`A` for forms A1, A2…"},
        "origin": {"enum": ["issued", "reconstructed"], "default": "issued"},
        "legal_basis": _LEGAL_BASIS,
        "nodes": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object"},
            "description": "Roots of the tree of groups, areas, criteria, sub-criteria; at most 12 deep",
        },
        "bands": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {"type": "object", "required": ["code", "name", "floor"]},
            "description": "Bands of the percent («nhóm điểm»), highest first, the last from 0",
        },
        "ratings": {
            "type": ["object", "null"],
            "required": ["classes"],
            "description": "Classes of the head's rating, best first, the last without floors",
        },
        "review": {
            "type": ["object", "null"],
            "required": ["areas", "threshold"],
            "description": "Areas that oblige to a review («kiểm điểm») under the threshold",
        },
        "tie_breaks": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Keys of groups or areas that decide between equal percents",
        },
        "cap_total": {"type": "boolean", "default": True, "description": "Whether a bonus stops at 100"},
        "note": {"type": "string"},
    },
}
_EXAMPLE = {
    "code": "hai-duong-2022-rut-gon",
    "title": "Bộ chỉ số cải cách hành chính của các sở, ban, ngành tỉnh (rút gọn)",
    "year": 2022,
    "level": "department",
    "form_prefix": "A",
    "origin": "issued",
    "legal_basis": [
        {"number": "3396/QĐ-UBND", "date": "2022-12-15", "issuer": "Chủ tịch Ủy ban nhân dân tỉnh"}
    ],
    "nodes": [
        {
            "code": "1",
            "role": "area",
            "name": "Công tác chỉ đạo, điều hành cải cách hành chính",
            "max_points": "100",
            "children": [
                {
                    "code": "1.1",
                    "role": "criterion",
                    "name": "Ban hành kế hoạch CCHC năm đúng thời gian quy định",
                    "max_points": "40",
                    "source": "documents",
                    "evidence": "Kế hoạch CCHC năm 2022",
                    "rule": {
                        "measure": {"kind": "choice"},
                        "scale": {
                            "kind": "table",
                            "levels": [
                                {"code": "day-du", "label": "Ban hành đúng thời gian", "points": "40"},
                                {"code": "khong", "label": "Không ban hành", "points": "0"},
                            ],
                        },
                    },
                },
                {
                    "code": "1.2",
                    "role": "criterion",
                    "name": "Mức độ hoàn thành kế hoạch CCHC",
                    "max_points": "60",
                    "source": "documents",
                    "evidence": "Báo cáo kết quả CCHC năm 2022",
                    "rule": {
                        "measure": {"kind": "ratio"},
                        "scale": {"kind": "linear", "floor": "0", "full": "100"},
                    },
                    "not_arising": "exclude",
                },
            ],
        }
    ],
    "bands": [
        {"code": "tu-90", "name": "từ 90% trở lên", "floor": "90"},
        {"code": "80-duoi-90", "name": "từ 80% đến dưới 90%", "floor": "80"},
        {"code": "duoi-80", "name": "dưới 80%", "floor": "0"},
    ],
    "ratings": {
        "legal_basis": [{"number": "29/2018/QĐ-UBND", "date": "2018-11-29", "issuer": "UBND tỉnh"}],
        "classes": [
            {
                "code": "hoan-thanh-tot",
                "name": "Hoàn thành tốt nhiệm vụ",
                "total_floor": "80",
                "area_floor": "70",
            },
            {
                "code": "khong-hoan-thanh",
                "name": "Không hoàn thành nhiệm vụ",
                "total_floor": None,
                "area_floor": None,
            },
        ],
    },
    "review": {
        "areas": ["1"],
        "threshold": "75",
        "basis": "Nghị quyết của Ban Thường vụ Tỉnh ủy năm 2021",
        "consequence": "phải tổ chức kiểm điểm",
    },
    "tie_breaks": ["1"],
}
REQUEST_BODY: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": _SCHEMA, "example": _EXAMPLE}},
}
