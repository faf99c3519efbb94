"""Many claims accepted at once, if they are as many as was said; and the list of what waits for an appraiser."""

import asyncio
from collections import Counter
from typing import Any

import httpx

from parindex.auth.policy import Role
from scoring_api.assessment.http import appraisal_examples as examples
from tests.support.appraisal_story import (
    BASE,
    LEAVES,
    LEVEL,
    OTHER,
    PERIOD,
    RATIO,
    appraise,
    confirm_all,
    faults,
    handed_in,
    phases,
)
from tests.support.reply_shapes import differences
from tests.support.scoring_story import Clock, Year, code_of, ok
from tests.support.workbench import Workbench

ACCEPTANCES = f"{PERIOD}/acceptances"
ONE_AREA = [leaf for leaf in LEAVES if leaf.startswith("I/1/")]


async def accept(appraiser: httpx.AsyncClient, count: int, **chosen: Any) -> httpx.Response:
    return await appraiser.post(ACCEPTANCES, json={"filter": chosen, "expected_count": count})


async def preview(appraiser: httpx.AsyncClient, **chosen: Any) -> dict[str, Any]:
    found: dict[str, Any] = (
        await ok(appraiser.post(f"{ACCEPTANCES}/preview", json={"filter": chosen}))
    ).json()
    return found


async def appraised_rows(bench: Workbench) -> list[tuple[str, str]]:
    rows = await bench.fetch("SELECT unit, leaf FROM scoring.act WHERE stage = 'appraisal' ORDER BY sequence")
    return [(row["unit"], row["leaf"]) for row in rows]


async def test_as_many_as_was_said_or_none(year: Year, bench: Workbench) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    await ok(appraise(appraiser, {"leaf": LEVEL}))
    found = await preview(appraiser, areas=["I/1"])
    whole = 2 * len(ONE_AREA) - 1
    assert (found["count"], found["left_count"]) == (whole, 0)
    assert not differences(examples.ACCEPTANCE, {**found, "left": examples.ACCEPTANCE["left"]})
    assert len(await appraised_rows(bench)) == 1, "a preview writes nothing"
    differs = await accept(appraiser, whole + 1, areas=["I/1"])
    assert (differs.status_code, differs.json()["code"]) == (409, "acceptance_count_differs")
    assert differs.json()["params"] == {"expected": str(whole + 1), "count": str(whole)}
    assert len(await appraised_rows(bench)) == 1
    done = (await ok(accept(appraiser, whole, areas=["I/1"]))).json()
    assert done["units"] == [
        {"unit": "so-noi-vu", "count": len(ONE_AREA) - 1},
        {"unit": "so-y-te", "count": len(ONE_AREA)},
    ]
    made = Counter(await appraised_rows(bench))
    assert made == Counter((unit, leaf) for unit in ("so-noi-vu", "so-y-te") for leaf in ONE_AREA)
    # What was accepted waits no longer: the same once more means nothing.
    assert (await ok(accept(appraiser, 0, areas=["I/1"]))).json()["count"] == 0
    audited = await bench.fetch("SELECT 1 FROM scoring.audit WHERE action = 'claims.accepted'")
    assert len(audited) == 1


async def test_accepted_is_what_was_claimed(year: Year) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    await ok(accept(appraiser, len(LEAVES), units=["so-noi-vu"]))
    sheet = (await ok(appraiser.get(BASE))).json()["leaves"]
    assert all(row["appraised"]["value"] == row["claimed"]["value"] for row in sheet if row["self_scored"])
    await ok(appraiser.post(f"{BASE}/appraisal-completion"))


