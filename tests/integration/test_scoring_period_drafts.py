"""Periods before and after they open: drafts edited as a whole, opening, windows by days, extensions, phases."""

import asyncio
from typing import Any

import pytest

from parindex.auth.policy import Role
from tests.architecture.apps import app_of
from tests.support.communes import bound, communes_of, district_period, register, unit_body
from tests.support.reply_shapes import differences
from tests.support.scoring_story import SESSION, WITHOUT_SURVEY, Clock, Year, code_of, ok, period_body
from tests.support.workbench import Workbench

PERIODS = "/api/v1/periods"
PATH = f"{PERIODS}/2022"
OFFICERS = f"{PATH}/assessments/so-noi-vu"


def example(method: str, path: str, status: str = "200") -> Any:
    found = app_of("scoring").openapi()["paths"][path][method]
    return found["responses"][status]["content"]["application/json"]["example"]


async def faults_of(awaitable: Any, code: str) -> set[tuple[str, str]]:
    reply = await awaitable
    assert reply.json()["code"] == code, reply.text
    assert all(fault["detail"] for fault in reply.json()["errors"])
    return {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}


async def topics(bench: Workbench) -> list[str]:
    return [row["topic"] for row in await bench.fetch("SELECT topic FROM scoring.announcement ORDER BY id")]


async def test_a_draft_is_written_step_by_step_and_thrown_away(year: Year, bench: Workbench) -> None:
    administrator = await year.register()
    empty = period_body() | {"phases": [], "units": []}
    made = await ok(administrator.post(PERIODS, json=empty))
    tag = made.headers["etag"]
    assert tag == (await ok(administrator.get(PATH))).headers["etag"]

    body = period_body()
    body["phases"][0] = {"phase": "self_assessment", "opens_on": "2022-12-25", "closes_on": "2023-01-10"}
    assert await code_of(administrator.put(PATH, json=body)) == (428, "version_required")
    kept = await ok(administrator.put(PATH, json=body, headers={"If-Match": tag}))
    stale = administrator.put(PATH, json=empty, headers={"If-Match": tag})
    assert await code_of(stale) == (412, "version_stale")
    shown = (await ok(administrator.get(PATH))).json()
    assert shown["version"] == kept.json()["version"] == 2
    assert [unit["unit"] for unit in shown["units"]] == ["so-noi-vu", "so-y-te"]
    window = shown["phases"][0]
    assert (window["opens_at"], window["closes_at"], window["closes_text"]) == (
        "2022-12-25T00:00:00+07:00",
        "2023-01-11T00:00:00+07:00",
        "24 giờ ngày 10/01/2023",
    )
    renamed = administrator.put(PATH, json=body | {"code": "2023"}, headers={"If-Match": "*"})
    assert await faults_of(renamed, "period_invalid") == {("/code", "code_differs")}
    wrong = administrator.put(PATH, json=body | {"previous": "2o21"}, headers={"If-Match": "*"})
    assert await faults_of(wrong, "period_invalid") == {("/previous", "previous_unknown")}
    assert (await ok(administrator.get(PATH))).json()["version"] == 2

    assert await code_of(administrator.delete(PATH)) == (428, "version_required")
    assert await code_of(administrator.delete(PATH, headers={"If-Match": tag})) == (412, "version_stale")
    await ok(administrator.delete(PATH, headers={"If-Match": kept.headers["etag"]}))
    assert await code_of(administrator.get(PATH)) == (404, "period_unknown")
    for table in ("period", "period_unit", "phase_window"):
        assert not await bench.fetch(f"SELECT 1 FROM scoring.{table}")
    await ok(administrator.post(PERIODS, json=body))
    await ok(administrator.post(f"{PATH}/open"))
    for refused in (administrator.put(PATH, json=body, headers={"If-Match": "*"}),):
        assert await code_of(refused) == (409, "period_state")
    assert await code_of(administrator.delete(PATH, headers={"If-Match": "*"})) == (409, "period_state")
    told = [topic for topic in await topics(bench) if topic.startswith("period.")]
    assert told == ["period.changed", "period.changed", "period.opened"]


