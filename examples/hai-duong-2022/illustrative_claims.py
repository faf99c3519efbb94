"""Words around the values: claims, evidence, why the secretariat gives less; no file access."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import illustrative_plan as plan
from illustrative_leaves import Drawn, Value, points_of, whole

NARRATIVES = {
    "choice": (
        "Đã thực hiện, có tài liệu kiểm chứng kèm theo.",
        "Đã ban hành và tổ chức thực hiện theo quy định.",
    ),
    "count": ("Số lượng theo tài liệu kiểm chứng kèm theo.",),
    "ratio": ("Số liệu tính đến 31/12/2022.", "Số liệu theo báo cáo, kết xuất kèm theo."),
    "growth": ("Số liệu năm 2022 so với năm 2021.",),
}
UNPROVEN = "Không có tài liệu kiểm chứng chứng minh đã thực hiện."
NOT_ARISEN = "Trong năm không phát sinh."
REASONS = {
    "choice": (
        "Tài liệu kiểm chứng còn sơ sài, chưa chứng minh được mức tự chấm.",
        "Tài liệu kiểm chứng ban hành chậm so với thời hạn quy định.",
        "Tài liệu kiểm chứng còn thiếu so với yêu cầu của tiêu chí.",
    ),
    "per_item": ("Có nội dung trùng lặp hoặc chưa có văn bản công nhận, không được tính.",),
    "deduct": ("Qua kiểm tra phát hiện thêm trường hợp đơn vị chưa thống kê.",),
    "ratio": (
        "Tài liệu kiểm chứng chưa đủ cho một số trường hợp đã tự tính là đạt.",
        "Số liệu tự chấm chưa khớp với số liệu tổng hợp của cơ quan quản lý.",
    ),
    "growth": ("Số liệu tự chấm chưa khớp với số liệu của cơ quan thống kê.",),
}
SHARE_CLAIMED_HIGHER = 0.5


@dataclass(frozen=True, slots=True)
class Claim:
    """What the unit claims; `reason` stands when the secretariat gave another value."""

    value: Value
    narrative: str
    reason: str


def better(node: Mapping[str, Any], value: Value, rng: Random) -> Value | None:
    """A value a little above this one, as a unit may claim it; None for figures of a common system."""
    scale = node["rule"]["scale"]
    if "levels" in scale:
        codes = [level["code"] for level in scale["levels"]]
        return {"level": codes[max(0, codes.index(value["level"]) - 1)]}
    if "count" in value:
        return {"count": str(max(0, int(value["count"]) + (1 if scale["kind"] == "per_item" else -1)))}
    if "previous" in value:
        lifted = whole(Decimal(value["current"]) * Decimal(rng.randint(102, 105)) / 100)
        return {"current": str(lifted), "previous": value["previous"]}
    base, part = int(value["denominator"]), int(value["numerator"])
    if base == 0 or node["evidence"].startswith("Kết xuất"):
        return None
    return {
        "numerator": str(min(base, part + max(1, base * rng.randint(3, 8) // 100))),
        "denominator": str(base),
    }


def reason_for(node: Mapping[str, Any], final: Value, rng: Random) -> str:
    if final.get("level", "").startswith("khong"):
        return UNPROVEN
    kind, scale = node["rule"]["measure"]["kind"], node["rule"]["scale"]["kind"]
    return rng.choice(REASONS[scale if kind == "count" else kind])


def claim(node: Mapping[str, Any], final: Drawn, rng: Random) -> Claim:
    """The unit's claim for a leaf whose appraised outcome is `final`."""
    narrative = rng.choice(NARRATIVES[node["rule"]["measure"]["kind"]])
    if final.maximum == 0:
        return Claim(final.value, NOT_ARISEN, "")
    raised = better(node, final.value, rng) if final.points < final.maximum else None
    if raised is None or rng.random() > SHARE_CLAIMED_HIGHER:
        return Claim(final.value, narrative, "")
    if points_of(node["rule"], raised, final.maximum) <= final.points:
        return Claim(final.value, narrative, "")
    return Claim(raised, narrative, reason_for(node, final.value, rng))


def evidence_files(unit: str, name: str, rng: Random) -> dict[str, dict[str, str]]:
    """Three made documents of a unit: plan, report, system extract."""
    sign = plan.SIGNS.get(unit, "UBND")
    planned = date(2022, 1, 10) + timedelta(days=rng.randint(0, 30))
    reported = date(2022, 12, 12) + timedelta(days=rng.randint(0, 12))
    slug = unit.removeprefix("ubnd-")

    def document(stem: str, number: str, day: date, title: str) -> dict[str, str]:
        return {"file": f"{stem}-{slug}.pdf", "number": number, "date": day.isoformat(), "title": title}

    return {
        "plan": document(
            "ke-hoach-cchc-2022",
            f"{rng.randint(5, 60):02d}/KH-{sign}",
            planned,
            f"Kế hoạch cải cách hành chính năm 2022 của {name}",
        ),
        "report": document(
            "bao-cao-cchc-2022",
            f"{rng.randint(200, 900)}/BC-{sign}",
            reported,
            f"Báo cáo kết quả cải cách hành chính năm 2022 của {name}",
        ),
        "extract": document(
            "ket-xuat-he-thong-2022",
            "",
            date(2022, 12, 31),
            f"Số liệu kết xuất từ các hệ thống thông tin của tỉnh năm 2022: {name}",
        ),
    }


def cited(node: Mapping[str, Any]) -> str:
    """Which of the three documents proves a leaf."""
    if node["evidence"].startswith("Kết xuất"):
        return "extract"
    return "plan" if node["evidence"].startswith("Kế hoạch") else "report"
