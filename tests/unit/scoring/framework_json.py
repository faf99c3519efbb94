"""Small framework documents and inputs for tests of the engine; no test stands here."""

from typing import Any

from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.parsing import parse_framework
from scoring_api.results.domain.inputs import AssessedUnit, LeafEntry, PreviousYear, TallyCell, UnitInput

Json = dict[str, Any]

POINTS: Json = {"measure": {"kind": "points"}, "scale": {"kind": "linear", "floor": "0", "full": "100"}}
RATIO: Json = {"measure": {"kind": "ratio"}, "scale": {"kind": "linear", "floor": "0", "full": "100"}}
BANDS: list[Json] = [
    {"code": "tu-90", "name": "từ 90% trở lên", "floor": "90"},
    {"code": "80-duoi-90", "name": "từ 80% đến dưới 90%", "floor": "80"},
    {"code": "duoi-80", "name": "dưới 80%", "floor": "0"},
]
CLASSES: list[Json] = [
    {"code": "xuat-sac", "name": "Hoàn thành xuất sắc", "total_floor": "90", "area_floor": "80"},
    {"code": "tot", "name": "Hoàn thành tốt", "total_floor": "80", "area_floor": "70"},
    {"code": "hoan-thanh", "name": "Hoàn thành", "total_floor": "65", "area_floor": "50"},
    {"code": "khong-hoan-thanh", "name": "Không hoàn thành", "total_floor": None, "area_floor": None},
]


def leaf(code: str, max_points: str, rule: Json | None = None, **terms: Any) -> Json:
    node = {"code": code, "role": "criterion", "name": f"Tiêu chí {code}", "max_points": max_points}
    return {**node, "source": "documents", "rule": rule or RATIO, **terms}


def area(code: str, max_points: str, *children: Json, **terms: Any) -> Json:
    node = {"code": code, "role": "area", "name": f"Lĩnh vực {code}", "max_points": max_points}
    return {**node, "children": list(children), **terms}


def document(*nodes: Json, **terms: Any) -> Json:
    return {
        "code": "thu",
        "title": "Bộ tiêu chí thử",
        "year": 2022,
        "level": "department",
        "nodes": list(nodes),
        "bands": BANDS,
        "ratings": {"classes": CLASSES},
        **terms,
    }


def framework(*nodes: Json, **terms: Any) -> Framework:
    return parse_framework(document(*nodes, **terms))


def ratio(percent: str) -> LeafEntry:
    """An appraised ratio of so many percent."""
    return LeafEntry(value={"numerator": percent, "denominator": "100"})


def given(
    code: str, entries: dict[str, LeafEntry], *cells: TallyCell, previous: PreviousYear | None = None
) -> UnitInput:
    unit = AssessedUnit(code=code, rank_group="so")
    return UnitInput(unit=unit, entries=entries, cells=cells, previous=previous)