async def test_opening_lists_everything_that_is_missing_and_reads_the_register_anew(year: Year) -> None:
    administrator = await register(year)
    body = period_body() | {"phases": [], "units": []}
    await ok(administrator.post(PERIODS, json=body))
    clerk = await year.role(Role.COUNCIL_CLERK)
    empty = {
        ("/units", "units_missing"),
        ("/phases/self_assessment", "window_missing"),
        ("/phases/appraisal", "window_missing"),
    }
    assert await faults_of(administrator.post(f"{PATH}/open"), "opening_not_ready") == empty
    asked = (await ok(clerk.get(f"{PATH}/preconditions", params={"step": "open"}))).json()
    assert {(row["pointer"], row["code"]) for row in asked["unmet"]} == empty
    assert (asked["next"], {row["step"] for row in asked["unmet"]}) == ("open", {"open"})

    # Between the draft and the opening a commune goes over to another district, another gets a new name, and
    # the year to compare with, a draft itself, is thrown away.
    first, second = "huyen-nam-sach", "huyen-thanh-ha"
    moved, renamed, _ = communes_of(first)
    await ok(administrator.post(PERIODS, json=period_body(code="2021", year=2021) | {"units": []}))
    draft = district_period(first, communes_of(first), code="nam-sach", previous="2021")
    await ok(administrator.post(PERIODS, json=draft))
    parents = [
        {"unit": first, "valid_from": "2000-01-01", "valid_to": "2022-06-30"},
        {"unit": second, "valid_from": "2022-07-01"},
    ]
    change = unit_body(moved, "commune", "xa", parents=parents)
    del change["code"]
    await ok(edit(administrator, moved, change))
    change = unit_body(renamed, "commune", "xa", first)
    del change["code"]
    change["names"][0]["name"] = "Ủy ban nhân dân xã Mới"
    await ok(edit(administrator, renamed, change))
    await ok(administrator.delete(f"{PERIODS}/2021", headers={"If-Match": "*"}))
    reply = await administrator.post(f"{PERIODS}/nam-sach/open")
    assert await faults_of(completed(reply), "opening_not_ready") == {
        ("/units/0/unit", "unit_not_below_owner"),
        ("/previous", "previous_unknown"),
    }
    asked = (await ok(clerk.get(f"{PERIODS}/nam-sach/preconditions?step=open"))).json()["unmet"]
    refused = reply.json()["errors"]
    assert [{key: row[key] for key in ("pointer", "code", "detail")} for row in asked] == refused
    assert refused[0]["detail"].endswith("ngày 31/12/2022")

    kept = draft | {"units": bound([renamed]), "previous": ""}
    await ok(administrator.put(f"{PERIODS}/nam-sach", json=kept, headers={"If-Match": "*"}))
    await ok(administrator.post(f"{PERIODS}/nam-sach/open"))
    shown = (await ok(clerk.get(f"{PERIODS}/nam-sach"))).json()
    assert [unit["name"] for unit in shown["units"]] == ["Ủy ban nhân dân xã Mới"]


async def completed(reply: Any) -> Any:
    return reply


async def edit(administrator: Any, unit: str, change: dict[str, Any]) -> Any:
    path = f"/api/v1/units/{unit}"
    tag = (await ok(administrator.get(path))).headers["etag"]
    return await administrator.put(path, json=change, headers={"If-Match": tag})


async def test_names_are_those_of_the_day_it_opens(year: Year) -> None:
    administrator = await register(year)
    (commune,) = communes_of("huyen-nam-sach", 1)
    await ok(administrator.post(PERIODS, json=district_period("huyen-nam-sach", [commune])))
    change = unit_body(commune, "commune", "xa", "huyen-nam-sach")
    del change["code"]
    change["names"][0]["name"] = "Ủy ban nhân dân thị trấn Nam Sách"
    await ok(edit(administrator, commune, change))
    path = f"{PERIODS}/2022-huyen-nam-sach"
    await ok(administrator.post(f"{path}/open"))
    (unit,) = (await ok(administrator.get(path))).json()["units"]
    assert unit["name"] == "Ủy ban nhân dân thị trấn Nam Sách"


