"""Input that the service must refuse by name before it makes something impossible later, and races."""

import asyncio
import copy
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from parindex.auth.policy import Role
from scoring_api.results.use_cases.computing import compute_period, read_inputs
from tests.integration.test_scoring_council import Mail
from tests.support.scoring_story import (
    DEPARTMENTS,
    SESSION,
    WITHOUT_SURVEY,
    Year,
    code_of,
    load,
    ok,
    period_body,
)
from tests.support.workbench import Workbench

PERIODS = "/api/v1/periods"
BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
UNIT = {
    "code": "so-moi",
    "level": "department",
    "kind": "so",
    "names": [{"name": "Sở Mới", "short_name": "Mới", "head_title": "Giám đốc", "valid_from": "2000-01-01"}],
}
PLAN = {
    "year": 2023,
    "number": "1",
    "date": "2022-12-26",
    "tasks": 1,
    "activities": 2,
    "areas": [],
    "measures": [],
}


def previous(*units: str, period: str = "2021", **changes: Any) -> dict[str, Any]:
    rows = [{"unit": unit, "rank": rank, "reviews": ["I/3"], **changes} for rank, unit in enumerate(units, 1)]
    return {"period": period, "units": rows}


async def found_faults(reply: httpx.Response, code: str) -> set[tuple[str, str]]:
    assert (reply.status_code, reply.json()["code"]) == (422, code), reply.text
    return {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}


async def test_days_are_in_the_calendar(year: Year, bench: Workbench) -> None:
    administrator = await year.role(Role.ADMINISTRATOR)
    definition = load("framework-departments.json")
    definition["legal_basis"][0]["date"] = "2022-15-12"
    reply = await administrator.post("/api/v1/frameworks", json=definition)
    assert await found_faults(reply, "framework_invalid") == {("/legal_basis/0/date", "not_a_day")}
    body = period_body(legal_basis=[{"number": "1/QĐ", "date": "2023-02-29"}])
    reply = await administrator.post(PERIODS, json=body)
    assert await found_faults(reply, "invalid_request") == {("/legal_basis/0/date", "value_error")}
    reply = await administrator.put("/api/v1/plans/2023", json={**PLAN, "date": "2022-99-99"})
    assert await found_faults(reply, "invalid_request") == {("/date", "value_error")}
    for table in ("framework", "period", "plan"):
        assert not await bench.fetch(f"SELECT 1 FROM scoring.{table}")


async def test_a_period_takes_one_version_of_a_framework_and_its_letter(year: Year) -> None:
    administrator = await year.set_up()
    await ok(administrator.post("/api/v1/frameworks", json=load("framework-departments.json")))
    await ok(administrator.post("/api/v1/frameworks/hai-duong-2022-so/versions/2/publish"))
    body = period_body(code="hai-ban", previous="2o21")
    body["units"][1] |= {"version": 2, "form": "B2"}
    reply = await administrator.post(PERIODS, json=body)
    assert await found_faults(reply, "period_invalid") == {
        ("/units/1/version", "framework_versions_mixed"),
        ("/units/1/form", "form_prefix_differs"),
        ("/previous", "previous_unknown"),
    }


async def test_a_plan_may_come_later_but_not_after_the_provisional_result(year: Year) -> None:
    clerk = await year.ready_for_council(plan="2023")
    await ok(clerk.post("/api/v1/periods/2022/council"))
    await ok(
        clerk.post("/api/v1/periods/2022/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY})
    )
    reply = await clerk.post("/api/v1/periods/2022/provisional")
    assert reply.json()["code"] == "provisional_not_ready"
    assert [fault["code"] for fault in reply.json()["errors"]] == ["plan_missing"]
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(administrator.put("/api/v1/plans/2023", json=PLAN))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))


Writer = Callable[[httpx.AsyncClient, int], Awaitable[httpx.Response]]
RACES: dict[str, tuple[Writer, set[int]]] = {
    "units": (lambda client, _: client.post("/api/v1/units", json=UNIT), {201, 409}),
    "periods": (lambda client, _: client.post(PERIODS, json=period_body(code="x1")), {201, 409}),
    "editions": (lambda client, _: client.post("/api/v1/editions", json=previous(*DEPARTMENTS)), {201, 409}),
    "frameworks": (
        lambda client, _: client.post("/api/v1/frameworks", json=load("framework-departments.json")),
        {201},
    ),
    "passages": (
        lambda client, number: client.put(
            f"{PERIODS}/2022/passages", json={"strengths": ["x" * (number + 1)]}
        ),
        {200},
    ),
}


@pytest.mark.parametrize("name", RACES)
async def test_writers_that_meet_are_served_or_refused_by_name(year: Year, name: str) -> None:
    write, allowed = RACES[name]
    administrator = await year.set_up()
    replies = await asyncio.gather(*(write(administrator, number) for number in range(6)))
    codes = {reply.status_code for reply in replies}
    assert codes <= allowed, [reply.text for reply in replies if reply.status_code not in allowed]
    assert codes & {200, 201}
    if name == "frameworks":
        assert sorted(reply.json()["version"] for reply in replies) == [2, 3, 4, 5, 6, 7]


