"""The JSON Schema of the criteria tree, its nodes and leaves; the whole definition stands in `schema`."""

from scoring_api.frameworks.domain.framework import SOURCES
from scoring_api.frameworks.domain.labels import (
    ABSENCE_NAMES,
    EFFECT_NAMES,
    MISSING_NAMES,
    ROLE_NAMES,
    SOURCE_NAMES,
)
from scoring_api.frameworks.domain.schema_parts import (
    Schema,
    choice,
    closed,
    figure,
    flag,
    legal_basis,
    or_null,
    ref,
    rows,
    text,
    when,
    words,
)
from scoring_api.frameworks.domain.tree_parsing import NODE_LIMIT

_NODE_REQUIRED = ("code", "role", "name", "max_points")


def tree_schemas(refs: str) -> dict[str, Schema]:
    """The definitions of the nodes, by name; references start with `refs`."""
    return {
        "Node": {
            "description": "Một mục của cây: có mục con là mục tổng hợp, không có là mục chấm điểm (lá)",
            **when({"children": {"type": "array", "minItems": 1}}, ref(refs, "Parent"), ref(refs, "Leaf")),
        },
        "Parent": _parent(refs),
        "Leaf": _leaf(refs),
    }


def _common(refs: str) -> dict[str, Schema]:
    """What every node has."""
    return {
        "code": text("Mã (số thứ tự) trong mục cha, như «1.1.2»; không có dấu «/»", 40)
        | {"pattern": r"^[^/]*\S[^/]*$"},
        "role": choice("Vai trò", ROLE_NAMES),
        "name": text("Tên mục"),
        "max_points": figure("Điểm tối đa (điểm chuẩn); 0 là chỉ theo dõi"),
        "effect": choice("Tính chất điểm, mặc định như mục cha", EFFECT_NAMES),
        "legal_basis": legal_basis(refs),
        "percent_over": rows(
            "Tỷ lệ của mục tính trên các lá có nguồn này; bỏ trống là mọi lá",
            choice("Nguồn", SOURCE_NAMES),
            len(SOURCES),
        )
        | {"uniqueItems": True},
        "rated": flag("Lĩnh vực dùng để xếp loại người đứng đầu; chỉ lĩnh vực, mặc định có", default=True),
        "note": words("Ghi chú"),
    }


def _only_areas_are_rated() -> Schema:
    return when({"role": {"not": {"const": "area"}}}, {"properties": {"rated": {"const": False}}})


def _parent(refs: str) -> Schema:
    children = rows("Các mục con", ref(refs, "Node"), NODE_LIMIT, 1)
    required = (*_NODE_REQUIRED, "children")
    return closed(
        "Mục tổng hợp", {**_common(refs), "children": children}, required, **_only_areas_are_rated()
    )


def _leaf(refs: str) -> Schema:
    nothing: Schema = {"description": "Lá không có mục con", "type": ["array", "null"], "maxItems": 0}
    by_itself = {
        "anyOf": [
            {"required": ["rule"], "properties": {"rule": {"type": "object"}}},
            {"properties": {"source": {"const": "leader"}}},
            {"required": ["unattributed"], "properties": {"unattributed": {"const": True}}},
        ]
    }
    return closed(
        "Mục chấm điểm (lá)",
        {
            **_common(refs),
            "children": nothing,
            "source": choice("Nguồn điểm", SOURCE_NAMES),
            "rule": or_null(
                ref(refs, "Rule"), "Cách tính điểm; chỉ bỏ được khi lãnh đạo chấm hoặc chưa rõ tiêu chí"
            ),
            "missing": choice("Khi không có số liệu", MISSING_NAMES, "zero"),
            "not_applicable": choice("Khi không áp dụng cho đơn vị", ABSENCE_NAMES, "exclude"),
            "not_arising": choice("Khi không phát sinh (mẫu số bằng 0)", ABSENCE_NAMES, "exclude"),
            "evidence": words("Tài liệu kiểm chứng"),
            "unattributed": flag(
                "Phần điểm chưa rõ thuộc tiêu chí nào, chỉ có trong bộ dựng lại", default=False
            ),
        },
        (*_NODE_REQUIRED, "source"),
        allOf=[_only_areas_are_rated(), by_itself],
    )