async def test_the_filter_looks_at_evidence_and_at_full_points(year: Year, clock: Clock) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    file = {"file": ("ke-hoach.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")}
    kept = (await ok(officer.post(f"{BASE}/evidence", data={"title": "Kế hoạch"}, files=file))).json()
    claims = [
        {"leaf": LEVEL, "value": {"level": "day-du"}, "evidence": [kept["id"]]},
        {"leaf": RATIO, "value": {"numerator": "8", "denominator": "10"}, "evidence": [kept["id"]]},
    ]
    await ok(officer.put(f"{BASE}/claims", json={"claims": claims}, headers={"If-Match": "*"}))
    await ok(officer.post(f"{BASE}/submission"))
    other = await year.claim("so-y-te")
    await ok(other.post(f"{OTHER}/submission"))
    clock.set("2023-01-12T08:00:00+07:00")
    appraiser = await year.role(Role.APPRAISER)
    assert (await preview(appraiser, with_evidence=True))["count"] == 2
    both = await preview(appraiser, with_evidence=True, full_points=True)
    assert both["units"] == [{"unit": "so-noi-vu", "count": 1}]
    assert (await preview(appraiser, leaves=[RATIO], units=["so-noi-vu"], full_points=True))["count"] == 0
    assert (await preview(appraiser, frameworks=["hai-duong-2022-so"]))["count"] == 2 * len(LEAVES)


async def test_what_may_not_be_touched_is_told_and_not_counted(year: Year, clock: Clock) -> None:
    administrator = await year.set_up(units=("so-noi-vu", "so-y-te", "so-tai-chinh"))
    clock.set("2023-01-09T08:00:00+07:00")
    first = await year.role(Role.UNIT_OFFICER, subject="hai-vai", units=["so-noi-vu"])
    body = {"claims": [{"leaf": LEVEL, "value": {"level": "khong"}, "narrative": "x"}]}
    await ok(first.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}))
    await year.submit_all()
    other = await year.role(Role.APPRAISER)
    asked = {"leaves": [RATIO], "reason": "Thiếu.", "closes_at": "2023-01-14T17:00:00+07:00"}
    await ok(other.post(f"{BASE}/supplements", json=asked))
    chosen = {"leaves": [LEVEL, RATIO, "I/1/1.2", "I/2/2.4"]}
    both = await year.role(Role.APPRAISER, subject="hai-vai", units=["so-y-te"], areas=["I/1"])
    found = await preview(both, **chosen)
    left = {(row["unit"], row["leaf"]): row["code"] for row in found["left"]}
    assert left == {
        ("so-noi-vu", LEVEL): "author_appraises",
        ("so-noi-vu", RATIO): "leaf_returned",
        ("so-noi-vu", "I/2/2.4"): "foreign_area",
        **{("so-y-te", leaf): "own_unit" for leaf in chosen["leaves"]},
        **{
            ("so-tai-chinh", leaf): "foreign_area" if leaf == "I/2/2.4" else "assessment_state"
            for leaf in chosen["leaves"]
        },
    }
    assert (found["count"], found["left_count"]) == (1, 11)
    said = {"unit": "so-noi-vu", "reason": "Người thân công tác tại đơn vị."}
    await ok(both.post(f"{PERIOD}/conflicts", json=said))
    assert {row["code"] for row in (await preview(both, units=["so-noi-vu"]))["left"]} == {
        "conflict_declared"
    }
    assignment = {"appraiser": "to-thu-ky-09", "areas": ["I/2"]}
    await ok(administrator.post(f"{PERIOD}/assignments", json={"assignments": [assignment]}))
    assert {row["code"] for row in (await preview(other, units=["so-y-te"]))["left"]} == {"area_not_assigned"}
    clock.set("2023-01-17T00:00:00+07:00")
    ninth = await year.role(Role.APPRAISER, subject="to-thu-ky-09")
    late = await preview(ninth, units=["so-y-te"], areas=["I/2"])
    assert (late["count"], {row["code"] for row in late["left"]}) == (0, {"window_closed"})


async def test_two_acceptances_at_once_accept_each_claim_once(year: Year, bench: Workbench) -> None:
    await handed_in(year, "self_assessment", "appraisal")
    appraisers = [await year.role(Role.APPRAISER, subject=f"to-thu-ky-{number:02}") for number in range(6)]
    sent = [accept(appraiser, 2 * len(LEAVES)) for appraiser in appraisers]
    codes = sorted(reply.status_code for reply in await asyncio.gather(*sent))
    assert codes == [201] + [409] * 5
    assert set(Counter(await appraised_rows(bench)).values()) == {1}


