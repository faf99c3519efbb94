"""What other systems read of an edition: chosen columns, CSV and XLSX, areas, nodes, years, an embargo."""

import csv
import io
from decimal import Decimal
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from parindex.auth.policy import Role
from parindex.db import Database
from parindex.kernel.points import output
from scoring_api.publication import jobs
from scoring_api.publication.store import editions
from scoring_api.publication.use_cases.editions import announce_edition
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import DEPARTMENTS, SESSION, WITHOUT_SURVEY, Year, code_of, ok, period_body
from tests.support.workbench import Workbench

EDITION = "/api/v1/editions/2022/1"
LEAF = "I/1/1.1/1.1.1"


async def finalized(year: Year) -> httpx.AsyncClient:
    clerk = await year.ready_for_council()
    await finalize(clerk)
    return clerk


async def finalize(clerk: httpx.AsyncClient) -> None:
    """From the appraised units to the edition."""
    await ok(clerk.post("/api/v1/periods/2022/council"))
    session = {**SESSION, "decisions": WITHOUT_SURVEY}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=session))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await ok(clerk.post("/api/v1/periods/2022/finalize"))


async def published(year: Year) -> httpx.AsyncClient:
    """The year's edition is out; the public's client."""
    clerk = await finalized(year)
    await ok(clerk.post(f"{EDITION}/publish"))
    return await year.public()


def csv_rows(reply: httpx.Response) -> list[dict[str, str]]:
    assert reply.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))


def xlsx_rows(reply: httpx.Response) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(reply.content))
    return book.get_sheet_by_index(0).to_python()


