"""Appraising: who may, with what reason, many at once on one leaf, and when a unit is done."""

import asyncio
from typing import Any

import httpx

from parindex.auth.policy import Role
from tests.support.appraisal_story import BASE, LEAVES, LEVEL, PERIOD, RATIO, appraise, faults, phases
from tests.support.reply_shapes import differences, example_of
from tests.support.scoring_story import WITHOUT_SURVEY, Clock, Year, code_of, load, ok
from tests.support.served import served
from tests.support.workbench import Workbench

LEAF = RATIO
AREA = [leaf for leaf in LEAVES if leaf.startswith("I/1/")]
NO_FILE = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"


async def submitted(year: Year, **changes: Any) -> httpx.AsyncClient:
    """Both units have handed in; returns the administrator's client."""
    administrator = await year.set_up(**changes)
    await year.submit_all()
    return administrator


async def test_by_value_by_level_and_by_confirmation(year: Year, bench: Workbench) -> None:
    await submitted(year)
    appraiser = await year.role(Role.APPRAISER)
    short = {"numerator": "30", "denominator": "31"}
    reply = await ok(
        appraise(
            appraiser,
            {"leaf": LEAF, "value": short, "reason": "Thiếu một.", "shortfall": ["Đề án A", "Đề án B"]},
            {"leaf": LEVEL, "value": {"level": "mot-phan"}, "reason": "Ban hành chậm."},
            {"leaf": "I/1/1.2"},
        )
    )
    assert (reply.json()["appraised"], reply.headers["etag"]) == (3, f'"v{reply.json()["version"]}"')
    (warning,) = reply.json()["warnings"]
    assert (warning["code"], "1 chưa đạt" in warning["detail"]) == ("shortfall_differs", True)
    sheet = (await ok(appraiser.get(BASE))).json()
    rows = {row["leaf"]: row for row in sheet["leaves"]}
    assert rows[LEAF]["appraised"]["shortfall"] == ["Đề án A", "Đề án B"]
    assert (rows[LEVEL]["claimed_points"], rows[LEVEL]["appraised_points"]) == ("1", "0.5")
    assert rows["I/1/1.2"]["appraised"]["value"] == rows["I/1/1.2"]["claimed"]["value"]
    acts = await bench.fetch("SELECT leaf FROM scoring.act WHERE stage = 'appraisal' ORDER BY sequence")
    assert [act["leaf"] for act in acts] == [LEAF, LEVEL, "I/1/1.2"]


async def test_an_inspection_overrides_a_claim_and_is_cited(year: Year) -> None:
    administrator = await submitted(year)
    kept = await ok(
        administrator.post(
            f"{BASE}/inspections",
            data={"title": "Kết luận kiểm tra CCHC", "number": "11/KL-UBND", "issued_on": "2022-11-03"},
            files={"file": ("ket-luan.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")},
        )
    )
    appraiser = await year.role(Role.APPRAISER)
    row = {"leaf": LEVEL, "value": {"level": "khong"}, "evidence": [kept.json()["id"]]}
    silent = await appraise(appraiser, row)
    assert faults(silent) == {("/appraisals/0/reason", "reason_missing")}
    await ok(appraise(appraiser, {**row, "reason": "Kết luận kiểm tra số 11/KL-UBND."}))
    sheet = (await ok(appraiser.get(BASE))).json()
    (shown,) = [leaf for leaf in sheet["leaves"] if leaf["leaf"] == LEVEL]
    assert (shown["appraised_points"], shown["appraised"]["evidence"]) == ("0", [kept.json()["id"]])
    unknown = await appraise(appraiser, {**row, "reason": "x", "evidence": [NO_FILE]})
    assert faults(unknown) == {("/appraisals/0/evidence/0", "evidence_unknown")}


async def test_of_fifty_appraisals_of_one_version_one_wins(year: Year, bench: Workbench) -> None:
    await submitted(year)
    tag = (await (await year.role(Role.APPRAISER)).get(BASE)).headers["etag"]
    async with served(year.api.app) as url:
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:

            async def write(number: int) -> tuple[int, str]:
                subject = f"to-thu-ky-{number:02}"
                row = {"leaf": LEVEL, "value": {"level": "mot-phan"}, "reason": f"Ý kiến {number}."}
                headers = {
                    "Authorization": f"Bearer {bench.token(Role.APPRAISER, subject=subject)}",
                    "If-Match": tag,
                }
                reply = await client.post(f"{BASE}/appraisals", json={"appraisals": [row]}, headers=headers)
                return reply.status_code, subject

            replies = await asyncio.gather(*(write(number) for number in range(50)))
    assert sorted(status for status, _ in replies) == [201] + [412] * 49
    (act,) = await bench.fetch("SELECT author FROM scoring.act WHERE stage = 'appraisal'")
    assert (201, act["author"]) in replies