async def test_the_countdown_runs_to_the_second_for_all_and_for_each(year: Year, clock: Clock) -> None:
    administrator = await year.set_up()
    clock.set("2023-01-10T23:59:59.250+07:00")
    extension = {
        "unit": "so-y-te",
        "phase": "self_assessment",
        "closes_on": "2023-01-13",
        "reason": "Mất mạng.",
    }
    extended = (await ok(administrator.post(f"{PATH}/extensions", json=extension))).json()
    assert extended == {
        "unit": "so-y-te",
        "phase": "self_assessment",
        "closes_at": "2023-01-14T00:00:00+07:00",
        "closes_text": "24 giờ ngày 13/01/2023",
    }
    shown = (await ok(administrator.get(PATH))).json()
    assert differences(example("get", f"{PERIODS}/{{code}}"), shown) == []
    assert shown["server_time"] == "2023-01-10T23:59:59.250000+07:00"
    left = {(row["phase"], row["unit"]): (row["state"], row["seconds_left"]) for row in shown["phases"]}
    assert left["self_assessment", ""] == ("running", 1)
    assert left["self_assessment", "so-y-te"] == ("running", 3 * 86400 + 1)
    by_unit = {row["unit"]: row["countdown"]["seconds_left"] for row in shown["units"]}
    assert by_unit == {"so-noi-vu": 1, "so-y-te": 3 * 86400 + 1}
    clock.set("2023-01-11T00:00:00+07:00")
    shown = (await ok(administrator.get(PATH))).json()
    left = {(row["phase"], row["unit"]): (row["state"], row["seconds_left"]) for row in shown["phases"]}
    assert left["self_assessment", ""] == ("over", 0)
    assert [row["countdown"]["phase"] for row in shown["units"]] == ["appraisal", "appraisal"]
    listed = (await ok(administrator.get(PERIODS))).json()
    assert differences(example("get", PERIODS), listed) == []
    assert listed["periods"][0]["countdown"]["phase"] == "appraisal"


