"""The register as a file: what is downloaded is taken back unchanged, and a bad file changes nothing."""

import asyncio
import csv
import io
from dataclasses import replace
from datetime import date

import httpx
import pytest
import xlsxwriter

from parindex.auth.policy import Role
from parindex.db import Database
from scoring_api.units.domain.table import TITLES
from scoring_api.units.domain.unit import Unit, UnitName
from scoring_api.units.store.units import insert_units, replace_units
from scoring_api.units.use_cases.table_files import read_rows
from tests.integration.test_scoring_unit_register import GTVT, UNITS, XD, facts, merger, name, register
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import Year, code_of, ok
from tests.support.workbench import Workbench

HEAD = "code,level,kind,name,short_name,head_title,valid_from,valid_to"
ROW = "so-y-te,department,so,Sở Y tế,Y tế,Giám đốc Sở Y tế,2021-01-01,"
COUNTS = ("new", "changed", "unchanged")


def lines(*rows: str) -> bytes:
    return "\n".join((HEAD, *rows)).encode()


async def send(client: httpx.AsyncClient, content: bytes, *, dry_run: bool = False) -> httpx.Response:
    return await client.post(
        f"{UNITS}/import",
        files={"file": ("don-vi.csv", content, "text/csv")},
        data={"dry_run": str(dry_run).lower()},
    )


async def counted(client: httpx.AsyncClient, content: bytes, *, dry_run: bool = False) -> list[int]:
    reply = await send(client, content, dry_run=dry_run)
    assert reply.status_code == 200, reply.text
    return [reply.json()[name] for name in COUNTS]


async def filled(year: Year) -> httpx.AsyncClient:
    administrator = await year.role(Role.ADMINISTRATOR)
    await register(administrator, "tinh", "UBND tỉnh Hải Dương", level="province", kind="tinh")
    await register(
        administrator,
        GTVT,
        name("Sở Giao thông", until="2022-06-30"),
        name("=Sở Giao thông vận tải", "2022-07-01"),
        aliases=["Sở GTVT", "-Sở GT"],
        identifiers=[{"old_code": "000.00.05.H23", "valid_from": "2022-01-01"}],
        parents=[{"unit": "tinh", "valid_from": "2021-01-01"}],
        focal_points=[{"task": "reform", "holder": "Văn phòng Sở", "valid_from": "2023-01-01"}],
    )
    await register(administrator, XD, "Sở Xây dựng")
    await register(administrator, "nam-sach", "UBND huyện Nam Sách", level="district", kind="huyen")
    await ok(administrator.post(f"{UNITS}/successions", json=merger()))
    return administrator


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_what_is_downloaded_changes_nothing(year: Year, bench: Workbench, form: str) -> None:
    administrator = await filled(year)
    units = (await administrator.get(UNITS)).json()
    file = await ok(administrator.get(f"{UNITS}/table", params={"format": form}))
    rows = await read_rows(file.content)
    assert {tuple(rows[0])} <= {tuple(TITLES), tuple(TITLES.values())}
    spans = [tuple(row[6:8]) for row in rows if row[0] == GTVT]
    assert [start[:10] for start, _ in spans] == (
        ["2021-01-01", "2022-01-01", "2022-07-01", "2023-01-01"]
        if form == "csv"
        else ["01/01/2021", "01/01/2022", "01/07/2022", "01/01/2023"]
    )
    for dry_run in (True, False):
        assert await counted(administrator, file.content, dry_run=dry_run) == [0, 0, 4]
    assert (await administrator.get(UNITS)).json() == units
    assert not await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'unit.changed'")


