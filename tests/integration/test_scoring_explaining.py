"""Replies of a unit on its appraised leaves, and the final appraisal that answers them."""

import asyncio
import json
from typing import Any

import httpx

from parindex.auth.policy import Role
from scoring_api.assessment.http.appraisal_examples import EXPLAINED
from tests.support.appraisal_story import (
    BASE,
    COUNT,
    LEVEL,
    OTHER,
    PERIOD,
    RATIO,
    WINDOWS,
    appraise,
    confirm_all,
    faults,
    handed_in,
    row_of,
)
from tests.support.reply_shapes import differences
from tests.support.scoring_story import Clock, Year, code_of, ok
from tests.support.workbench import Workbench

LATE = {"value": {"level": "mot-phan"}, "reason": "Ban hành chậm."}
REPLY = {"leaf": LEVEL, "narrative": "Ban hành ngày 28/01/2022, trong hạn."}


async def appraised(year: Year, *names: str) -> tuple[httpx.AsyncClient, httpx.AsyncClient]:
    """Both units are appraised, one leaf of Sở Nội vụ lowered; the explanation has opened."""
    appraiser = await handed_in(year, *names)
    await ok(appraise(appraiser, {"leaf": LEVEL, **LATE}))
    await confirm_all(appraiser, LEVEL)
    await confirm_all(appraiser, base=OTHER)
    for base in (BASE, OTHER):
        await ok(appraiser.post(f"{base}/appraisal-completion"))
    year.clock.set(WINDOWS["explanation"][0])
    return appraiser, await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])


async def reply(officer: httpx.AsyncClient, *rows: dict[str, Any], tag: str = "") -> httpx.Response:
    headers = {"If-Match": tag} if tag else {}
    return await officer.post(f"{BASE}/explanations", json={"explanations": rows}, headers=headers)


async def statuses(bench: Workbench) -> dict[str, str]:
    rows = await bench.fetch("SELECT unit, status FROM scoring.period_unit")
    return {row["unit"]: row["status"] for row in rows}


