"""The council through the API: reasons, what a decision confirms, whose tally counts, what computations say."""

from decimal import Decimal
from typing import Any

import pytest

from parindex.auth.policy import Role
from tests.support.scoring_story import DEPARTMENTS, SESSION, WITHOUT_SURVEY, Year, claims_of, code_of, ok
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

LEAF = "I/1/1.1/1.1.3"
SESSIONS = "/api/v1/periods/2022/council/sessions"
COUNCIL = "/api/v1/periods/2022/council"


def decisions(*rows: dict[str, Any]) -> dict[str, Any]:
    return {**SESSION, "decisions": list(rows)}


async def test_every_decision_needs_a_reason_also_one_that_returns_to_the_claim(year: Year) -> None:
    lowered = {LEAF: {"value": {"numerator": "1", "denominator": "3"}, "reason": "Thiếu tài liệu."}}
    clerk = await year.ready_for_council(lowered)
    await ok(clerk.post(COUNCIL))
    claimed = next(row["value"] for row in claims_of("so-noi-vu") if row["leaf"] == LEAF)
    for content in ({"value": claimed}, {}, {"not_applicable": True}, {"points": "1"}):
        row = {"unit": "so-noi-vu", "leaf": LEAF, **content}
        reply = await clerk.post(SESSIONS, json=decisions(row))
        assert reply.json()["code"] == "session_invalid"
        assert [fault["pointer"] for fault in reply.json()["errors"]] == ["/decisions/0/reason"]


async def test_a_decision_without_content_confirms_what_counts(year: Year) -> None:
    lowered = {LEAF: {"value": {"numerator": "1", "denominator": "3"}, "reason": "Thiếu tài liệu."}}
    clerk = await year.ready_for_council(lowered)
    await ok(clerk.post(COUNCIL))
    kept = {"unit": "so-noi-vu", "leaf": LEAF, "reason": "Hội đồng giữ nguyên."}
    full = {"unit": "so-noi-vu", "leaf": "I/1/1.1/1.1.1", "reason": "Đúng như thẩm định."}
    await ok(clerk.post(SESSIONS, json=decisions(*WITHOUT_SURVEY, kept, full)))
    again = {"unit": "so-noi-vu", "leaf": "II/1/1.1", "reason": "Giữ điểm phiên trước."}
    await ok(clerk.post(SESSIONS, json={**decisions(again), "number": "02/BB-HĐ"}))
    await ok(clerk.post("/api/v1/periods/2022/provisional"))
    await ok(clerk.post("/api/v1/periods/2022/finalize"))
    sheets = {
        unit: {
            leaf["key"]: leaf
            for leaf in (await clerk.get(f"/api/v1/editions/2022/1/units/{unit}")).json()["leaves"]
        }
        for unit in DEPARTMENTS
    }
    given, untouched = sheets["so-noi-vu"], sheets["so-y-te"]
    assert given[LEAF]["points"] == given[LEAF]["appraised_points"] == untouched[LEAF]["points"]
    assert (given[LEAF]["reason"], untouched[LEAF]["reason"]) == ("Hội đồng giữ nguyên.", "Thiếu tài liệu.")
    confirmed = given["I/1/1.1/1.1.1"]
    assert confirmed["status"] == "scored"
    assert Decimal(confirmed["points"]) == Decimal(confirmed["appraised_points"]) > 0
    assert given["II/1/1.1"]["points"] == "8.5"


async def test_every_fault_of_every_decision_is_named(year: Year, bench: Workbench) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(COUNCIL))
    rows = [
        {"unit": "so-noi-vu", "leaf": "I/9", "reason": "x"},
        {"unit": "so-y-te", "leaf": LEAF, "value": {"numerator": "-1", "denominator": "2"}},
        {"unit": "so-la", "leaf": LEAF, "reason": "x"},
        {"unit": "so-noi-vu", "leaf": "II/1/1.1", "reason": "x"},
        {"unit": "so-noi-vu", "leaf": LEAF, "points": "99", "reason": "x"},
        {"unit": "so-noi-vu", "leaf": LEAF, "points": "1", "value": {}, "reason": "x"},
    ]
    reply = await clerk.post(SESSIONS, json=decisions(*rows))
    assert {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]} == {
        ("/decisions/0/leaf", "leaf_unknown"),
        ("/decisions/1/value/numerator", "figure_too_small"),
        ("/decisions/1/reason", "reason_missing"),
        ("/decisions/2/unit", "unit_not_in_period"),
        ("/decisions/3/value", "nothing_to_confirm"),
        ("/decisions/4/points", "points_out_of_range"),
        ("/decisions/5/leaf", "leaf_repeated"),
        ("/decisions/5/points", "points_beside_value"),
    }
    assert not await bench.fetch("SELECT 1 FROM scoring.act WHERE stage = 'council'")
    assert not await bench.fetch("SELECT 1 FROM scoring.council_session")