async def test_an_empty_register_is_filled_from_the_file_of_another(year: Year, bench: Workbench) -> None:
    administrator = await filled(year)
    before = (await administrator.get(UNITS)).json()
    file = (await administrator.get(f"{UNITS}/table", params={"format": "csv"})).content
    await bench.fetch("TRUNCATE scoring.unit CASCADE")
    assert (await administrator.get(UNITS)).json() == []
    dry = await send(administrator, file, dry_run=True)
    assert (await administrator.get(UNITS)).json() == []
    real = await send(administrator, file)
    assert {**dry.json(), "dry_run": False} == real.json()
    assert [real.json()[count] for count in COUNTS] == [4, 0, 0]
    assert (await administrator.get(UNITS)).json() == before
    assert len(await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'unit.registered'")) == 8


async def test_a_formula_is_text_both_ways(year: Year) -> None:
    administrator = await filled(year)
    text = (await administrator.get(f"{UNITS}/table", params={"format": "csv"})).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=Sở Giao thông vận tải" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


async def test_focal_points_are_in_no_public_table(year: Year) -> None:
    await filled(year)
    public = await year.role(Role.PUBLIC)
    for form in ("json", "csv"):
        text = (await public.get(f"{UNITS}/table", params={"format": form})).text
        assert "Văn phòng Sở" not in text
        assert "reform" not in text
    only = (await public.get(f"{UNITS}/table", params={"on": "2025-12-31", "level": "department"})).json()
    assert {row["code"] for row in only["units"]} == {XD}
    assert not differences(example_of("get", "table", "units"), only)
    unknown = public.get(f"{UNITS}/table", params={"fields": "la", "format": "csv"})
    assert (await code_of(unknown))[1] == "fields_unknown"


async def test_columns_the_file_lacks_stay(year: Year) -> None:
    administrator = await filled(year)
    before = (await administrator.get(f"{UNITS}/{XD}")).json()
    row = f"{XD},department,Sở,Sở Xây dựng và Giao thông,Xây dựng,Giám đốc,01/01/2021,"
    assert await counted(administrator, lines(row)) == [0, 1, 0]
    gtvt = (await administrator.get(f"{UNITS}/{GTVT}")).json()
    closed = f"{GTVT},department,so,Sở GT,GT,Giám đốc,2021-01-01,28/02/2025"
    assert await counted(administrator, lines(closed)) == [0, 1, 0]
    after = (await administrator.get(f"{UNITS}/{GTVT}")).json()
    kept = ("aliases", "identifiers", "parents", "focal_points")
    assert {key: after[key] for key in kept} == {key: gtvt[key] for key in kept}
    assert [found["name"] for found in after["names"]] == ["Sở GT"]
    now = (await administrator.get(f"{UNITS}/{XD}")).json()
    assert (now["names"][0]["name"], now["aliases"]) == ("Sở Xây dựng và Giao thông", before["aliases"])


async def test_an_officials_workbook_is_read(year: Year) -> None:
    """Titles in Vietnamese, a number and a day of Excel's, rows in any order."""
    administrator = await year.role(Role.ADMINISTRATOR)
    content = io.BytesIO()
    made = xlsxwriter.Workbook(content, {"in_memory": True})
    page = made.add_worksheet("Danh sách")
    titles = [
        "Mã đơn vị",
        "Cấp",
        "LOẠI",
        "Tên đơn vị",
        "Tên gọi tắt",
        "Chức danh người đứng đầu",
        "Từ ngày",
        "Đến ngày",
        "Tên khác",
    ]
    page.write_row(1, 0, titles)
    page.write_row(
        3, 0, ["xa-1", "Xã, phường, đặc khu", "Phường", "Phường 2", "", "", "01/07/2025", "", "P. 2; P2"]
    )
    page.write_row(4, 0, ["xa-1", "commune", "phuong", "Phường 1", "", "", "2021-01-01", "30/06/2025"])
    made.close()
    assert await counted(administrator, content.getvalue()) == [1, 0, 0]
    found = (await administrator.get(f"{UNITS}/xa-1")).json()
    assert [(row["name"], row["short_name"]) for row in found["names"]] == [
        ("Phường 1",) * 2,
        ("Phường 2",) * 2,
    ]
    assert found["aliases"] == ["P. 2", "P2"]


FAULTS: list[tuple[tuple[str, ...], set[tuple[str, str]]]] = [
    (("So Y Te,department,so,A,A,A,2021-01-01,",), {("/2/Mã đơn vị", "code_malformed")}),
    (("a,bo,so,A,A,A,2021-01-01,",), {("/2/Cấp", "level_unknown")}),
    (("a,department,huyen,A,A,A,2021-01-01,",), {("/2/Loại", "kind_unknown")}),
    (("a,department,so,,A,A,2021-13-01,x",), {
        ("/2/Tên đơn vị", "name_missing"),
        ("/2/Từ ngày", "not_a_day"),
        ("/2/Đến ngày", "not_a_day"),
    }),
    ((ROW, "", "so-y-te,department,so,B,B,B,2022-01-01,"), {("/4/Từ ngày", "spans_overlap")}),
    ((f"{ROW}2021-12-31", "so-y-te,department,so,B,B,B,2022-02-01,"), {("/3/Từ ngày", "spans_gap")}),
    ((f"{ROW}2020-12-31",), {("/2/Từ ngày", "span_reversed")}),
    ((f"{ROW}2021-12-31", "so-y-te,department,ban,B,B,B,2022-01-01,"), {("/3/Loại", "row_differs")}),
    (("a,district,huyen,A,A,A,2025-07-01,",), {("/2/Từ ngày", "level_ended")}),
    (("levels,department,so,A,A,A,2021-01-01,",), {("/2/Mã đơn vị", "code_reserved")}),
    ((f"a,department,so,{'A' * 501},A,A,2021-01-01,",), {("/2/Tên đơn vị", "text_too_long")}),
    (("so-y-te,province,tinh,A,A,A,2021-01-01,",), {("/2/Cấp", "level_fixed")}),
    (("a,bo,so,A,A,A,2021-01-01,", "B,department,so,A,A,A,2021-01-01,"), {
        ("/2/Cấp", "level_unknown"),
        ("/3/Mã đơn vị", "code_malformed"),
    }),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "found"), FAULTS)
