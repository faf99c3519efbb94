"""A period through the API: windows to the second, evidence, appraisal with reasons, the council, an edition."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from parindex.auth.policy import Role
from tests.support.scoring_story import (
    SESSION,
    WITHOUT_SURVEY,
    Clock,
    Year,
    claims_of,
    code_of,
    load,
    ok,
    period_body,
)
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.mark.parametrize(
    ("instant", "taken"),
    [
        ("2022-12-24T23:59:59+07:00", False),
        ("2022-12-25T00:00:00+07:00", True),
        ("2023-01-10T23:59:59+07:00", True),
        ("2023-01-11T00:00:00+07:00", False),  # «24 giờ ngày 10/01/2023»
        ("2023-01-11T00:00:01+07:00", False),
    ],
)
async def test_the_window_closes_to_the_second(year: Year, clock: Clock, instant: str, taken: bool) -> None:
    await year.set_up()
    clock.set(instant)
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    reply = await officer.put(
        f"{BASE}/claims", json={"claims": claims_of("so-noi-vu")}, headers={"If-Match": '"v0"'}
    )
    assert reply.status_code == (200 if taken else 409)
    if not taken:
        assert reply.json()["code"] == "window_closed"


async def test_submission_needs_every_leaf_and_gives_a_receipt(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    refused = await officer.post(f"{BASE}/submission")
    assert (refused.status_code, refused.json()["code"]) == (422, "assessment_incomplete")
    assert len(refused.json()["errors"]) == len(claims_of("so-noi-vu"))
    await year.claim("so-noi-vu")
    receipt = (await ok(officer.post(f"{BASE}/submission"))).json()
    assert receipt["submitted_at"] == "2023-01-09T08:00:00+07:00"
    assert receipt["digest"].startswith("sha256:")
    assert await code_of(officer.post(f"{BASE}/submission")) == (409, "assessment_state")


async def test_a_stale_edit_is_refused_and_an_unchanged_claim_makes_no_act(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    before = len(await bench.fetch("SELECT 1 FROM scoring.act"))
    body = {"claims": claims_of("so-noi-vu")}
    stale = officer.put(f"{BASE}/claims", json=body, headers={"If-Match": '"v0"'})
    assert await code_of(stale) == (412, "version_stale")
    assert await code_of(officer.put(f"{BASE}/claims", json=body)) == (428, "version_required")
    again = await ok(officer.put(f"{BASE}/claims", json=body, headers={"If-Match": '"v1"'}))
    assert again.json()["changed"] == 0
    assert len(await bench.fetch("SELECT 1 FROM scoring.act")) == before


async def test_fifty_writers_of_one_version_leave_one_winner(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    first = claims_of("so-noi-vu")[:1]

    async def write(number: int) -> int:
        claims = [{**first[0], "narrative": f"lần {number}"}]
        reply = await officer.put(f"{BASE}/claims", json={"claims": claims}, headers={"If-Match": '"v0"'})
        return reply.status_code

    codes = await asyncio.gather(*(write(number) for number in range(50)))
    assert sorted(codes) == [200] + [412] * 49


async def test_every_fault_of_a_claim_is_named_and_nothing_stored(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    claims = [
        {"leaf": "I/9/9.9", "value": {}, "narrative": "x"},
        {"leaf": "II/1/1.1", "value": {}, "narrative": "x"},
        {"leaf": "I/1/1.1/1.1.3", "value": {"numerator": "-1"}, "narrative": ""},
    ]
    reply = await officer.put(f"{BASE}/claims", json={"claims": claims}, headers={"If-Match": '"v0"'})
    assert reply.json()["code"] == "assessment_invalid"
    found = {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}
    assert found >= {
        ("/claims/0/leaf", "leaf_unknown"),
        ("/claims/1/leaf", "leaf_not_self_scored"),
        ("/claims/2/value/numerator", "figure_too_small"),
    }
    assert not await bench.fetch("SELECT 1 FROM scoring.act")


async def test_evidence_is_judged_by_its_content(year: Year, clock: Clock, tmp_path: Path) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    data = {"title": "Kế hoạch CCHC", "number": "01/KH-SNV", "issued_on": "2022-01-15"}
    kept = await ok(
        officer.post(f"{BASE}/evidence", data=data, files={"file": ("ke-hoach.pdf", PDF, "application/pdf")})
    )
    again = await ok(
        officer.post(f"{BASE}/evidence", data=data, files={"file": ("ban-sao.pdf", PDF, "application/pdf")})
    )
    assert kept.json()["id"] == again.json()["id"]
    hostile = officer.post(
        f"{BASE}/evidence", data=data, files={"file": ("ke-hoach.pdf", b"MZ\x90", "application/pdf")}
    )
    assert await code_of(hostile) == (422, "evidence_refused")
    stored = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in stored] == [PDF]


async def test_nobody_writes_for_or_appraises_another(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    body = {"claims": claims_of("so-noi-vu")}
    foreign = stranger.put(f"{BASE}/claims", json=body, headers={"If-Match": '"v0"'})
    assert await code_of(foreign) == (403, "foreign_unit")
    assert await code_of(stranger.get(BASE)) == (403, "foreign_unit")
    clock.set("2023-01-12T08:00:00+07:00")
    own = await year.role(Role.APPRAISER, units=["so-noi-vu"])
    rows = {"appraisals": [{"leaf": "I/1/1.1/1.1.1"}]}
    assert await code_of(own.post(f"{BASE}/appraisals", json=rows)) == (403, "own_unit")


async def test_a_different_appraisal_needs_its_reason(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    await ok(officer.post(f"{BASE}/submission"))
    clock.set("2023-01-12T08:00:00+07:00")
    appraiser = await year.role(Role.APPRAISER)
    row = {"leaf": "I/1/1.1/1.1.3", "value": {"numerator": "1", "denominator": "58"}}
    refused = await appraiser.post(f"{BASE}/appraisals", json={"appraisals": [row]})
    assert refused.json()["code"] == "appraisal_invalid"
    assert refused.json()["errors"][0]["code"] == "reason_missing"
    await ok(
        appraiser.post(f"{BASE}/appraisals", json={"appraisals": [{**row, "reason": "Thiếu tài liệu."}]})
    )
    incomplete = await code_of(appraiser.post(f"{BASE}/appraisal-completion"))
    assert incomplete == (409, "appraisal_incomplete")
    # The unit does not see what it was given while the secretariat is still at work.
    seen = (await officer.get(BASE)).json()
    assert all(leaf["appraised"] is None for leaf in seen["leaves"])


async def test_a_year_ends_in_an_edition_that_takes_no_more_writes(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    await year.set_up()
    clerk = await year.role(Role.COUNCIL_CLERK)
    waiting = await clerk.post("/api/v1/periods/2022/council")
    assert waiting.json()["code"] == "council_not_ready"
    assert len(waiting.json()["errors"]) == 2
    await year.submit_all()
    await year.appraise_all()
    await ok(clerk.post("/api/v1/periods/2022/council"))
    unheld = await clerk.post("/api/v1/periods/2022/provisional")
    assert unheld.json()["code"] == "provisional_not_ready"
    # No survey was counted, so the council itself has to say what its leaves are worth.
    undecided = {(f"/units/{row['unit']}/{row['leaf']}", "leaf_undecided") for row in WITHOUT_SURVEY}
    missing = {(fault["pointer"], fault["code"]) for fault in unheld.json()["errors"]}
    assert missing == {("/council/sessions", "council_not_held"), *undecided}
    await ok(clerk.post("/api/v1/periods/2022/council/sessions", json=SESSION))
    await ok(
        clerk.post(
            "/api/v1/periods/2022/council/sessions",
            json={**SESSION, "number": "02/BB-HĐ", "decisions": WITHOUT_SURVEY},
        )
    )
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    clock.set("2023-03-01T08:00:00+07:00")
    both = await asyncio.gather(*(clerk.post("/api/v1/periods/2022/finalize") for _ in range(2)))
    assert sorted(reply.status_code for reply in both) == [201, 409]
    public = year.api.client()
    async with public:
        assert (await public.get("/api/v1/editions/2022/latest")).status_code == 404
        await ok(clerk.post("/api/v1/editions/2022/1/publish"))
        shown = await ok(public.get("/api/v1/editions/2022/latest"))
        same = await public.get("/api/v1/editions/2022/1", headers={"If-None-Match": shown.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
    index = shown.json()
    assert [unit["unit"] for unit in index["units"]] == ["so-noi-vu", "so-y-te"]
    assert [unit["rank"] for unit in index["units"]] == [1, 2]
    events = await bench.fetch("SELECT topic FROM bus.event ORDER BY occurred_at")
    sessions = ["scoring.index_requested.v1"] * 2
    assert [event["topic"] for event in events] == [*sessions, "period.finalized.v1"]
    late = await code_of(clerk.post("/api/v1/periods/2022/council/sessions", json=SESSION))
    assert late == (409, "period_state")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        (
            {"phases": [{**period_body()["phases"][0], "closes_at": "2022-12-20T00:00:00+07:00"}]},
            "/phases/0/closes_at",
        ),
        ({"phases": [{**period_body()["phases"][0], "phase": "party"}]}, "/phases/0/phase"),
        ({"units": [{**period_body()["units"][0], "unit": "so-la"}]}, "/units/0/unit"),
        ({"units": [{**period_body()["units"][0], "version": 7}]}, "/units/0/framework"),
        ({"units": [period_body()["units"][0]] * 2}, "/units/1/unit"),
    ],
)
async def test_a_period_that_does_not_fit_is_refused(
    year: Year, bench: Workbench, changes: dict[str, Any], pointer: str
) -> None:
    administrator = await year.set_up()
    body = period_body() | {"code": "khac"} | changes
    reply = await administrator.post("/api/v1/periods", json=body)
    assert reply.json()["code"] == "period_invalid", reply.text
    assert pointer in {fault["pointer"] for fault in reply.json()["errors"]}
    assert len(await bench.fetch("SELECT 1 FROM scoring.period")) == 1


async def test_a_framework_whose_worked_case_fails_stays_a_draft(year: Year, bench: Workbench) -> None:
    definition = load("framework-departments.json")
    leaf = definition["nodes"][0]["children"][0]["children"][0]["children"][0]
    level = leaf["rule"]["scale"]["levels"][0]
    right = {"value": {"level": level["code"]}, "points": level["points"]}
    leaf["rule"]["cases"] = [right, {**right, "points": "0.123"}]
    administrator = await year.role(Role.ADMINISTRATOR)
    await ok(administrator.post("/api/v1/frameworks", json=definition))
    publish = "/api/v1/frameworks/hai-duong-2022-so/versions/{}/publish"
    refused = await administrator.post(publish.format(1))
    assert (refused.status_code, refused.json()["code"]) == (422, "framework_not_publishable")
    pointer = "/nodes/0/children/0/children/0/children/0/rule/cases/1/points"
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]
    assert (await bench.fetch("SELECT status FROM scoring.framework"))[0]["status"] == "draft"
    leaf["rule"]["cases"] = [right]
    await ok(administrator.post("/api/v1/frameworks", json=definition))
    await ok(administrator.post(publish.format(2)))


async def test_a_framework_that_does_not_sum_is_refused_whole(year: Year, bench: Workbench) -> None:
    definition = load("framework-departments.json")
    definition["nodes"][0]["max_points"] = "72"
    administrator = await year.role(Role.ADMINISTRATOR)
    reply = await administrator.post("/api/v1/frameworks", json=definition)
    assert (reply.status_code, reply.json()["code"]) == (422, "framework_invalid")
    assert any(fault["pointer"].startswith("/nodes") for fault in reply.json()["errors"])
    assert not await bench.fetch("SELECT 1 FROM scoring.framework")