async def test_an_unknown_filter_is_refused_as_a_whole(year: Year) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    chosen = {"units": ["so-la"], "areas": ["I/9"], "leaves": ["II/1/1.1"], "frameworks": ["la"]}
    refused = await accept(appraiser, 0, **chosen)
    assert (refused.status_code, refused.json()["code"]) == (422, "acceptance_invalid")
    assert faults(refused) == {
        ("/filter/units", "units_unknown"),
        ("/filter/areas", "areas_unknown"),
        ("/filter/leaves", "leaves_unknown"),
        ("/filter/frameworks", "frameworks_unknown"),
    }


async def work(appraiser: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await ok(appraiser.get(f"{PERIOD}/worklist", params=params))).json()
    return found


async def test_the_work_list_pages_by_deadline_and_counts(year: Year) -> None:
    administrator = await year.set_up(phases=phases("self_assessment", "appraisal"))
    await year.submit_all()
    said = {
        "phase": "appraisal",
        "unit": "so-noi-vu",
        "opens_at": "2023-01-11T00:00:00+07:00",
        "closes_at": "2023-01-19T00:00:00+07:00",
        "reason": "Bổ sung hồ sơ.",
    }
    await ok(administrator.post(f"{PERIOD}/extensions", json=said))
    appraiser = await year.role(Role.APPRAISER)
    first = await work(appraiser)
    assert not differences(examples.WORKLIST, first)
    assert (first["scored"], first["waiting"], first["next"]) == (2 * len(LEAVES), 2 * len(LEAVES), None)
    assert [task["unit"] for task in first["tasks"][:: len(LEAVES)]] == ["so-y-te", "so-noi-vu"]
    assert [task["leaf"] for task in first["tasks"][: len(LEAVES)]] == LEAVES
    assert first["tasks"][0]["closes_at"] == "2023-01-17T00:00:00+07:00"
    assert sum(area["waiting"] for area in first["areas"]) == 2 * len(LEAVES)

    page = await work(appraiser, limit=20)
    # What is judged between two pages shifts nothing.
    await confirm_all(appraiser, *LEAVES[10:], base=OTHER)
    seen = [(task["unit"], task["leaf"]) for task in page["tasks"]]
    while page["next"]:
        page = await work(appraiser, limit=20, after=page["next"])
        seen += [(task["unit"], task["leaf"]) for task in page["tasks"]]
    assert seen == [(task["unit"], task["leaf"]) for task in first["tasks"]]
    after = await work(appraiser, unit="so-y-te", area="I/1")
    assert (after["waiting"], after["scored"]) == (0, len(ONE_AREA))
    assert await code_of(appraiser.get(f"{PERIOD}/worklist", params={"after": "so-la/I/1"})) == (
        422,
        "invalid_request",
    )


async def test_the_work_list_holds_what_the_caller_may_judge(year: Year, clock: Clock) -> None:
    appraiser = await handed_in(year, "self_assessment", "appraisal")
    mine = await year.role(Role.APPRAISER, subject="kiem-nhiem", units=["so-y-te"], areas=["I/1"])
    found = await work(mine)
    assert [unit["unit"] for unit in found["units"]] == ["so-noi-vu"]
    assert {task["area"] for task in found["tasks"]} == {"I/1"}
    await ok(
        appraiser.post(
            f"{BASE}/supplements",
            json={"leaves": [RATIO], "reason": "Thiếu.", "closes_at": "2023-01-14T17:00:00+07:00"},
        )
    )
    found = await work(mine)
    assert (found["returned"], found["waiting"]) == (1, len(ONE_AREA) - 1)
    clock.set("2023-01-17T00:00:00+07:00")
    assert [unit["late"] for unit in (await work(mine))["units"]] == [True]