async def test_a_reply_is_answered_by_the_final_appraisal(year: Year, clock: Clock, bench: Workbench) -> None:
    appraiser, officer = await appraised(year)
    file = {"file": ("quyet-dinh.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    kept = (await ok(officer.post(f"{BASE}/evidence", data={"title": "Quyết định"}, files=file))).json()
    sent = await ok(reply(officer, {**REPLY, "evidence": [kept["id"]]}))
    assert not differences(EXPLAINED, sent.json())
    shown = await row_of(officer, LEVEL)
    assert shown["explained"]["narrative"] == REPLY["narrative"]
    assert shown["appraised_points"] == "0.5", "a reply changes no points"
    done = await ok(officer.post(f"{BASE}/explanation-completion"))
    assert done.json() == {"unit": "so-noi-vu", "status": "explained", "leaves": 1}
    assert await code_of(reply(officer, REPLY)) == (409, "assessment_state")
    early = await appraise(appraiser, {"leaf": LEVEL, "reason": "Giữ nguyên."})
    assert (early.status_code, early.json()["code"]) == (409, "window_closed")

    clock.set(WINDOWS["final_appraisal"][0])
    (task,) = (await ok(appraiser.get(f"{PERIOD}/worklist"))).json()["tasks"]
    assert (task["unit"], task["leaf"], task["why"]) == ("so-noi-vu", LEVEL, "explained")
    waiting = await appraiser.post(f"{BASE}/appraisal-completion")
    assert faults(waiting) == {(f"/leaves/{LEVEL}", "leaf_explained")}
    # A leaf alone keeps what was appraised: that still differs from the claim and needs its reason.
    assert faults(await appraise(appraiser, {"leaf": LEVEL})) == {("/appraisals/0/reason", "reason_missing")}
    await ok(appraise(appraiser, {"leaf": LEVEL, "reason": "Văn bản gửi sau ngày 31/01."}))
    assert (await row_of(appraiser, LEVEL))["appraised"]["value"] == LATE["value"]
    accepted = {"leaf": LEVEL, "value": {"level": "day-du"}}
    await ok(appraise(appraiser, accepted))
    final = await ok(appraiser.post(f"{BASE}/appraisal-completion"))
    assert final.json()["status"] == "final_appraised"
    assert (await row_of(appraiser, LEVEL))["appraised_points"] == "1"
    told = await bench.fetch("SELECT data FROM scoring.announcement WHERE topic = 'explanation.submitted'")
    assert [json.loads(row["data"])["leaves"] for row in told] == [1]
    acts = await bench.fetch(
        f"SELECT stage FROM scoring.act WHERE leaf = '{LEVEL}' AND unit = 'so-noi-vu' ORDER BY sequence"
    )
    assert [act["stage"] for act in acts] == ["self", "appraisal", "explanation", "appraisal", "appraisal"]


async def test_an_explanation_that_nobody_used_passes_by_itself(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    appraiser, officer = await appraised(year)
    clerk = await year.role(Role.COUNCIL_CLERK)
    assert (await ok(officer.get(BASE))).json()["status"] == "appraised"
    clock.set(WINDOWS["final_appraisal"][0])
    assert await code_of(reply(officer, REPLY)) == (409, "window_closed")
    assert await code_of(officer.post(f"{BASE}/explanation-completion")) == (409, "window_closed")
    assert (await ok(officer.get(BASE))).json()["status"] == "explained"
    assert (await statuses(bench))["so-noi-vu"] == "appraised", "no timer wrote anything"
    unready = await clerk.post(f"{PERIOD}/council")
    assert faults(unready) == {
        ("/units/so-noi-vu", "appraisal_incomplete"),
        ("/units/so-y-te", "appraisal_incomplete"),
    }
    for base in (BASE, OTHER):
        await ok(appraiser.post(f"{base}/appraisal-completion"))
    assert set((await statuses(bench)).values()) == {"final_appraised"}
    await ok(clerk.post(f"{PERIOD}/council"))


async def test_without_a_final_appraisal_the_council_takes_what_is_appraised(year: Year) -> None:
    _, officer = await appraised(year, "self_assessment", "appraisal", "explanation")
    await ok(reply(officer, REPLY))
    await ok(officer.post(f"{BASE}/explanation-completion"))
    clerk = await year.role(Role.COUNCIL_CLERK)
    await ok(clerk.post(f"{PERIOD}/council"))
    disputed = (await ok(clerk.get(f"{PERIOD}/council/disputes", params={"unit": "so-noi-vu"}))).json()
    (row,) = [row for row in disputed["disputes"] if row["leaf"] == LEVEL]
    assert {cause["code"] for cause in row["causes"]} >= {"explained", "differs"}
    assert row["explained"]["narrative"] == REPLY["narrative"]


async def test_every_fault_of_a_reply_is_told(year: Year) -> None:
    _, officer = await appraised(year)
    rows = [
        {"leaf": "I/9", "narrative": "x"},
        {"leaf": "II/1/1.1", "narrative": "x"},
        {"leaf": RATIO, "narrative": "  "},
        {"leaf": COUNT, "narrative": "x", "evidence": ["019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"]},
        {"leaf": COUNT, "narrative": "y"},
    ]
    refused = await reply(officer, *rows)
    assert (refused.status_code, refused.json()["code"]) == (422, "explanation_invalid")
    assert faults(refused) == {
        ("/explanations/0/leaf", "leaf_unappraised"),
        ("/explanations/1/leaf", "leaf_unappraised"),
        ("/explanations/2/narrative", "narrative_missing"),
        ("/explanations/3/evidence/0", "evidence_unknown"),
        ("/explanations/4/leaf", "leaf_repeated"),
    }
    stranger = await year.role(Role.UNIT_OFFICER, subject="khac", units=["so-y-te"])
    assert await code_of(reply(stranger, REPLY)) == (403, "foreign_unit")


async def test_of_fifty_replies_on_one_version_one_is_taken(year: Year, bench: Workbench) -> None:
    _, officer = await appraised(year)
    tag = (await officer.get(BASE)).headers["etag"]
    sent = [reply(officer, {**REPLY, "narrative": f"lần {number}"}, tag=tag) for number in range(50)]
    codes = sorted(found.status_code for found in await asyncio.gather(*sent))
    assert codes == [201] + [412] * 49
    assert len(await bench.fetch("SELECT 1 FROM scoring.act WHERE stage = 'explanation'")) == 1


async def test_who_explained_a_leaf_does_not_appraise_it(year: Year, clock: Clock) -> None:
    await appraised(year)
    both = await year.role(Role.UNIT_OFFICER, subject="hai-vai", units=["so-noi-vu"])
    await ok(reply(both, REPLY))
    clock.set(WINDOWS["final_appraisal"][0])
    moved = await year.role(Role.APPRAISER, subject="hai-vai")
    refused = appraise(moved, {"leaf": LEVEL, "reason": "Giữ."})
    assert await code_of(refused) == (403, "author_appraises")