@pytest.mark.parametrize("points", [8.1, 8, True])
async def test_points_are_text(year: Year, points: object) -> None:
    clerk = await year.role(Role.COUNCIL_CLERK)
    row = {"unit": "so-noi-vu", "leaf": "II/1/1.1", "points": points, "reason": "x"}
    reply = await clerk.post(SESSIONS, json=decisions(row))
    assert reply.json()["code"] == "invalid_request"
    assert [fault["pointer"] for fault in reply.json()["errors"]] == ["/decisions/0/points"]


async def test_only_the_own_campaigns_tally_counts_and_only_once_handed_over(
    year: Year, bench: Workbench
) -> None:
    clerk = await year.ready_for_council(survey=SURVEY)
    mail = Mail(bench)
    assert await faults_of(clerk) == {("/tally", "tally_missing")}
    alien = await mail.tally("thu-nghiem", 7, {"D": 10})
    await mail.handover("thu-nghiem", alien)
    assert await faults_of(clerk) == {("/tally", "tally_missing")}
    first = await mail.tally("hai-duong-2022", 1, {"A": 9})
    own = await mail.tally("hai-duong-2022", 2, {"A": 10})
    await mail.handover("hai-duong-2022", first)
    assert await faults_of(clerk) == {("/handover", "handover_missing")}
    await mail.handover("hai-duong-2022", own)
    shown = (await clerk.get("/api/v1/periods/2022")).json()
    assert (shown["tally"], shown["handed_over"]) == (own, True)
    await ok(clerk.post(COUNCIL))
    assert (await clerk.get("/api/v1/periods/2022")).json()["pinned_tally"] == own
    asked = await bench.fetch("SELECT payload->>'tally' AS tally FROM bus.event ORDER BY occurred_at")
    assert [row["tally"] for row in asked] == [first, own]
    assert len(await bench.fetch("SELECT 1 FROM scoring.tally_snapshot")) == 3
    await mail.database.close()


async def faults_of(clerk: Any) -> set[tuple[str, str]]:
    reply = await clerk.post(COUNCIL)
    assert reply.json()["code"] == "council_not_ready"
    return {(fault["pointer"], fault["code"]) for fault in reply.json()["errors"]}


async def test_a_period_without_survey_counts_no_tally(year: Year, bench: Workbench) -> None:
    clerk = await year.ready_for_council()
    mail = Mail(bench)
    await mail.tally("hai-duong-2022", 1, {"A": 10})
    await ok(clerk.post(COUNCIL))
    shown = (await clerk.get("/api/v1/periods/2022")).json()
    assert (shown["tally"], shown["pinned_tally"], shown["handed_over"]) == ("", "", False)
    assert not await bench.fetch("SELECT 1 FROM bus.event")
    await mail.database.close()


async def test_a_computation_names_the_tally_it_counted(year: Year, bench: Workbench) -> None:
    clerk = await year.ready_for_council(survey=SURVEY)
    mail = Mail(bench)
    own = await mail.tally("hai-duong-2022", 1, {"A": 10})
    await mail.handover("hai-duong-2022", own)
    await ok(clerk.post(COUNCIL))
    later = await mail.tally("hai-duong-2022", 2, {"D": 10})
    await mail.compute(later)
    found = (await clerk.get("/api/v1/periods/2022/computation")).json()
    assert (found["tally"], found["requested_tally"]) == (own, later)
    before = {row["unit"]: row["exact_percent"] for row in found["units"]}
    rows = [
        {"unit": "so-y-te", "leaf": leaf, "points": "0", "reason": "Hội đồng ấn định."}
        for leaf in (LEAF, "II/1/1.1")
    ]
    await ok(clerk.post(SESSIONS, json=decisions(*rows)))
    asked = await bench.fetch(
        "SELECT payload->>'tally' AS tally FROM bus.event ORDER BY occurred_at DESC LIMIT 1"
    )
    assert asked[0]["tally"] == own
    await mail.compute(own)
    after = (await clerk.get("/api/v1/periods/2022/computation")).json()
    assert (after["tally"], after["requested_tally"]) == (own, own)
    percents = {row["unit"]: row["exact_percent"] for row in after["units"]}
    assert Decimal(percents["so-y-te"]) < Decimal(before["so-y-te"])
    assert percents["so-noi-vu"] == before["so-noi-vu"]
    await mail.database.close()


async def test_a_closed_council_takes_no_session(year: Year) -> None:
    clerk = await year.ready_for_council()
    assert await code_of(clerk.post(SESSIONS, json=SESSION)) == (409, "period_state")
