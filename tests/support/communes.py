"""Districts that rank their own communes: the register, a small set of criteria, a period of each."""

from collections.abc import Sequence
from typing import Any

import httpx

from parindex.auth.policy import Role
from tests.support.scoring_story import Year, ok, period_body

PROVINCE = "ubnd-tinh"
DISTRICTS = ("huyen-nam-sach", "huyen-thanh-ha")
CLASSES: list[dict[str, Any]] = [
    {"code": "tot", "name": "Hoàn thành tốt", "total_floor": "80", "area_floor": "50"},
    {"code": "khong", "name": "Không hoàn thành", "total_floor": None, "area_floor": None},
]


def communes_of(district: str, count: int = 3) -> list[str]:
    return [f"xa-{district.removeprefix('huyen-')}-{number:03d}" for number in range(1, count + 1)]


def unit_body(code: str, level: str, kind: str, parent: str = "", **changes: Any) -> dict[str, Any]:
    name = {"short_name": code, "head_title": "Chủ tịch", "valid_from": "2000-01-01"}
    return {
        "code": code,
        "level": level,
        "kind": kind,
        "names": [{**name, "name": f"Ủy ban nhân dân {code}"}],
        "parents": [{"unit": parent, "valid_from": "2000-01-01"}] if parent else [],
        **changes,
    }


def criteria(code: str = "bo-xa", **changes: Any) -> dict[str, Any]:
    """Two areas of two leaves each, 25 points a leaf."""
    rule = {"measure": {"kind": "ratio"}, "scale": {"kind": "linear", "floor": "0", "full": "100"}}

    def leaf(number: str) -> dict[str, Any]:
        node = {"code": number, "role": "criterion", "name": f"Tiêu chí {number}", "max_points": "25"}
        return {**node, "source": "documents", "rule": rule}

    return {
        "code": code,
        "title": "Bộ tiêu chí cấp xã",
        "year": 2022,
        "level": "commune",
        "legal_basis": [
            {"number": "12/QĐ-UBND", "date": "2022-11-15", "issuer": "UBND tỉnh", "subject": "x"}
        ],
        "nodes": [
            {
                "code": area,
                "role": "area",
                "name": f"Lĩnh vực {area}",
                "max_points": "50",
                "children": [leaf(f"{area}.1"), leaf(f"{area}.2")],
            }
            for area in ("1", "2")
        ],
        "bands": [
            {"code": "tu-80", "name": "từ 80% trở lên", "floor": "80"},
            {"code": "duoi-80", "name": "dưới 80%", "floor": "0"},
        ],
        "ratings": {"classes": CLASSES},
        **changes,
    }


LEAVES = ("1/1.1", "1/1.2", "2/2.1", "2/2.2")


def bound(units: Sequence[str], framework: str = "bo-xa") -> list[dict[str, Any]]:
    return [
        {"unit": unit, "framework": framework, "version": 1, "form": f"C{place}", "rank_group": "xa"}
        for place, unit in enumerate(units, 1)
    ]


def district_period(district: str, units: Sequence[str], **changes: Any) -> dict[str, Any]:
    body = {
        "code": f"2022-{district}",
        "owner_unit": district,
        "owner_name": f"UBND {district}",
        "units": bound(units),
    }
    return period_body() | body | changes


async def register(year: Year, count: int = 3) -> httpx.AsyncClient:
    """The province, both districts with their communes, the set of criteria; the administrator's client."""
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(administrator.post("/api/v1/units", json=unit_body(PROVINCE, "province", "tinh")))
    for district in DISTRICTS:
        body = unit_body(district, "district", "huyen", PROVINCE)
        await ok(administrator.post("/api/v1/units", json=body))
        for commune in communes_of(district, count):
            body = unit_body(commune, "commune", "xa", district)
            await ok(administrator.post("/api/v1/units", json=body))
    await ok(administrator.post("/api/v1/frameworks", json=criteria()))
    await ok(administrator.post("/api/v1/frameworks/bo-xa/versions/1/publish"))
    return administrator


async def claim(year: Year, period: str, unit: str, percents: Sequence[int]) -> httpx.AsyncClient:
    """The unit has claimed these percents for its first leaves, the first one with names of a shortfall."""
    officer = await year.role(Role.UNIT_OFFICER, units=[unit])
    claims = [
        {"leaf": leaf, "value": {"numerator": str(found), "denominator": "100"}, "narrative": "Đã làm."}
        for leaf, found in zip(LEAVES, percents, strict=False)
    ]
    path = f"/api/v1/periods/{period}/assessments/{unit}/claims"
    await ok(officer.put(path, json={"claims": claims}, headers={"If-Match": "*"}))
    return officer
