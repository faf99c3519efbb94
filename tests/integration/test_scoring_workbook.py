"""A criteria set leaves as XLSX and is drafted from XLSX; the schema of its definition is public."""

import io
import json
from typing import Any

import httpx
import xlsxwriter
from jsonschema import Draft202012Validator

from parindex.auth.policy import Role
from scoring_api.frameworks.domain.table import BANDS, GENERAL, TREE, Cell, Sheet
from scoring_api.frameworks.use_cases.workbook import MEDIA_TYPE
from scoring_api.frameworks.use_cases.workbook_reading import read_workbook
from tests.support.scoring_story import Year, load, ok
from tests.support.workbench import Workbench

FRAMEWORKS = "/api/v1/frameworks"
SET = f"{FRAMEWORKS}/hai-duong-2022-so/versions"


def sent(content: bytes) -> dict[str, Any]:
    return {"files": {"file": ("bo-tieu-chi.xlsx", content, MEDIA_TYPE)}}


def written(sheets: dict[str, list[tuple[Any, ...]]]) -> bytes:
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False})
    for title, rows in sheets.items():
        page = made.add_worksheet(title)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    made.close()
    return content.getvalue()


SHEETS: dict[str, list[tuple[Any, ...]]] = {
    TREE: [
        ("STT", "Tiêu chí", "Điểm tối đa", "Cách tính điểm", "Tài liệu kiểm chứng", "Nguồn điểm"),
        (1, "Chỉ đạo, điều hành", 100),
        (1.1, "Kế hoạch", 40.5, "Chọn mức: Đạt: 40,5 điểm; Không đạt: 0 điểm", "Kế hoạch", "Tài liệu kiểm chứng"),
        ("1,2", "Sáng kiến", "59,5", "Mỗi sáng kiến được 5 điểm", "", "Số liệu thống kê"),
    ],
    GENERAL: [("Mã", "xa-2026"), ("Tên", "Bộ tiêu chí cấp xã"), ("Năm", 2026), ("Áp dụng cho cấp", "commune")],
    BANDS: [("Mã", "Tên nhóm điểm", "Từ (%)"), ("moi", "mọi xã", 0)],
}  # fmt: skip


def changed(title: str, row: int, column: int, cell: Cell) -> dict[str, list[tuple[Any, ...]]]:
    """The sheets with one cell changed; rows and columns as Excel counts them."""
    rows = [list(cells) for cells in SHEETS[title]]
    rows[row - 1][column - 1] = cell
    return {**SHEETS, title: [tuple(cells) for cells in rows]}


async def faults_of(reply: httpx.Response) -> list[tuple[str, str]]:
    assert (reply.status_code, reply.json()["code"]) == (422, "framework_invalid"), reply.text
    return [(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]]


async def test_what_is_downloaded_drafts_the_same_definition(year: Year) -> None:
    administrator, public = await year.role(Role.ADMINISTRATOR), await year.role(Role.PUBLIC)
    drafted = await ok(administrator.post(FRAMEWORKS, json=load("framework-departments.json")))
    assert (await public.get(f"{SET}/1/workbook")).status_code == 404
    reply = await administrator.get(f"{SET}/1/workbook")
    assert (reply.status_code, reply.headers["content-type"]) == (200, MEDIA_TYPE)
    assert "hai-duong-2022-so-1.xlsx" in reply.headers["content-disposition"]
    again = await administrator.get(f"{SET}/1/workbook", headers={"If-None-Match": reply.headers["etag"]})
    assert again.status_code == 304
    back = await administrator.post(f"{FRAMEWORKS}/workbook", **sent(reply.content))
    assert back.status_code == 201, back.text
    assert back.json() == {**drafted.json(), "version": 2}


async def test_an_official_writes_a_set_in_a_spreadsheet(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    content = written(SHEETS)
    checked = (await ok(administrator.post(f"{FRAMEWORKS}/workbook/validate", **sent(content)))).json()
    assert (checked["valid"], checked["faults"], checked["summary"]["leaves"]) == (True, [], 2)
    assert not await bench.fetch("SELECT 1 FROM scoring.framework")
    key = {"Idempotency-Key": "mot-lan"}
    for _ in range(2):
        await ok(administrator.post(f"{FRAMEWORKS}/workbook", **sent(content), headers=key))
    (row,) = await bench.fetch("SELECT code, version, definition FROM scoring.framework")
    assert (row["code"], row["version"]) == ("xa-2026", 1)
    area = json.loads(row["definition"])["nodes"][0]
    assert [(node["code"], node["max_points"]) for node in area["children"]] == [
        ("1.1", "40.5"),
        ("1.2", "59.5"),
    ]
    assert area["children"][1]["rule"]["scale"] == {"kind": "per_item", "points_each": "5"}


async def test_every_fault_of_a_file_is_named_with_its_row(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    content = written({**changed(TREE, 3, 4, "tuỳ hội đồng"), GENERAL: SHEETS[GENERAL][1:]})
    expected = [
        ("«Bộ tiêu chí»!3/Cách tính điểm", "rule_not_understood"),
        ("«Thông tin chung»/Mã bộ tiêu chí", "not_a_text"),
    ]
    assert await faults_of(await administrator.post(f"{FRAMEWORKS}/workbook", **sent(content))) == expected
    checked = (await ok(administrator.post(f"{FRAMEWORKS}/workbook/validate", **sent(content)))).json()
    assert not checked["valid"]
    assert [(fault["pointer"], fault["code"]) for fault in checked["faults"]] == expected
    content = written(changed(TREE, 4, 3, 60))
    assert await faults_of(await administrator.post(f"{FRAMEWORKS}/workbook", **sent(content))) == (
        [("«Bộ tiêu chí»!2/Điểm tối đa", "does_not_sum")]
    )
    reply = await administrator.post(f"{FRAMEWORKS}/workbook", **sent(b"khong phai xlsx"))
    assert (reply.status_code, reply.json()["code"]) == (422, "workbook_refused")
    assert not await bench.fetch("SELECT 1 FROM scoring.framework")


async def test_only_administrators_send_workbooks(year: Year) -> None:
    for role in (Role.PUBLIC, Role.COUNCIL_CLERK):
        client = await year.role(role)
        for path in ("workbook", "workbook/validate"):
            reply = await client.post(f"{FRAMEWORKS}/{path}", **sent(written(SHEETS)))
            assert reply.status_code in {401, 403}, (role, path)


async def test_the_guide_stands_in_every_workbook(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(administrator.post(FRAMEWORKS, json=load("framework-districts.json")))
    reply = await administrator.get(f"{FRAMEWORKS}/hai-duong-2022-huyen/versions/1/workbook")
    sheets: list[Sheet] = await read_workbook(reply.content)
    assert sheets[0].title == TREE
    assert any("Mỗi vi phạm trừ 0,25 điểm" in row for sheet in sheets for row in sheet.rows)


async def test_the_schema_is_public_and_holds_for_what_is_served(year: Year) -> None:
    public = await year.role(Role.PUBLIC)
    administrator = await year.set_up()
    reply = await public.get(f"{FRAMEWORKS}/schema")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/schema+json")
    tag = {"If-None-Match": reply.headers["etag"]}
    assert (await public.get(f"{FRAMEWORKS}/schema", headers=tag)).status_code == 304
    Draft202012Validator(reply.json()).validate((await ok(administrator.get(f"{SET}/1"))).json())