async def test_completion_tells_every_leaf_that_waits(year: Year, bench: Workbench) -> None:
    await submitted(year)
    appraiser = await year.role(Role.APPRAISER)
    await ok(appraise(appraiser, {"leaf": LEAF}))
    refused = await appraiser.post(f"{BASE}/appraisal-completion")
    assert (refused.status_code, refused.json()["code"]) == (409, "appraisal_incomplete")
    waiting = {(f"/leaves/{leaf}", "leaf_unappraised") for leaf in LEAVES if leaf != LEAF}
    assert faults(refused) == waiting
    await ok(appraise(appraiser, *({"leaf": leaf} for leaf in LEAVES)))
    done = await ok(appraiser.post(f"{BASE}/appraisal-completion"))
    assert done.json() == {"unit": "so-noi-vu", "status": "appraised"}
    told = await bench.fetch("SELECT object FROM scoring.announcement WHERE topic = 'appraisal.completed'")
    assert [row["object"] for row in told] == ["2022/so-noi-vu"]
    assert await code_of(appraiser.post(f"{BASE}/appraisal-completion")) == (409, "assessment_state")


async def test_assignments_part_the_work(year: Year, bench: Workbench) -> None:
    administrator = await submitted(year)
    first = await year.role(Role.APPRAISER, subject="to-thu-ky-01")
    second = await year.role(Role.APPRAISER, subject="to-thu-ky-02", areas=["I/1", "I/2"])
    await ok(appraise(second, {"leaf": LEAF}))  # without any assignment the token decides
    made = await ok(
        administrator.post(
            f"{PERIOD}/assignments",
            json={
                "assignments": [
                    {"appraiser": "to-thu-ky-01", "units": ["so-noi-vu"], "areas": ["I/1"]},
                    {"appraiser": "to-thu-ky-02", "areas": ["I/2", "I/7"]},
                ]
            },
        )
    )
    assert [row["area"] for row in made.json()["assignments"]] == ["I/1", "I/2", "I/7"]
    shown = (await ok(first.get(f"{PERIOD}/assignments"))).json()
    assert {"unit": "so-y-te", "area": "I/1"} in shown["unassigned"]
    assert {"unit": "so-noi-vu", "area": "I/1"} not in shown["unassigned"]
    assert not differences(example_of("GET", "assignments"), shown)
    assert await code_of(appraise(second, {"leaf": LEAF})) == (403, "area_not_assigned")
    await ok(appraise(first, *({"leaf": leaf} for leaf in AREA)))
    await ok(appraise(second, {"leaf": "I/2/2.4"}))
    # What is assigned lies within the token: I/7 was given, and the token has it not.
    assert await code_of(
        appraise(second, {"leaf": next(leaf for leaf in LEAVES if leaf.startswith("I/7/"))})
    ) == (403, "foreign_area")
    third = await year.role(Role.APPRAISER, subject="to-thu-ky-03")
    other = f"{PERIOD}/assessments/so-y-te/appraisals"
    assert await code_of(first.post(other, json={"appraisals": [{"leaf": LEAF}]})) == (
        403,
        "area_not_assigned",
    )
    for leaf in (LEAF, "I/2/2.4"):
        assert await code_of(appraise(third, {"leaf": leaf})) == (403, "area_not_assigned")
    assert await code_of(third.post(f"{BASE}/appraisal-completion")) == (403, "area_not_assigned")
    # Whoever has an area of the unit may say that the unit is done, once all of it is.
    assert await code_of(first.post(f"{BASE}/appraisal-completion")) == (409, "appraisal_incomplete")
    path = f"{PERIOD}/assignments/{made.json()['assignments'][0]['id']}/end"
    ended = await ok(administrator.post(path, json={"reason": "Chuyển công tác."}))
    assert ended.json()["ended"]["reason"] == "Chuyển công tác."
    assert await code_of(appraise(first, {"leaf": LEAF})) == (403, "area_not_assigned")
    assert await code_of(administrator.post(path, json={"reason": "x"})) == (409, "assignment_ended")
    audited = await bench.fetch("SELECT action FROM scoring.audit WHERE action LIKE 'appraisal.%assigned'")
    assert {row["action"] for row in audited} == {"appraisal.assigned", "appraisal.unassigned"}