async def test_a_window_is_extended_for_everybody_and_never_shortened(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    administrator = await year.set_up()
    clock.set("2023-01-11T08:00:00+07:00")
    noi_vu = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    claims = {"claims": [{"leaf": "I/1/1.1/1.1.1", "value": {"level": "day-du"}, "narrative": "x"}]}
    closed = noi_vu.put(f"{OFFICERS}/claims", json=claims, headers={"If-Match": "*"})
    assert await code_of(closed) == (409, "window_closed")
    good = {"phase": "self_assessment", "closes_on": "2023-01-12", "reason": "Phần mềm gián đoạn cả tỉnh."}
    for wrong, fault in (
        ({"closes_on": "2023-01-09"}, {("/closes_at", "window_empty")}),
        (
            {"closes_on": "2023-01-10", "opens_on": "2023-01-01"},
            {
                ("/closes_at", "window_over"),
                ("/closes_at", "window_not_longer"),
            },
        ),
        ({"phase": "complaint"}, {("/phase", "phase_not_declared")}),
        ({"phase": "party"}, {("/phase", "phase_unknown")}),
    ):
        refused = administrator.post(f"{PATH}/extensions", json={**good, **wrong})
        assert await faults_of(refused, "period_invalid") == fault, wrong
    await ok(administrator.post(f"{PATH}/extensions", json=good))
    await ok(noi_vu.put(f"{OFFICERS}/claims", json=claims, headers={"If-Match": "*"}))
    again = administrator.post(f"{PATH}/extensions", json=good)
    assert await faults_of(again, "period_invalid") == {("/closes_at", "window_not_longer")}
    rows = await bench.fetch("SELECT object FROM scoring.announcement WHERE topic = 'window.extended'")
    assert [row["object"] for row in rows] == ["2022"]
    audited = await bench.fetch("SELECT details FROM scoring.audit WHERE action = 'window.extended'")
    assert "Phần mềm gián đoạn" in str(audited[0]["details"])


async def test_a_complaint_phase_is_added_when_it_is_due(year: Year, clock: Clock, bench: Workbench) -> None:
    clerk = await year.ready_for_council()
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(clerk.post(f"{PATH}/council"))
    await ok(clerk.post(f"{PATH}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PATH}/provisional"))
    clock.set("2023-02-20T17:00:00+07:00")
    added = {
        "phase": "complaint",
        "opens_on": "2023-02-21",
        "closes_on": "2023-02-24",
        "reason": "Theo thông báo.",
    }
    for wrong, fault in (
        ({"opens_on": "2023-01-12"}, {("/opens_at", "phases_overlap")}),
        ({"closes_on": "2023-02-19", "opens_on": "2023-02-18"}, {("/closes_at", "window_over")}),
        ({"phase": "appraisal"}, {("/phase", "phase_repeated")}),
        ({"phase": "x"}, {("/phase", "phase_unknown")}),
    ):
        refused = administrator.post(f"{PATH}/phases", json={**added, **wrong})
        assert await faults_of(refused, "period_invalid") == fault, wrong
    state = administrator.post(f"{PATH}/phases", json={**added, "phase": "final_appraisal"})
    assert await code_of(state) == (409, "period_state")
    made = (await ok(administrator.post(f"{PATH}/phases", json=added))).json()
    assert differences(example("post", f"{PERIODS}/{{code}}/phases", "201"), made) == []
    clock.set("2023-02-22T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    complaint = {"leaves": ["I/1/1.1/1.1.3"], "narrative": "Đã có văn bản."}
    await ok(officer.post(f"{OFFICERS}/complaints", json=complaint))
    # What refuses the last step is what the list says.
    unmet = (await ok(clerk.get(f"{PATH}/preconditions"))).json()["unmet"]
    refused = (await clerk.post(f"{PATH}/finalize")).json()
    assert refused["code"] == "finalize_not_ready"
    assert [(row["step"], row["code"]) for row in unmet] == [
        ("finalize", "complaint_unanswered"),
        ("finalize", "complaint_window_open"),
    ]
    assert [{key: row[key] for key in ("pointer", "code", "detail")} for row in unmet] == refused["errors"]
    assert "period.changed" in await topics(bench)
    again = administrator.put(f"{PATH}/previous", json={"previous": ""})
    assert await code_of(again) == (409, "period_state")


async def test_the_year_to_compare_with_may_come_later(year: Year, bench: Workbench) -> None:
    administrator = await year.set_up()
    unknown = administrator.put(f"{PATH}/previous", json={"previous": "2021"})
    assert await faults_of(unknown, "period_invalid") == {("/previous", "previous_unknown")}
    rows = [{"unit": "so-noi-vu", "rank": 1}, {"unit": "so-y-te", "rank": 2}]
    await ok(administrator.post("/api/v1/editions", json={"period": "2021", "units": rows}))
    await ok(administrator.put(f"{PATH}/previous", json={"previous": "2021"}))
    assert (await ok(administrator.get(PATH))).json()["previous"] == "2021"
    await ok(administrator.put(f"{PATH}/previous", json={"previous": ""}))
    assert (await topics(bench)).count("period.changed") == 2


async def test_of_many_editors_and_openers_one_wins(year: Year, bench: Workbench) -> None:
    administrator = await year.register()
    tag = (await ok(administrator.post(PERIODS, json=period_body()))).headers["etag"]

    async def edit_draft(number: int) -> int:
        body = period_body(title=f"Bản {number}")
        return (await administrator.put(PATH, json=body, headers={"If-Match": tag})).status_code

    codes = await asyncio.gather(*(edit_draft(number) for number in range(12)))
    assert sorted(codes) == [200] + [412] * 11
    opened, edited, opened_too = await asyncio.gather(
        administrator.post(f"{PATH}/open"),
        administrator.put(PATH, json=period_body(title="Bản cuối"), headers={"If-Match": "*"}),
        administrator.post(f"{PATH}/open"),
    )
    assert sorted((opened.status_code, opened_too.status_code)) == [200, 409]
    assert edited.status_code in {200, 409}
    shown = (await ok(administrator.get(PATH))).json()
    assert (shown["state"], len(shown["units"]), len(shown["phases"])) == ("open", 2, 2)
    assert (shown["title"] == "Bản cuối") == (edited.status_code == 200)
    assert len(await bench.fetch("SELECT 1 FROM scoring.period_unit")) == 2


ROUTES: list[tuple[str, str, Any]] = [
    ("POST", PERIODS, period_body()),
    ("PUT", PATH, period_body()),
    ("DELETE", PATH, None),
    ("POST", f"{PATH}/open", None),
    ("POST", f"{PATH}/extensions", {"phase": "appraisal", "closes_on": "2023-02-01", "reason": "x"}),
    ("POST", f"{PATH}/phases", {"phase": "complaint", "closes_on": "2023-02-01", "reason": "x"}),
    ("PUT", f"{PATH}/previous", {"previous": ""}),
    ("PUT", f"{PATH}/passages", {}),
]
BAD: list[tuple[int, dict[str, Any]]] = [
    (0, {"year": "2022"}),
    (0, {"year": 1}),
    (0, {"title": ""}),
    (0, {"owner_unit": 7}),
    (0, {"owner_unit": "x" * 81}),
    (0, {"phases": [{"phase": "appraisal", "opens_on": "2023-01-01"}]}),
    (0, {"phases": [{"phase": "appraisal", "closes_on": "2023-01-01"}]}),
    (0, {"phases": [{"phase": "appraisal", "opens_on": "2023-02-30", "closes_on": "2023-03-01"}]}),
    (0, {"phases": [{"phase": "appraisal", "opens_on": 1, "closes_on": "2023-03-01"}]}),
    (0, {"units": [{**bound(["so-noi-vu"])[0], "version": -1}]}),
    (0, {"units": [{**bound(["so-noi-vu"])[0], "form": "1A"}]}),
    (0, {"surprise": 1}),
    (1, {"year": None}),
    (4, {"closes_on": "24 giờ"}),
    (4, {"closes_on": "9999-12-31"}),
    (4, {"closes_on": None}),
    (4, {"closes_at": "2023-01-11T00:00:00+07:00"}),
    (4, {"closes_at": "2023-01-11T00:00:00", "closes_on": None}),
    (4, {"reason": ""}),
    (4, {"reason": "   "}),
    (4, {"unit": "Sở Y tế"}),
    (5, {"reason": None}),
    (5, {"opens_at": "2023-01-01T00:00:00+07:00", "opens_on": "2023-01-01"}),
    (5, {"phase": None}),
    (6, {"previous": 2021}),
    (6, {"previous": "x" * 81}),
    (7, {"strengths": "x"}),
]


async def test_every_bad_input_is_refused_and_nothing_stored(year: Year, bench: Workbench) -> None:
    administrator = await year.set_up()
    before = await bench.fetch("SELECT version, state FROM scoring.period")
    audited = len(await bench.fetch("SELECT 1 FROM scoring.audit"))
    for index, wrong in BAD:
        method, path, body = ROUTES[index]
        reply = await administrator.request(method, path, json={**body, **wrong}, headers={"If-Match": "*"})
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request"), (
            path,
            wrong,
            reply.text,
        )
    for query in ("step=party", "step="):
        clerk = await year.role(Role.COUNCIL_CLERK)
        assert await code_of(clerk.get(f"{PATH}/preconditions?{query}")) == (422, "invalid_request")
    for route in ("progress", "progress/areas", "late"):
        assert await code_of(clerk.get(f"{PATH}/{route}?format=pdf")) == (422, "invalid_request")
        assert await code_of(clerk.get(f"{PATH}/{route}?format=csv&fields=x")) == (422, "fields_unknown")
    assert await code_of(clerk.get(f"{PATH}/late?overdue=may-be")) == (422, "invalid_request")
    assert await code_of(clerk.get(f"{PATH}/progress/areas?unit=so-la")) == (404, "unit_not_in_period")
    assert await code_of(clerk.get(f"{PERIODS}?owner={'x' * 81}")) == (422, "invalid_request")
    foreign = {**ROUTES[4][2], "unit": "so-la"}
    refused = administrator.post(f"{PATH}/extensions", json=foreign)
    assert await code_of(refused) == (404, "unit_not_in_period")
    assert await bench.fetch("SELECT version, state FROM scoring.period") == before
    assert len(await bench.fetch("SELECT 1 FROM scoring.audit")) == audited


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.UNIT_OFFICER, Role.APPRAISER, Role.COUNCIL_CLERK])
async def test_periods_are_written_by_the_administrator_alone(year: Year, role: Role) -> None:
    refused = (401, "token_required") if role is Role.PUBLIC else (403, "forbidden")
    client = year.api.client() if role is Role.PUBLIC else await year.role(role, units=["so-noi-vu"])
    for method, path, body in ROUTES:
        assert await code_of(client.request(method, path, json=body)) == refused, path
    if role in {Role.PUBLIC, Role.UNIT_OFFICER}:
        for route in ("progress", "progress/areas", "late", "preconditions"):
            assert await code_of(client.get(f"{PATH}/{route}")) == refused
    unknown = await year.role(Role.ADMINISTRATOR)
    for method, path, body in ROUTES[1:]:
        headers = {"If-Match": "*"}
        made = {**body, "code": "2022"} if path == PATH and body else body
        reply = unknown.request(method, path, json=made, headers=headers)
        assert await code_of(reply) == (404, "period_unknown"), path
    for route in ("", "/progress", "/progress/areas", "/late", "/preconditions"):
        assert await code_of(unknown.get(f"{PATH}{route}")) == (404, "period_unknown")