async def test_every_table_says_the_same_in_each_form(year: Year) -> None:
    public = await published(year)
    history = f"/api/v1/units/{DEPARTMENTS[0]}/results"
    leaf = f"{EDITION}/leaves/{LEAF}"
    sheet = f"{EDITION}/units/{DEPARTMENTS[0]}"
    tables = {
        EDITION: "units",
        "/api/v1/editions/2022/latest": "units",
        f"{EDITION}/areas": "rows",
        leaf: "rows",
        sheet: "leaves",
        history: "rows",
        "/api/v1/editions": "editions",
    }
    for path, rows_at in tables.items():
        told = (await ok(public.get(path))).json()[rows_at]
        as_csv = await ok(public.get(path, params={"format": "csv"}))
        listed = csv_rows(as_csv)
        assert len(listed) == len(told) > 0, path
        plain = [name for name in listed[0] if not isinstance(told[0].get(name), list | dict | bool)]
        for row, line in zip(told, listed, strict=True):
            for name in plain:
                expected = "" if row[name] is None else str(row[name])
                assert line[name] == expected, (path, name)
        asked = {"Accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
        as_xlsx = await ok(public.get(path, headers=asked))
        header, *lines = xlsx_rows(as_xlsx)
        assert len(lines) == len(told), path
        assert len(header) == len(listed[0]), path
        assert "filename=" in as_xlsx.headers["content-disposition"]
        seen = {"If-None-Match": as_csv.headers["etag"]}
        again = await public.get(path, params={"format": "csv"}, headers=seen)
        assert (again.status_code, again.content) == (304, b""), path


async def test_every_payload_says_its_edition_status_and_framework_version(year: Year) -> None:
    public = await published(year)
    for path in ("", "/areas", f"/leaves/{LEAF}", "/units/so-y-te", f"/units/so-y-te/leaves/{LEAF}"):
        body = (await ok(public.get(f"{EDITION}{path}"))).json()
        assert (body["period"], body["edition"], body["status"]) == ("2022", 1, "final"), path
        frameworks = body.get("frameworks") or body.get("rows") or [body]
        versions = {row.get("framework_version", row.get("version")) for row in frameworks}
        assert versions == {1}, path
    (row,) = (await ok(public.get("/api/v1/units/so-y-te/results"))).json()["rows"]
    assert (row["edition"], row["framework_version"]) == (1, 1)
    for path in ("/signature", "/documents"):
        reply = await ok(public.get(f"{EDITION}{path}"))
        seen = await public.get(f"{EDITION}{path}", headers={"If-None-Match": reply.headers["etag"]})
        assert (seen.status_code, seen.content) == (304, b""), path
    documents = await ok(public.get(f"{EDITION}/documents"))
    assert documents.headers["cache-control"] == "no-cache", "more of them come"


async def test_areas_show_percents_as_the_index_prints_them(year: Year) -> None:
    """Two decimals, or as many as keep them on their side of a bound."""
    public = await published(year)
    index = (await ok(public.get(EDITION))).json()["units"]
    printed = {(unit["unit"], area["key"]): area["percent"] for unit in index for area in unit["areas"]}
    rows = (await ok(public.get(f"{EDITION}/areas"))).json()["rows"]
    assert {(row["unit"], row["area"]): row["percent"] for row in rows} == printed
    assert [row["unit"] for row in rows] == [unit["unit"] for unit in index for _ in unit["areas"]]


async def test_head_is_get_without_its_body(year: Year) -> None:
    public = await published(year)
    for path in (EDITION, "/api/v1/editions/2022/latest", f"{EDITION}/pack", "/api/v1/editions/2022/2"):
        whole, head = await public.get(path), await public.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        for name in ("etag", "cache-control", "content-type", "content-length"):
            assert head.headers.get(name) == whole.headers.get(name), (path, name)
    seen = {"If-None-Match": (await public.head(EDITION)).headers["etag"]}
    assert (await public.head(EDITION, headers=seen)).status_code == 304
    assert (await public.head(f"{EDITION}/publish")).status_code == 405


async def test_columns_are_chosen_in_their_order(year: Year) -> None:
    public = await published(year)
    asked = {"fields": "rank, unit,percent"}
    rows = (await ok(public.get(EDITION, params=asked))).json()["units"]
    assert [list(row) for row in rows] == [["percent", "rank", "unit"]] * 2, "canonical JSON sorts its names"
    lines = (await ok(public.get(EDITION, params={**asked, "format": "csv"}))).content.decode("utf-8-sig")
    assert lines.splitlines()[0] == "rank,unit,percent"
    refused = await public.get(EDITION, params={"fields": "rank,bac,ten"})
    assert (refused.status_code, refused.json()["code"]) == (422, "fields_unknown")
    assert len(refused.json()["errors"]) == 2
    assert await code_of(public.get(EDITION, params={"format": "pdf"})) == (422, "invalid_request")


async def test_areas_have_the_exact_mean_of_their_units(year: Year) -> None:
    public = await published(year)
    body = (await ok(public.get(f"{EDITION}/areas"))).json()
    sheets = [(await ok(public.get(f"{EDITION}/units/{unit}"))).json() for unit in DEPARTMENTS]
    for area in body["areas"]:
        exact = [
            Decimal(found["percent"])
            for sheet in sheets
            for found in sheet["areas"]
            if found["key"] == area["area"] and found["percent"]
        ]
        assert area["units"] == len(exact)
        mean = sum(exact, Decimal(0)) / len(exact)
        assert abs(mean - Decimal(area["mean_percent"])) <= Decimal("0.005")
        assert area["lowest_percent"] == str(output(min(exact)))
        assert area["highest_percent"] == str(output(max(exact)))
    assert differences(example_of("GET", "areas", "editions"), body) == []


async def test_a_node_is_read_of_one_unit_and_over_all(year: Year) -> None:
    public = await published(year)
    over_all = (await ok(public.get(f"{EDITION}/leaves/{LEAF}"))).json()
    assert sorted(row["unit"] for row in over_all["rows"]) == sorted(DEPARTMENTS)
    of_one = (await ok(public.get(f"{EDITION}/units/so-y-te/leaves/{LEAF}"))).json()
    (row,) = [row for row in over_all["rows"] if row["unit"] == "so-y-te"]
    assert (of_one["leaf"]["points"], of_one["below"]) == (row["points"], [])
    area = (await ok(public.get(f"{EDITION}/units/so-y-te/leaves/I/1"))).json()
    assert {node["key"].count("/") for node in area["below"]} == {2}
    assert (await ok(public.get(area["explanation"]))).json()["period"] == "2022"
    assert await code_of(public.get(f"{EDITION}/leaves/I/99")) == (404, "criterion_unknown")
    assert await code_of(public.get(f"{EDITION}/units/so-y-te/leaves/I/99")) == (404, "criterion_unknown")
    assert await code_of(public.get(f"{EDITION}/units/so-la/leaves/I/1")) == (404, "unit_not_in_period")


async def test_a_unit_over_the_years(year: Year) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    public = await published(year)
    units = [{"unit": unit, "rank": rank, "percent": "80"} for rank, unit in enumerate(DEPARTMENTS, 1)]
    await ok(administrator.post("/api/v1/editions", json={"period": "2021", "units": units}))
    rows = (await ok(public.get("/api/v1/units/so-y-te/results"))).json()["rows"]
    assert [(row["period"], row["origin"]) for row in rows] == [("2022", "computed"), ("2021", "imported")]
    assert (rows[0]["year"], rows[0]["name"], rows[1]["rank"]) == (2022, "Sở Y tế", 2)
    index = (await ok(public.get(EDITION))).json()["units"]
    (shown,) = [row for row in index if row["unit"] == "so-y-te"]
    assert rows[0]["percent"] == shown["percent"]
    assert (await ok(public.get("/api/v1/units/so-la/results"))).json()["rows"] == []
    assert differences(example_of("GET", "results", "units"), {"unit": "so-y-te", "rows": rows[:1]}) == []


async def test_an_imported_year_has_no_sheets_to_count_on(year: Year) -> None:
    administrator = await year.register()
    units = [{"unit": unit, "rank": rank} for rank, unit in enumerate(DEPARTMENTS, 1)]
    await ok(administrator.post("/api/v1/editions", json={"period": "2021", "units": units}))
    public = await year.public()
    assert await code_of(public.get("/api/v1/editions/2021/1/areas")) == (409, "edition_imported")
    rows = csv_rows(await ok(public.get("/api/v1/editions/2021/1", params={"format": "csv"})))
    assert [(row["unit"], row["rank"], row["percent"]) for row in rows] == [
        ("so-noi-vu", "1", ""),
        ("so-y-te", "2", ""),
    ]


async def test_an_embargo_ends_by_itself(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year)
    public = await year.public()
    year.clock.set("2023-02-27T08:00:00+07:00")
    past = {"at": "2023-02-27T08:00:00+07:00"}
    assert await code_of(clerk.post(f"{EDITION}/publish", json=past)) == (422, "embargo_over")
    first = {"at": "2023-03-05T08:00:00+07:00"}
    waits = (await ok(clerk.post(f"{EDITION}/publish", json=first))).json()
    assert (waits["published"], waits["published_at"]) == (False, first["at"])
    earlier = {"at": "2023-03-01T08:00:00+07:00"}
    await ok(clerk.post(f"{EDITION}/publish", json=earlier))
    year.clock.set("2023-03-01T07:59:59.999999+07:00")
    assert await code_of(public.get(EDITION)) == (404, "edition_unknown")
    assert (await ok(clerk.get(EDITION))).headers["cache-control"] == "private, no-cache"
    assert await released(bench) == []
    year.clock.set("2023-03-01T08:00:00+07:00")
    assert (await ok(public.get(EDITION))).headers["cache-control"].endswith("immutable")
    assert await released(bench) == ["2022/1"]
    assert await released(bench) == ["2022/1"], "told once"
    assert await code_of(clerk.post(f"{EDITION}/publish")) == (409, "edition_not_publishable")
    then = {"as_of": "2023-03-01T07:59:59+07:00"}
    latest = "/api/v1/editions/2022/latest"
    assert await code_of(public.get(latest, params=then)) == (404, "edition_unknown")
    now = {"as_of": "2023-03-01T08:00:00+07:00"}
    assert (await ok(public.get(latest, params=now))).json()["edition"] == 1


async def test_workers_at_once_tell_of_an_edition_once(year: Year, bench: Workbench) -> None:
    clerk = await finalized(year)
    year.clock.set("2023-02-27T08:00:00+07:00")
    await ok(clerk.post(f"{EDITION}/publish", json={"at": "2023-03-01T08:00:00+07:00"}))
    year.clock.set("2023-03-01T08:00:00+07:00")
    first = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    second = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    async with first.writing() as early:
        assert await editions.take_unannounced(early) == [("2022", 1)]
        async with second.writing() as late:
            assert await editions.take_unannounced(late) == [], "while the first has not committed"
        await announce_edition(early, "2022", 1)
    async with second.writing() as late:
        assert await editions.take_unannounced(late) == []
    await first.close()
    await second.close()


async def test_an_edition_waits_for_the_one_it_compares_with(year: Year, bench: Workbench) -> None:
    """Its ranks of last year are figures of an edition that everybody must be able to read."""
    administrator = await year.register()
    units = [{"unit": unit, "rank": rank} for rank, unit in enumerate(DEPARTMENTS, 1)]
    await ok(administrator.post("/api/v1/editions", json={"period": "2021", "units": units}))
    await ok(administrator.post("/api/v1/periods", json=period_body(previous="2021")))
    await ok(administrator.post("/api/v1/periods/2022/open"))
    await year.submit_all()
    await year.appraise_all()
    clerk = await year.role(Role.COUNCIL_CLERK)
    await finalize(clerk)
    year.clock.set("2023-03-01T08:00:00+07:00")
    await bench.fetch(
        "UPDATE scoring.edition SET published_at = '2023-03-05T08:00:00+07:00' WHERE period = '2021'"
    )
    refused = (409, "compared_edition_unpublished")
    assert await code_of(clerk.post(f"{EDITION}/publish")) == refused
    earlier = {"at": "2023-03-05T07:59:59+07:00"}
    assert await code_of(clerk.post(f"{EDITION}/publish", json=earlier)) == refused
    await ok(clerk.post(f"{EDITION}/publish", json={"at": "2023-03-05T08:00:00+07:00"}))


async def released(bench: Workbench) -> list[str]:
    """What the worker has told of, after one more turn."""
    database = Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"])
    for work in jobs.recurring(database):
        await work.run()
    await database.close()
    rows = await bench.fetch("SELECT object FROM scoring.announcement WHERE topic = 'edition.published'")
    return [row["object"] for row in rows]


@pytest.mark.parametrize("at", ["2023-03-01", "2023-03-01T08:00:00", 5, "9999-12-31T00:00:00+07:00"])
async def test_a_time_that_is_none_is_refused(year: Year, at: object) -> None:
    clerk = await year.role(Role.COUNCIL_CLERK)
    assert await code_of(clerk.post(f"{EDITION}/publish", json={"at": at})) == (422, "invalid_request")


async def test_criteria_without_a_point_are_told_with_their_years(year: Year) -> None:
    public = await published(year)
    for unit in DEPARTMENTS:
        sheet = (await ok(public.get(f"{EDITION}/units/{unit}"))).json()
        without = {
            node["key"]
            for node in sheet["leaves"]
            if node["source"] and node["status"] == "scored" and Decimal(node["points"]) == 0
        }
        body = (await ok(public.get(f"/api/v1/units/{unit}/zeros"))).json()
        assert {row["key"] for row in body["rows"]} == without
        assert {(row["since"], row["years"]) for row in body["rows"]} <= {(2022, 1)}
        assert (body["period"], body["edition"]) == ("2022", 1)
    nobody = (await ok(public.get("/api/v1/units/so-la/zeros"))).json()
    assert nobody == {"unit": "so-la", "period": None, "edition": None, "rows": []}