async def test_every_fault_is_told_by_row_and_column_and_nothing_is_stored(
    year: Year, bench: Workbench, rows: tuple[str, ...], found: set[tuple[str, str]]
) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    if "so-y-te,province" in rows[0]:
        await register(administrator, "so-y-te", "Sở Y tế")
    before = (await administrator.get(UNITS)).json()
    good = "so-tot,department,so,Sở Tốt,Tốt,Giám đốc,2021-01-01,"
    replies = [await send(administrator, lines(*rows, good), dry_run=dry_run) for dry_run in (True, False)]
    for reply in replies:
        assert (reply.status_code, reply.json()["code"]) == (422, "unit_table_invalid")
        assert {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]} == found
    assert (await administrator.get(UNITS)).json() == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "unit_table_invalid"),
        (b"\n\n", "unit_table_invalid"),
        (b"code,la\na,b", "unit_table_invalid"),
        (f"{HEAD},code\n".encode(), "unit_table_invalid"),
        (b"PK\x03\x04 no workbook", "unit_table_refused"),
        (b"\xd0\xcf\x11\xe0", "unit_table_refused"),
        (b"\xc3\x28\xa0", "unit_table_refused"),
        (b'code,"level', "unit_table_refused"),
        (b"code\x00", "unit_table_refused"),
        (b"a" * (5 * 1024 * 1024 + 1), "unit_table_refused"),
    ],
)
async def test_a_file_that_is_no_table_is_refused(year: Year, content: bytes, code: str) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    reply = await send(administrator, content)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_importing_is_the_administrators(year: Year) -> None:
    appraiser = await year.role(Role.APPRAISER)
    assert await code_of(send(appraiser, lines(ROW))) == (403, "forbidden")
    assert await code_of(send(year.api.client(), lines(ROW))) == (401, "token_required")
    administrator = await year.role(Role.ADMINISTRATOR)
    missing = await administrator.post(f"{UNITS}/import", data={"dry_run": "maybe"})
    assert (missing.status_code, missing.json()["code"]) == (422, "invalid_request")
    assert {fault["pointer"] for fault in missing.json()["errors"]} == {"/file", "/dry_run"}


async def test_two_imports_at_once_register_a_unit_once(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    found = await asyncio.gather(*(counted(administrator, lines(ROW)) for _ in range(4)))
    assert sorted(found) == [[0, 0, 1]] * 3 + [[1, 0, 0]]
    assert len(await bench.fetch("SELECT 1 FROM scoring.unit")) == 1


async def test_more_units_than_a_statement_has_parameters_are_stored(bench: Workbench) -> None:
    base = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"], pool_size=1)
    borne = (UnitName("Xã", "Xã", "Chủ tịch", date(2025, 7, 1), None),)
    units = [Unit(f"xa-{place}", "commune", "xa", borne, ()) for place in range(33_000)]
    async with base.writing() as connection:
        await insert_units(connection, units)
        await replace_units(connection, [replace(unit, kind="phuong") for unit in units])
    await base.close()
    kinds = await bench.fetch("SELECT kind, count(*) AS units FROM scoring.unit GROUP BY kind")
    assert [(row["kind"], row["units"]) for row in kinds] == [("phuong", 33_000)]


async def test_a_thousand_communes_come_in_one_file(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    above = {"level": "province", "kind": "tinh"}
    await ok(administrator.post(UNITS, json={"code": "tinh", **facts("UBND tỉnh", **above)}))
    rows = [
        f"xa-{number},commune,xa,UBND xã {number},Xã {number},Chủ tịch UBND xã {number},2025-07-01,,H23.{number},tinh"
        for number in range(1000)
    ]
    content = "\n".join((f"{HEAD},identifier,parent", *rows)).encode()
    assert await counted(administrator, content) == [1000, 0, 0]
    assert await counted(administrator, content) == [0, 0, 1000]
    twice = content.replace(b"H23.999,", b"H23.998,")
    reply = await send(administrator, twice)
    assert {fault["pointer"] for fault in reply.json()["errors"]} == {
        "/1000/Mã định danh",
        "/1001/Mã định danh",
    }