async def test_the_same_assignment_is_made_once_and_known_tokens_bound_it(year: Year) -> None:
    administrator = await year.set_up()
    body = {"assignments": [{"appraiser": "to-thu-ky-01", "areas": ["I/1"]}] * 2}
    assert len((await ok(administrator.post(f"{PERIOD}/assignments", json=body))).json()["assignments"]) == 1
    again = await ok(administrator.post(f"{PERIOD}/assignments", json=body))
    assert again.json()["assignments"] == []
    scope = {"areas": ["I/2"], "units": ["so-y-te"]}
    grant = {"subject": "to-thu-ky-05", "role": "appraiser", "days": 30, **scope}
    await ok(administrator.post("/api/v1/tokens", json=grant))
    row = {"appraiser": "to-thu-ky-05", "units": ["so-noi-vu", "so-y-te"], "areas": ["I/2", "I/3"]}
    refused = await administrator.post(f"{PERIOD}/assignments", json={"assignments": [row]})
    assert faults(refused) == {
        ("/assignments/0/areas/1", "area_outside_token"),
        ("/assignments/0/units/1", "own_unit"),
    }


async def test_a_declared_conflict_bars_the_unit(year: Year) -> None:
    administrator = await submitted(year)
    appraiser = await year.role(Role.APPRAISER, subject="to-thu-ky-01")
    said = {"unit": "so-noi-vu", "reason": "Đã công tác tại đơn vị trong năm."}
    made = (await ok(appraiser.post(f"{PERIOD}/conflicts", json=said))).json()
    assert made["appraiser"] == "to-thu-ky-01"
    assert await code_of(appraise(appraiser, {"leaf": LEAF})) == (403, "conflict_declared")
    assert await code_of(appraiser.post(f"{BASE}/appraisal-completion")) == (403, "conflict_declared")
    assert await code_of(appraiser.post(f"{PERIOD}/conflicts", json=said)) == (409, "conflict_exists")
    other = appraiser.post(f"{PERIOD}/conflicts", json={**said, "appraiser": "to-thu-ky-02"})
    assert await code_of(other) == (403, "forbidden")
    await ok(administrator.post(f"{PERIOD}/conflicts", json={**said, "appraiser": "to-thu-ky-02"}))
    listed = (await ok(administrator.get(f"{PERIOD}/conflicts"))).json()["conflicts"]
    assert [row["appraiser"] for row in listed] == ["to-thu-ky-01", "to-thu-ky-02"]
    path = f"{PERIOD}/conflicts/{made['id']}/end"
    assert await code_of(appraiser.post(path, json={"reason": "x"})) == (403, "forbidden")
    await ok(administrator.post(path, json={"reason": "Khai nhầm."}))
    assert await code_of(administrator.post(path, json={"reason": "x"})) == (409, "conflict_ended")
    await ok(appraise(appraiser, {"leaf": LEAF}))


async def test_who_appraised_a_leaf_does_not_decide_it(year: Year) -> None:
    await submitted(year)
    moved = await year.role(Role.APPRAISER, subject="hai-vai")
    await ok(appraise(moved, {"leaf": LEAF}))
    await year.appraise_all()
    clerk = await year.role(Role.COUNCIL_CLERK, subject="hai-vai")
    await ok(clerk.post(f"{PERIOD}/council"))
    session = {"number": "01/BB-HĐ", "held_at": "2023-01-12T07:00:00+07:00"}
    decision = {"unit": "so-noi-vu", "leaf": LEAF, "points": "1", "reason": "Ấn định."}
    refused = await clerk.post(
        f"{PERIOD}/council/sessions", json={**session, "decisions": [decision, *WITHOUT_SURVEY]}
    )
    assert refused.json()["code"] == "session_invalid"
    assert faults(refused) == {("/decisions/0/leaf", "appraiser_decides")}
    other = await year.role(Role.COUNCIL_CLERK, subject="thu-ky-hoi-dong")
    await ok(other.post(f"{PERIOD}/council/sessions", json={**session, "decisions": [decision]}))


async def test_the_unit_sees_points_and_reasons_when_the_explanation_opens(year: Year, clock: Clock) -> None:
    await submitted(year, phases=phases("self_assessment", "appraisal", "explanation"))
    changed = {"value": {"level": "mot-phan"}, "reason": "Ban hành chậm."}
    await ok(appraise(await year.role(Role.APPRAISER), {"leaf": LEVEL, **changed}))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    own = await year.role(Role.APPRAISER, subject="kiem-nhiem", units=["so-noi-vu"])
    for instant, seen in (("2023-01-16T23:59:59+07:00", False), ("2023-01-17T00:00:00+07:00", True)):
        clock.set(instant)
        for reader in (officer, own):
            sheet = (await ok(reader.get(BASE))).json()
            (row,) = [leaf for leaf in sheet["leaves"] if leaf["leaf"] == LEVEL]
            assert row["appraised_points"] == ("0.5" if seen else None)
            assert (row["appraised"] or {}).get("reason") == ("Ban hành chậm." if seen else None)
    assert load("self-assessments.json")["so-noi-vu"][LEVEL]["value"] == {"level": "day-du"}
