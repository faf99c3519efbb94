"""The whole year over real HTTP against real processes: what comes out equals what was printed in 2023."""

import json
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.scoring_story import load
from tests.support.told import Told

LEVELS = [("department", "departments"), ("district", "districts")]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("level", "name"), LEVELS)
def test_bands_are_the_printed_ones(told: Told, level: str, name: str) -> None:
    found: dict[str, set[str]] = {}
    for unit in told.units(level):
        found.setdefault(unit["band"], set()).add(unit["unit"])
    printed = load("published.json")["classification"][name]["bands"]
    twice = {"ubnd-huyen-kim-thanh"}  # printed in two bands; the heads' ratings settle it: the upper one
    expected = {
        band["id"]: set(band["units_as_listed"]) - (twice if band["id"] == "80-duoi-90" else set())
        for band in printed
    }
    assert found == expected


@pytest.mark.parametrize(("level", "name"), LEVELS)
def test_heads_are_rated_as_printed(told: Told, level: str, name: str) -> None:
    groups = load("published.json")["head_ratings"]["stated"][name]["groups"]
    expected = {unit: group["rating"] for group in groups for unit in group["units"]}
    assert {unit["unit"]: unit["rating"] for unit in told.units(level)} == expected
    assert [group["stated_count"] for group in groups] == [
        sum(unit["rating"] == group["rating"] for unit in told.units(level)) for group in groups
    ]


def test_an_area_under_seventy_blocks_the_better_class(told: Told) -> None:
    for code in ("ban-quan-ly-cac-khu-cong-nghiep-tinh", "ubnd-huyen-tu-ky"):
        unit = next(unit for unit in told.index["units"] if unit["unit"] == code)
        assert unit["rating"] == "hoan-thanh"
        assert float(unit["percent"]) >= 80
        assert unit["by_fall_through"] is True
        assert unit["blocked_by"]["kind"] == "area"
        assert unit["blocked_by"]["floor"] == "70"
        assert float(unit["blocked_by"]["percent"]) < 70


def test_review_duties_are_the_printed_ones(told: Told) -> None:
    keys = {"cai-cach-thu-tuc-hanh-chinh": "I/3", "chinh-quyen-dien-tu-chinh-quyen-so": "I/7"}
    review = load("published.json")["review"]
    expected = {row["unit"]: {keys[area] for area in row["domains"]} for row in review["units"]}
    found = {
        unit["unit"]: {duty["area"] for duty in unit["reviews"]}
        for unit in told.index["units"]
        if unit["reviews"]
    }
    assert found == expected
    repeated = {
        unit["unit"]
        for unit in told.index["units"]
        if any(duty["consecutive_years"] > 1 for duty in unit["reviews"])
    }
    assert repeated == set(review["repeat_offenders"]["units"])


def test_rank_changes_are_the_printed_ones(told: Told) -> None:
    changes = load("published.json")["rank_changes"]
    expected = {row["unit"]: row["places"] for row in changes["up"]}
    expected |= {row["unit"]: -row["places"] for row in changes["down"]}
    found = {unit["unit"]: unit["change"] for unit in told.index["units"] if unit["unit"] in expected}
    assert found == expected


def test_the_detector_names_the_printed_errors(told: Told) -> None:
    lines = [" ".join(line.split()) for line in told.said.splitlines()]
    found = [line.removeprefix("mâu thuẫn ") for line in lines if line.startswith("mâu thuẫn ")]
    assert any(line.endswith("ghi 09 đơn vị nhưng nêu 10 tên") for line in found), found
    assert any(line.endswith("UBND huyện Kim Thành đứng ở nhiều nhóm điểm") for line in found), found


def test_the_documents_are_there(told: Told) -> None:
    names = {path.suffix for path in told.folder.iterdir()}
    assert names == {".json", ".docx", ".xlsx"}
    workbook = next(told.folder.glob("*.xlsx"))
    with zipfile.ZipFile(workbook) as archive:
        book = archive.read("xl/workbook.xml").decode()
    forms = [f"A{number}" for number in range(1, 19)] + [f"B{number}" for number in range(1, 13)]
    assert all(f'name="{form}"' in book for form in forms)
    report = next(path for path in told.folder.glob("bao-cao*.docx"))
    with zipfile.ZipFile(report) as archive:
        text = archive.read("word/document.xml").decode()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
    assert "2.476" in text


def test_one_trace_id_runs_from_the_request_to_the_document(told: Told) -> None:
    finalized = [
        line
        for line in _lines(told.stack.log_of("api-scoring"))
        if (line.get("path"), line.get("status")) == ("/api/v1/periods/2022/finalize", 201)
    ]
    rendered = [
        line
        for line in _lines(told.stack.log_of("worker-report"))
        if line.get("topic") == "period.finalized.v1"
    ]
    listed = [
        line
        for line in _lines(told.stack.log_of("worker-scoring"))
        if line.get("topic") == "document.ready.v1"
    ]
    traces = {line["trace_id"] for line in (*finalized, *rendered)}
    assert len(finalized) == len(rendered) == len(traces) == 1
    assert traces <= {line["trace_id"] for line in listed}


def _lines(path: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("{")
    ]


def test_the_public_reads_the_edition_and_revalidates_it(told: Told) -> None:
    url = f"{told.stack.urls['scoring']}/api/v1/editions/2022"
    first = httpx.get(f"{url}/latest")
    assert first.json() == told.index
    again = httpx.get(f"{url}/latest", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    sheet = httpx.get(f"{url}/1/units/so-y-te").json()
    assert sheet["form"].startswith("A")
    kinds = {document["kind"] for document in httpx.get(f"{url}/1/documents").json()}
    assert kinds == {"annual_report", "annex_workbook"}
