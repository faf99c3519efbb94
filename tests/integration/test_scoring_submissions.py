"""Submissions: each is kept with its number and digest, may be withdrawn in time, and is compared with others."""

import asyncio
from typing import Any

from parindex.auth.policy import Role
from parindex.kernel.canonical import digest
from tests.support.scoring_story import Clock, Year, claims_of, code_of, ok
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
LEAF = "I/1/1.1/1.1.3"


def changed(leaf: str, **changes: Any) -> dict[str, Any]:
    (claim,) = [claim for claim in claims_of("so-noi-vu") if claim["leaf"] == leaf]
    return {"claims": [{**claim, **changes}]}


async def test_a_submission_is_kept_withdrawn_and_compared(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    await year.set_up()
    clock.set("2023-01-08T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    assert await code_of(officer.post(f"{BASE}/withdrawal")) == (409, "assessment_state")
    stale = officer.post(f"{BASE}/submission", headers={"If-Match": '"v0"'})
    assert await code_of(stale) == (412, "version_stale")
    assert not await bench.fetch("SELECT 1 FROM scoring.submission")

    # However often it is sent at once, it is submitted once.
    replies = await asyncio.gather(*(officer.post(f"{BASE}/submission") for _ in range(12)))
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 11
    (receipt,) = [reply.json() for reply in replies if reply.status_code == 201]
    assert (receipt["number"], receipt["leaves"]) == (1, len(claims_of("so-noi-vu")))
    first = (await ok(officer.get(f"{BASE}/submissions/1"))).json()
    assert digest(first["content"]) == receipt["digest"]
    edit = officer.put(f"{BASE}/claims", json=changed(LEAF), headers={"If-Match": "*"})
    assert await code_of(edit) == (409, "assessment_state")

    clock.set("2023-01-09T08:00:00+07:00")
    back = (await ok(officer.post(f"{BASE}/withdrawal"))).json()
    assert (back["number"], back["digest"]) == (1, receipt["digest"])
    assert (back["submitted_at"], back["withdrawn_at"]) == (
        "2023-01-08T08:00:00+07:00",
        "2023-01-09T08:00:00+07:00",
    )
    sheet = (await ok(officer.get(BASE))).json()
    assert (sheet["status"], sheet["receipt"]) == ("draft", None)
    body = changed(LEAF, value={"numerator": "8", "denominator": "10"}, shortfall=["Đề án A", "Đề án B"])
    await ok(officer.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}))
    second = (await ok(officer.post(f"{BASE}/submission"))).json()
    assert (second["number"], second["digest"] != receipt["digest"]) == (2, True)

    listed = (await ok(officer.get(f"{BASE}/submissions"))).json()["submissions"]
    assert [(row["number"], bool(row["withdrawn_at"])) for row in listed] == [(1, True), (2, False)]
    # The first one still says what it said.
    assert (await ok(officer.get(f"{BASE}/submissions/1"))).json()["content"] == first["content"]
    await compare(year, officer, first)


async def compare(year: Year, officer: Any, first: dict[str, Any]) -> None:
    found = (await ok(officer.get(f"{BASE}/changes", params={"before": "1", "after": "2"}))).json()
    value = first["content"]["claims"][LEAF]["value"]
    before = f"tử số {value['numerator']}, mẫu số {value['denominator']}"
    rows = [(row["leaf"], row["what"], row["before"], row["after"]) for row in found["changes"]]
    assert rows == [
        (LEAF, "value", before, "tử số 8, mẫu số 10"),
        (LEAF, "shortfall", "", "Đề án A, Đề án B"),
    ]
    assert found["lines"][0].startswith("1.1.3 ")
    assert found["lines"][0].endswith(f"giá trị: {before} → tử số 8, mẫu số 10")
    assert found["lines"][1].endswith("nêu tên: (chưa có) → Đề án A, Đề án B")
    read = officer.get(f"{BASE}/changes", params={"before": "1", "after": "2", "format": "text"})
    assert (await ok(read)).text.splitlines() == found["lines"]
    now = (await ok(officer.get(f"{BASE}/changes", params={"before": "2"}))).json()
    assert (now["after"], now["changes"]) == ("current", [])
    nothing = (await ok(officer.get(f"{BASE}/changes"))).json()
    assert {row["leaf"] for row in nothing["changes"]} == {row["leaf"] for row in claims_of("so-noi-vu")}
    appraiser = await year.role(Role.APPRAISER)
    assert (await ok(appraiser.get(f"{BASE}/submissions"))).json()["submissions"]
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    for route in ("submissions", "submissions/1", "changes"):
        assert await code_of(stranger.get(f"{BASE}/{route}")) == (403, "foreign_unit")
    assert await code_of(officer.get(f"{BASE}/submissions/3")) == (404, "submission_unknown")
    unknown = officer.get(f"{BASE}/changes", params={"before": "7"})
    assert await code_of(unknown) == (404, "submission_unknown")
    for wrong in ({"before": "x"}, {"after": "-1"}, {"format": "pdf"}):
        assert await code_of(officer.get(f"{BASE}/changes", params=wrong)) == (422, "invalid_request")


