"""How far a period is: counts by unit and area, what is late, in a number of queries that does not grow."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from python_calamine import CalamineWorkbook
from sqlalchemy import event

from parindex.auth.policy import Role
from tests.architecture.apps import app_of
from tests.support.communes import DISTRICTS, claim, communes_of, district_period, register
from tests.support.reply_shapes import differences
from tests.support.scoring_story import Clock, Year, ok
from tests.support.workbench import Workbench

DISTRICT = DISTRICTS[0]
CODE = f"2022-{DISTRICT}"
PATH = f"/api/v1/periods/{CODE}"


def example(route: str) -> Any:
    found = app_of("scoring").openapi()["paths"][f"/api/v1/periods/{{code}}/{route}"]["get"]
    return found["responses"]["200"]["content"]["application/json"]["example"]


async def rows_of(client: httpx.AsyncClient, route: str, key: str) -> list[dict[str, Any]]:
    reply = (await ok(client.get(f"{PATH}/{route}"))).json()
    assert differences(example(route.split("?", maxsplit=1)[0]), reply) == [], route
    found: list[dict[str, Any]] = reply[key]
    return found


async def under_way(year: Year, clock: Clock) -> list[str]:
    """One commune has submitted and is half appraised, one has claimed two leaves, one nothing."""
    administrator = await register(year)
    units = communes_of(DISTRICT)
    await ok(administrator.post("/api/v1/periods", json=district_period(DISTRICT, units)))
    await ok(administrator.post(f"{PATH}/open"))
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await claim(year, CODE, units[0], (90, 80, 70, 60))
    await ok(officer.post(f"{PATH}/assessments/{units[0]}/submission"))
    await claim(year, CODE, units[1], (50, 50))
    clock.set("2023-01-11T10:30:00+07:00")
    appraiser = await year.role(Role.APPRAISER)
    appraisals = [
        {"leaf": "1/1.1"},
        {
            "leaf": "1/1.2",
            "value": {"numerator": "40", "denominator": "50"},
            "reason": "Đếm lại, cùng tỷ lệ.",
        },
        {"leaf": "2/2.1", "value": {"numerator": "30", "denominator": "100"}, "reason": "Thiếu tài liệu."},
    ]
    path = f"{PATH}/assessments/{units[0]}/appraisals"
    await ok(appraiser.post(path, json={"appraisals": appraisals}))
    return units


async def test_progress_counts_leaves_by_unit_and_by_area(year: Year, clock: Clock) -> None:
    units = await under_way(year, clock)
    appraiser = await year.role(Role.APPRAISER)
    names = ("status", "leaves", "claimed", "evidenced", "appraised", "disputed", "supplements")
    rows = await rows_of(appraiser, "progress", "units")
    assert {row["unit"]: tuple(row[name] for name in names) for row in rows} == {
        units[0]: ("submitted", 4, 4, 0, 3, 1, 0),  # 40/50 gives the same points as 80/100
        units[1]: ("draft", 4, 2, 0, 0, 0, 0),
        units[2]: ("draft", 4, 0, 0, 0, 0, 0),
    }
    assert rows[0]["submitted_at"] == "2023-01-09T08:00:00+07:00"
    assert [row["submitted_at"] for row in rows[1:]] == [None, None]
    areas = await rows_of(appraiser, "progress/areas", "areas")
    assert [
        (row["area"], row["units"], row["leaves"], row["claimed"], row["appraised"]) for row in areas
    ] == [
        ("1", 3, 6, 4, 2),
        ("2", 3, 6, 2, 1),
    ]
    own = await rows_of(appraiser, f"progress/areas?unit={units[1]}", "areas")
    assert [(row["area"], row["units"], row["leaves"], row["claimed"]) for row in own] == [
        ("1", 1, 2, 2),
        ("2", 1, 2, 0),
    ]
    # A claim taken back counts no more.
    clock.set("2023-01-10T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=[units[1]])
    body = {"claims": [{"leaf": "1/1.1"}]}
    path = f"{PATH}/assessments/{units[1]}/claims"
    await ok(officer.put(path, json=body, headers={"If-Match": "*"}))
    rows = await rows_of(appraiser, "progress", "units")
    assert [row["claimed"] for row in rows] == [4, 1, 0]


async def test_what_is_late_is_told_with_its_hours(year: Year, clock: Clock, bench: Workbench) -> None:
    units = await under_way(year, clock)
    manager = await year.role(Role.SURVEY_MANAGER)
    rows = await rows_of(manager, "late", "outstanding")
    told = [(r["kind"], r["unit"], r["leaves"], r["late"], r["hours_late"], r["hours_left"]) for r in rows]
    assert told == [
        ("submission", units[1], 2, True, 10, None),
        ("submission", units[2], 4, True, 10, None),
        ("appraisal", units[0], 1, False, None, 133),
    ]
    assert [row["unit"] for row in await rows_of(manager, "late?overdue=true", "outstanding")] == units[1:]
    administrator = await year.role(Role.ADMINISTRATOR)
    body = {"unit": units[1], "phase": "self_assessment", "closes_on": "2023-01-12", "reason": "Mất điện."}
    await ok(administrator.post(f"{PATH}/extensions", json=body))
    rows = await rows_of(manager, "late", "outstanding")
    assert [(row["unit"], row["late"], row["hours_left"]) for row in rows if row["kind"] == "submission"] == [
        (units[2], True, None),
        (units[1], False, 37),
    ]
    survey = {"campaign": "dot-1", "operator": "Bưu điện tỉnh", "questionnaire_levels": {}}
    waiting = district_period(DISTRICT, units[:1], code="co-dieu-tra", survey=survey)
    await ok(administrator.post("/api/v1/periods", json=waiting))
    await ok(administrator.post("/api/v1/periods/co-dieu-tra/open"))
    reply = (await ok(manager.get("/api/v1/periods/co-dieu-tra/late"))).json()["outstanding"]
    assert [(row["kind"], row["due_at"]) for row in reply] == [
        ("submission", "2023-01-11T00:00:00+07:00"),
        ("tally", "2023-01-17T00:00:00+07:00"),
    ]
    clerk = await year.role(Role.COUNCIL_CLERK)
    refused = (await clerk.post("/api/v1/periods/co-dieu-tra/council")).json()
    unmet = (await ok(clerk.get("/api/v1/periods/co-dieu-tra/preconditions?step=council"))).json()["unmet"]
    assert {row["code"] for row in unmet} == {"appraisal_incomplete", "tally_missing"}
    assert [{key: row[key] for key in ("pointer", "code", "detail")} for row in unmet] == refused["errors"]
    assert not await bench.fetch("SELECT 1 FROM scoring.period WHERE state = 'council'")


async def test_progress_goes_out_as_csv_and_xlsx(year: Year, clock: Clock) -> None:
    units = await under_way(year, clock)
    clerk = await year.role(Role.COUNCIL_CLERK)
    sheet = await ok(clerk.get(f"{PATH}/progress?format=csv&fields=unit,claimed,submitted_at"))
    read = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert read[0] == {"unit": units[0], "claimed": "4", "submitted_at": "2023-01-09T08:00:00+07:00"}
    assert [row["submitted_at"] for row in read[1:]] == ["", ""]
    for route, title in (("progress", "Đơn vị"), ("progress/areas", "Lĩnh vực"), ("late", "Việc còn thiếu")):
        book = await ok(clerk.get(f"{PATH}/{route}?format=xlsx"))
        header, *lines = (
            CalamineWorkbook.from_object(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
        )
        assert title in header, route
        assert lines
        assert ".xlsx" in book.headers["content-disposition"]


@contextmanager
def counted(year: Year) -> Iterator[list[str]]:
    """The statements the service sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engine = year.api.app.state.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_queries_do_not_grow_with_the_units(year: Year) -> None:
    administrator = await register(year, 12)
    clerk = await year.role(Role.COUNCIL_CLERK)
    found: dict[str, list[int]] = {}
    for count in (1, 12):
        code = f"nam-sach-{count}"
        body = district_period(DISTRICT, communes_of(DISTRICT, count), code=code)
        steps = [
            ("create", administrator.post, "/api/v1/periods", {"json": body}),
            ("open", administrator.post, f"/api/v1/periods/{code}/open", {}),
            *(
                (route or "period", clerk.get, f"/api/v1/periods/{code}/{route}".rstrip("/"), {})
                for route in ("", "progress", "progress/areas", "late", "preconditions")
            ),
        ]
        for name, send, path, options in steps:
            with counted(year) as sent:
                await ok(send(path, **options))
            found.setdefault(name, []).append(len(sent))
    # One more or less: now and then the revoked tokens are asked for.
    assert all(abs(many - few) <= 1 for few, many in found.values()), found
    assert max(many for _, many in found.values()) < 45, found