async def test_an_imported_edition_names_registered_units_once(year: Year, bench: Workbench) -> None:
    administrator = await year.set_up()
    reply = await administrator.post("/api/v1/editions", json=previous("so-y-te", "so-la", "so-y-te"))
    assert await found_faults(reply, "edition_invalid") == {
        ("/units/1/unit", "unit_unknown"),
        ("/units/2/unit", "unit_repeated"),
    }
    assert not await bench.fetch("SELECT 1 FROM scoring.edition")


async def test_an_imported_edition_has_an_index_but_no_sheets(year: Year) -> None:
    administrator = await year.set_up()
    await ok(administrator.post("/api/v1/editions", json=previous("so-y-te")))
    base = "/api/v1/editions/2021/1"
    await ok(administrator.get(base))
    assert await code_of(administrator.get(f"{base}/units/so-y-te")) == (404, "unit_not_in_period")
    printed: dict[str, Any] = {"levels": []}
    assert await code_of(administrator.post(f"{base}/comparison", json=printed)) == (409, "edition_imported")


LONG = "9" * 20
OUT_OF_BOUNDS: list[tuple[str, str, Any, str]] = [
    ("GET", f"/api/v1/editions/2022/{LONG}", None, "/path/number"),
    ("GET", f"/api/v1/frameworks/hai-duong-2022-so/versions/{LONG}", None, "/path/version"),
    ("POST", "/api/v1/units", {**UNIT, "kind": "k" * 41}, "/kind"),
    ("PUT", "/api/v1/plans/" + "p" * 81, PLAN, "/path/code"),
    (
        "POST",
        PERIODS,
        period_body(code="x2") | {"units": [{**period_body()["units"][0], "version": 10**12}]},
        "/units/0/version",
    ),
    ("POST", "/api/v1/editions", previous("so-y-te", rank=10**12), "/units/0/rank"),
]


@pytest.mark.parametrize(
    ("method", "path", "body", "pointer"), OUT_OF_BOUNDS, ids=[row[1][:30] for row in OUT_OF_BOUNDS]
)
async def test_what_no_column_can_hold_is_refused(
    year: Year, method: str, path: str, body: Any, pointer: str
) -> None:
    administrator = await year.set_up()
    reply = await administrator.request(method, path, json=body)
    assert reply.status_code == 422, reply.text
    assert pointer in {fault["pointer"] for fault in reply.json()["errors"]}


async def test_an_extension_names_a_known_phase_and_a_sane_time(year: Year) -> None:
    administrator = await year.set_up()
    good = {
        "unit": "so-noi-vu",
        "phase": "self_assessment",
        "opens_at": "2023-01-11T00:00:00+07:00",
        "closes_at": "2023-01-14T00:00:00+07:00",
        "reason": "Mất kết nối mạng.",
    }
    path = f"{PERIODS}/2022/extensions"
    reply = await administrator.post(path, json={**good, "phase": "x"})
    assert await found_faults(reply, "period_invalid") == {("/phase", "phase_unknown")}
    reply = await administrator.post(
        path, json={**good, "opens_at": "0001-01-01T00:00:00+14:00", "closes_at": "9999-12-31T23:59:59-12:00"}
    )
    assert {pointer for pointer, _ in await found_faults(reply, "invalid_request")} == {
        "/opens_at",
        "/closes_at",
    }
    await ok(administrator.post(path, json=good))


@pytest.mark.parametrize("value", [{"level": "\ud800"}, {"\ud800": "1"}, {"level": ["a", {"b": "\udfff"}]}])
async def test_half_a_surrogate_pair_is_no_text(year: Year, value: dict[str, Any]) -> None:
    administrator = await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    body = {"claims": [{"leaf": "I/1/1.1/1.1.1", "value": value, "narrative": "x"}]}
    headers = {"Content-Type": "application/json", "If-Match": '"v0"'}
    reply = await officer.put(f"{BASE}/claims", content=json.dumps(body), headers=headers)
    assert await found_faults(reply, "invalid_request") == {("/claims/0/value", "value_error")}
    definition = copy.deepcopy(load("framework-departments.json"))
    definition["title"] = "a\ud800"
    reply = await administrator.post("/api/v1/frameworks", content=json.dumps(definition))
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("code", "framework", "comparability", "carried"),
    [
        ("2021", None, "partly", 1),
        ("2021", "hai-duong-2022-so", "comparable", 1),
        ("2015", None, "partly", 0),
    ],
)
async def test_duties_carry_over_from_the_year_before_alone(
    year: Year, bench: Workbench, code: str, framework: str | None, comparability: str, carried: int
) -> None:
    administrator = await year.set_up()
    rows = previous(*DEPARTMENTS, period=code, framework=framework)
    await ok(administrator.post("/api/v1/editions", json=rows))
    await ok(administrator.post(PERIODS, json=period_body(code="sau", previous=code)))
    database = Mail(bench).database
    async with database.reading() as connection:
        inputs = await read_inputs(connection, "sau")
    await database.close()
    result = compute_period(inputs)[0]
    for place, unit in enumerate(DEPARTMENTS, 1):
        assert result.units[unit].standing.previous_rank == place
        assert result.units[unit].standing.comparability == comparability
        assert dict(result.inputs[unit].review_years) == ({"I/3": 1} if carried else {})