async def test_nothing_is_withdrawn_late_or_under_an_appraisal(
    year: Year, clock: Clock, bench: Workbench
) -> None:
    administrator = await year.set_up()
    await year.submit_all()  # the clock stands in the appraisal
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    assert await code_of(officer.post(f"{BASE}/withdrawal")) == (409, "window_closed")
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    assert await code_of(stranger.post(f"{BASE}/withdrawal")) == (403, "foreign_unit")
    longer = {
        "unit": "so-noi-vu",
        "phase": "self_assessment",
        "opens_at": "2023-01-11T00:00:00+07:00",
        "closes_at": "2023-01-14T00:00:00+07:00",
        "reason": "Mất kết nối mạng tại trụ sở ngày 10/01/2023.",
    }
    await ok(administrator.post("/api/v1/periods/2022/extensions", json=longer))
    appraiser = await year.role(Role.APPRAISER)
    await ok(appraiser.post(f"{BASE}/appraisals", json={"appraisals": [{"leaf": LEAF}]}))
    assert await code_of(officer.post(f"{BASE}/withdrawal")) == (409, "appraisal_begun")
    assert not await bench.fetch("SELECT 1 FROM scoring.withdrawal")


async def test_withdrawal_in_an_extension(year: Year, clock: Clock) -> None:
    """An extended unit whose appraisal has not begun may still take its submission back."""
    administrator = await year.set_up()
    await year.submit_all()
    longer = {
        "unit": "so-noi-vu",
        "phase": "self_assessment",
        "opens_at": "2023-01-11T00:00:00+07:00",
        "closes_at": "2023-01-14T00:00:00+07:00",
        "reason": "Mất kết nối mạng.",
    }
    await ok(administrator.post("/api/v1/periods/2022/extensions", json=longer))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    await ok(officer.post(f"{BASE}/withdrawal"))
    clock.set("2023-01-14T00:00:00+07:00")
    assert await code_of(officer.post(f"{BASE}/submission")) == (409, "window_closed")


async def test_a_claim_is_in_a_submission_or_refused(year: Year, clock: Clock) -> None:
    """Sent at once, a claim that was taken is part of what was handed in, and one that came late is not."""
    await year.set_up()
    clock.set("2023-01-08T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    told = claims_of("so-noi-vu")[0]["narrative"]
    leaf = claims_of("so-noi-vu")[0]["leaf"]
    for number in range(1, 7):
        body = changed(leaf, narrative=f"Lần {number}.")
        saved, sent = await asyncio.gather(
            officer.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}),
            officer.post(f"{BASE}/submission"),
        )
        assert (saved.status_code, sent.status_code) in {(200, 201), (409, 201)}
        told = f"Lần {number}." if saved.status_code == 200 else told
        held = (await ok(officer.get(f"{BASE}/submissions/{number}"))).json()
        assert held["content"]["claims"][leaf]["narrative"] == told
        assert digest(held["content"]) == sent.json()["digest"]
        await ok(officer.post(f"{BASE}/withdrawal"))
