"""Steps 4 and 5: the tally has travelled, the council decides, the period is final, the documents follow."""

import json
from pathlib import Path
from typing import Any

from parindex_embedded.demo.example import PERIOD, Example, at
from parindex_embedded.demo.session import Caller, Session, wait_for

DOCUMENT_KINDS = {"annual_report", "annex_workbook", "handover_minutes"}


async def wait_for_index(session: Session, tally_digest: str) -> tuple[Caller, dict[str, Any]]:
    """The tally travels by event; scoring-api computes by itself."""
    clerk = await session.account("scoring", "council_clerk", "thu-ky-hoi-dong")

    async def computed() -> Any:
        state = await clerk.get(f"/api/v1/periods/{PERIOD}")
        if state["tally"] != tally_digest or not state["handed_over"]:
            return None
        found = await clerk.find(f"/api/v1/periods/{PERIOD}/computation")
        return found if found and found["tally"] == tally_digest else None

    return clerk, await wait_for("bản tổng hợp phiếu tới và chỉ số được tính", computed)


async def decide(session: Session, example: Example, clerk: Caller) -> dict[str, Any]:
    """The council meets, decides, releases the provisional result, and fixes it."""
    council = example.load("council.json")
    passages = example.published["passages"]
    kept = {name: passages[name] for name in ("strengths", "weaknesses", "causes")}
    await session.administrator.put(f"/api/v1/periods/{PERIOD}/passages", kept)
    await clerk.post(f"/api/v1/periods/{PERIOD}/council")
    body = {
        "number": council["session"]["number"],
        "held_at": at(council["session"]["date"], 14).isoformat(),
        "minutes": council["session"]["title"],
        "decisions": council["decisions"],
    }
    await clerk.post(f"/api/v1/periods/{PERIOD}/council/sessions", body)
    await clerk.post(f"/api/v1/periods/{PERIOD}/provisional")
    for kind in ("annual_report", "annex_workbook"):
        administrator = session.same(session.administrator, "report")
        path = f"/api/v1/documents/issuances/{PERIOD}/{kind}"
        await administrator.put(path, example.issuance_body())
    finalized: dict[str, Any] = await clerk.post(f"/api/v1/periods/{PERIOD}/finalize")
    await clerk.post(f"/api/v1/editions/{PERIOD}/{finalized['edition']}/publish")
    return finalized


async def collect(session: Session, clerk: Caller, folder: Path) -> list[Path]:
    """Wait until report-gen has made every document, and keep the files beside the index JSON."""
    reader = session.same(clerk, "report")

    async def ready() -> Any:
        found = await reader.get("/api/v1/documents", params={"period": PERIOD})
        made = {document["kind"] for document in found["documents"]}
        return found["documents"] if made >= DOCUMENT_KINDS else None

    documents = await wait_for("văn bản được lập", ready)
    index = await clerk.send("GET", f"/api/v1/editions/{PERIOD}/latest")
    text = json.dumps(index.json(), ensure_ascii=False, indent=1) + "\n"
    contents = {"index.json": text.encode()}
    for document in documents:
        reply = await reader.send("GET", f"/api/v1/documents/{document['id']}/file")
        contents[document["file_name"]] = reply.content
    return _write(folder, contents)


def _write(folder: Path, contents: dict[str, bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]


async def compare(clerk: Caller, example: Example) -> list[dict[str, Any]]:
    """The printed report of 2023 held against itself and against the edition."""
    path = f"/api/v1/editions/{PERIOD}/1/comparison"
    found: list[dict[str, Any]] = await clerk.post(path, printed_report(example))
    return found


def printed_report(example: Example) -> dict[str, Any]:
    """The published facts in the shape of the detector."""
    published = example.published
    levels = []
    for level, name in (("departments", "sở, ban, ngành"), ("districts", "UBND cấp huyện")):
        classes = published["classification"][level]
        groups = published["head_ratings"]["stated"][level]["groups"]
        levels.append(
            {
                "code": level,
                "name": name,
                "units": [unit["code"] for unit in example.units if f"{unit['level']}s" == level],
                "stated_band_count": classes["stated_band_count"],
                "bands": [_band(level, band) for band in classes["bands"]],
                "rating_groups": [
                    {
                        "place": f"IV/{level}/{group['rating']}",
                        "rule": group["rating"],
                        "stated_count": group["stated_count"],
                        "units": group["units"],
                    }
                    for group in groups
                ],
            }
        )
    rules = [
        {
            "code": rule["id"],
            "place": f"IV/{rule['id']}",
            "name": rule["name"],
            "total_from": rule["total_min_inclusive_pct"],
            "total_below": rule["total_max_exclusive_pct"],
            "area_from": rule["domain_min_inclusive_pct"],
        }
        for rule in published["head_ratings"]["rules"]
    ]
    return {
        "levels": levels,
        "rating_rules": rules,
        "sections": [
            {"place": "Phần thứ nhất", "numerals": published["document"]["section_numerals_part_1"]}
        ],
        "unit_names": {unit["code"]: unit["name"] for unit in example.units},
    }


def _band(level: str, band: dict[str, Any]) -> dict[str, Any]:
    lower, upper = band["lower_inclusive_pct"], band["upper_exclusive_pct"]
    name = f"dưới {upper}%" if lower is None else f"từ {lower}%" + (f" đến dưới {upper}%" if upper else "")
    return {
        "place": f"III/{level}/{band['id']}",
        "name": name,
        "lower": lower,
        "upper": upper,
        "stated_count": band["stated_count"],
        "units": band["units_as_listed"],
    }
