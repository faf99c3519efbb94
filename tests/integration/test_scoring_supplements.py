"""Leaves returned to a unit: it answers just on these, in a window of their own; late ones are told."""

import asyncio
import json
from typing import Any

import httpx

from parindex.auth.policy import Role
from scoring_api.assessment.http.appraisal_examples import SUPPLEMENT
from tests.support.appraisal_story import (
    BASE,
    COUNT,
    LEAVES,
    LEVEL,
    PERIOD,
    RATIO,
    appraise,
    confirm_all,
    faults,
    handed_in,
    row_of,
)
from tests.support.reply_shapes import differences
from tests.support.scoring_story import Clock, Year, code_of, ok
from tests.support.workbench import Workbench

ASKED = {
    "leaves": [RATIO],
    "reason": "Chưa có danh sách nhiệm vụ hoàn thành.",
    "closes_at": "2023-01-14T17:00:00+07:00",
}
NEW = {"leaf": RATIO, "value": {"numerator": "30", "denominator": "31"}, "narrative": "Đã rà soát lại."}


async def returned(year: Year, **changes: Any) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """A leaf of Sở Nội vụ lies with the unit; returns the appraiser and the officer."""
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    await ok(appraiser.post(f"{BASE}/supplements", json={**ASKED, **changes}))
    return appraiser, await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])


async def claim(officer: httpx.AsyncClient, *claims: dict[str, Any]) -> httpx.Response:
    return await officer.put(f"{BASE}/claims", json={"claims": claims}, headers={"If-Match": "*"})


async def told(bench: Workbench, topic: str) -> list[dict[str, Any]]:
    rows = await bench.fetch(f"SELECT data FROM scoring.announcement WHERE topic = '{topic}' ORDER BY id")
    return [json.loads(row["data"]) for row in rows]


