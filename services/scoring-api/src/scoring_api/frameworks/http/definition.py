"""The published form of a framework's definition: its JSON Schema, and the body of POST /frameworks.

The domain is what checks a definition.
"""

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.description import SCHEMAS
from parindex.http.routing import UnitOfWorkRoute, guarded
from scoring_api.frameworks.domain.schema import definition_schema, framework_schema, part_schemas

router = APIRouter(prefix="/api/v1/frameworks", tags=["frameworks"], route_class=UnitOfWorkRoute)

MEDIA_TYPE = "application/schema+json"
_NAMED = "Framework"
_REFS = f"#/components/schemas/{_NAMED}"
_CONTENT = json.dumps(framework_schema(), ensure_ascii=False, indent=1).encode()

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
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": f"{_REFS}Definition"}, "example": _EXAMPLE},
        },
    },
    SCHEMAS: {
        f"{_NAMED}{name}": schema
        for name, schema in {"Definition": definition_schema(_REFS), **part_schemas(_REFS)}.items()
    },
}
"""For `guarded`: the definition as the body of a route that reads it by hand."""


@router.get(
    "/schema",
    **guarded(Action.FRAMEWORK_READ),
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "object"}}}}},
)
async def get_schema(request: Request) -> Response:
    """The JSON Schema of a definition, every attribute described in Vietnamese."""
    return represent(request, _CONTENT, MEDIA_TYPE)