async def test_a_unit_answers_on_what_was_returned_and_on_nothing_else(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    appraiser, officer = await returned(year)
    sheet = (await ok(officer.get(BASE))).json()
    assert (sheet["status"], sheet["supplements"][0]["state"]) == ("submitted", "open")
    assert sheet["supplements"][0]["reason"] == ASKED["reason"]
    other = await claim(officer, NEW, {"leaf": LEVEL, "value": {"level": "khong"}, "narrative": "x"})
    assert (other.status_code, other.json()["code"]) == (409, "leaf_not_returned")
    assert faults(other) == {("/claims/1/leaf", "leaf_not_returned")}
    # While it lies with the unit nobody appraises it.
    assert faults(await appraise(appraiser, {"leaf": RATIO})) == {("/appraisals/0/leaf", "leaf_returned")}
    await confirm_all(appraiser, RATIO)
    unfinished = await appraiser.post(f"{BASE}/appraisal-completion")
    assert faults(unfinished) == {(f"/leaves/{RATIO}", "leaf_returned")}

    clock.set("2023-01-13T09:00:00+07:00")
    file = {"file": ("danh-sach.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    kept = (await ok(officer.post(f"{BASE}/evidence", data={"title": "Danh sách"}, files=file))).json()
    await ok(claim(officer, {**NEW, "evidence": [kept["id"]]}))
    answer = await ok(officer.post(f"{BASE}/supplements/1/answer", json={"narrative": "Đã bổ sung."}))
    assert (answer.json()["state"], answer.json()["answer"]["narrative"]) == ("answered", "Đã bổ sung.")
    assert (answer.json()["receipt"]["number"], answer.json()["receipt"]["files"]) == (2, 1)
    changes = await ok(officer.get(f"{BASE}/changes", params={"before": "1", "after": "2"}))
    assert {row["leaf"] for row in changes.json()["changes"]} == {RATIO}
    assert (await officer.get(BASE)).json()["status"] == "submitted"
    assert await code_of(claim(officer, NEW)) == (409, "window_closed")
    assert await code_of(officer.post(f"{BASE}/supplements/1/answer", json={})) == (409, "supplement_closed")
    late_file = officer.post(f"{BASE}/evidence", data={"title": "A"}, files=file)
    assert await code_of(late_file) == (409, "window_closed")

    await ok(appraise(appraiser, {"leaf": RATIO}))
    assert (await row_of(appraiser, RATIO))["appraised"]["value"] == NEW["value"]
    await ok(appraiser.post(f"{BASE}/appraisal-completion"))
    assert [row["number"] for row in await told(bench, "supplement.requested")] == [1]
    assert [row["number"] for row in await told(bench, "supplement.answered")] == [1]


async def test_a_claim_made_after_its_appraisal_waits_again(year: Year) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    await confirm_all(appraiser)
    await ok(appraiser.post(f"{BASE}/supplements", json=ASKED))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    await ok(claim(officer, NEW))
    await ok(officer.post(f"{BASE}/supplements/1/answer", json={}))
    refused = await appraiser.post(f"{BASE}/appraisal-completion")
    assert faults(refused) == {(f"/leaves/{RATIO}", "leaf_changed")}
    (task,) = (await ok(appraiser.get(f"{PERIOD}/worklist", params={"unit": "so-noi-vu"}))).json()["tasks"]
    assert (task["leaf"], task["why"]) == (RATIO, "changed")


async def test_too_late_is_told_and_the_leaf_is_appraised_as_it_stands(year: Year, clock: Clock) -> None:
    appraiser, officer = await returned(year)
    path = f"{PERIOD}/supplements"
    clock.set("2023-01-14T16:59:59+07:00")
    unfinished = await claim(officer, {"leaf": RATIO, "value": {"numerator": "30"}, "narrative": "x"})
    assert (unfinished.status_code, unfinished.json()["code"]) == (422, "assessment_incomplete")
    assert faults(unfinished) == {(f"/{RATIO}/value/denominator", "value_missing")}
    clock.set("2023-01-14T17:00:00+07:00")
    closed = await officer.post(f"{BASE}/supplements/1/answer", json={})
    assert (closed.status_code, closed.json()["code"]) == (409, "supplement_closed")
    assert closed.json()["params"]["closes_at"] == "2023-01-14T17:00:00+07:00"
    assert await code_of(claim(officer, NEW)) == (409, "supplement_closed")
    assert (await ok(appraiser.get(path, params={"state": "open"}))).json()["supplements"] == []
    (late,) = (await ok(appraiser.get(path, params={"state": "late"}))).json()["supplements"]
    assert (late["unit"], late["state_name"]) == ("so-noi-vu", "quá hạn")
    value = {"value": {"numerator": "0", "denominator": "31"}, "reason": "Không bổ sung trong hạn."}
    await ok(appraise(appraiser, {"leaf": RATIO, **value}))
    # It may be returned once more.
    again = {**ASKED, "closes_at": "2023-01-15T17:00:00+07:00"}
    assert (await ok(appraiser.post(f"{BASE}/supplements", json=again))).json()["number"] == 2
    await ok(claim(officer, NEW))


async def test_a_return_is_taken_back(year: Year) -> None:
    appraiser, officer = await returned(year)
    path = f"{BASE}/supplements/1/cancellation"
    done = await ok(appraiser.post(path, json={"reason": "Đã có trong kết luận kiểm tra."}))
    assert done.json()["state"] == "cancelled"
    assert await code_of(appraiser.post(path, json={"reason": "x"})) == (409, "supplement_closed")
    assert await code_of(claim(officer, NEW)) == (409, "window_closed")
    await ok(appraise(appraiser, {"leaf": RATIO}))
    shown = (await ok(officer.get(f"{BASE}/supplements"))).json()["supplements"]
    assert [row["answer"]["narrative"] for row in shown] == ["Đã có trong kết luận kiểm tra."]


async def test_a_return_is_checked_as_a_whole(year: Year) -> None:
    appraiser, _ = await returned(year)
    body = {**ASKED, "leaves": ["I/9", LEVEL, LEVEL, RATIO], "closes_at": "2023-01-17T00:00:01+07:00"}
    refused = await appraiser.post(f"{BASE}/supplements", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "supplement_invalid")
    assert faults(refused) == {
        ("/leaves/0", "leaf_unknown"),
        ("/leaves/2", "leaf_repeated"),
        ("/leaves/3", "leaf_returned"),
        ("/closes_at", "deadline_after_appraisal"),
    }
    past = {**ASKED, "leaves": [COUNT], "closes_at": "2023-01-12T08:00:00+07:00"}
    assert faults(await appraiser.post(f"{BASE}/supplements", json=past)) == {("/closes_at", "deadline_past")}
    one_area = await year.role(Role.APPRAISER, subject="linh-vuc-2", areas=["I/2"])
    foreign = one_area.post(f"{BASE}/supplements", json={**ASKED, "leaves": [COUNT]})
    assert await code_of(foreign) == (403, "foreign_area")
    own = await year.role(Role.APPRAISER, subject="kiem-nhiem", units=["so-noi-vu"])
    assert await code_of(own.post(f"{BASE}/supplements", json=ASKED)) == (403, "own_unit")


async def test_what_was_returned_is_not_withdrawn_as_a_whole(year: Year) -> None:
    _, officer = await returned(year)
    administrator = await year.role(Role.ADMINISTRATOR)
    longer = {"unit": "so-noi-vu", "phase": "self_assessment", "closes_at": "2023-01-16T00:00:00+07:00"}
    await ok(administrator.post(f"{PERIOD}/extensions", json={**longer, "reason": "Mất mạng."}))
    withdrawn = officer.post(f"{BASE}/withdrawal")
    assert await code_of(withdrawn) == (409, "appraisal_begun")
    assert await code_of(claim(officer, {**NEW, "leaf": COUNT})) == (409, "leaf_not_returned")


async def test_two_answers_at_once_are_one(year: Year, bench: Workbench) -> None:
    _, officer = await returned(year, leaves=LEAVES[:3])
    sent = [officer.post(f"{BASE}/supplements/1/answer", json={}) for _ in range(8)]
    codes = sorted(reply.status_code for reply in await asyncio.gather(*sent))
    assert codes == [200] + [409] * 7
    rows = await bench.fetch("SELECT number FROM scoring.submission WHERE unit = 'so-noi-vu'")
    assert sorted(row["number"] for row in rows) == [1, 2]


async def test_the_reply_is_as_its_example(year: Year) -> None:
    appraiser, _ = await returned(year)
    (row,) = (await ok(appraiser.get(f"{PERIOD}/supplements"))).json()["supplements"]
    assert not differences(SUPPLEMENT, row)
