"""Who sees what and when: evidence files, appraisals before publication, versions, late writes."""

from typing import Any

import pytest

from parindex.auth.policy import Role
from scoring_api.publication.store import reading
from tests.support.scoring_story import (
    SESSION,
    WITHOUT_SURVEY,
    Year,
    claims_of,
    code_of,
    load,
    ok,
    period_body,
)
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
BASE = f"{PERIOD}/assessments/so-noi-vu"
PDF = b"%PDF-1.4\n%%EOF\n"
LEAF = "I/1/1.1/1.1.3"
LOWERED = {"value": {"numerator": "1", "denominator": "58"}, "reason": "Thiếu tài liệu."}
WINDOWS = {
    "explanation": {
        "phase": "explanation",
        "opens_at": "2023-01-17T00:00:00+07:00",
        "closes_at": "2023-01-20T00:00:00+07:00",
    },
    "complaint": {
        "phase": "complaint",
        "opens_at": "2023-02-21T00:00:00+07:00",
        "closes_at": "2023-02-28T00:00:00+07:00",
    },
}


def phases(*names: str) -> list[dict[str, Any]]:
    return [*period_body()["phases"], *(WINDOWS[name] for name in names)]


async def upload(officer: Any, content: bytes = PDF, name: str = "kế hoạch.pdf") -> Any:
    data = {"title": "Kế hoạch CCHC"}
    return await officer.post(
        f"{BASE}/evidence", data=data, files={"file": (name, content, "application/pdf")}
    )


async def test_evidence_is_read_by_those_who_judge_it(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    kept = (await ok(upload(officer))).json()
    path = f"{BASE}/evidence/{kept['id']}"
    for reader in (officer, await year.role(Role.APPRAISER), await year.role(Role.COUNCIL_CLERK)):
        reply = await ok(reader.get(path))
        assert reply.content == PDF
        assert reply.headers["content-type"] == "application/pdf"
        assert reply.headers["x-content-type-options"] == "nosniff"
        disposition = reply.headers["content-disposition"]
        assert disposition == "attachment; filename*=UTF-8''k%E1%BA%BF%20ho%E1%BA%A1ch.pdf"
        again = await reader.get(path, headers={"If-None-Match": reply.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    stranger = await year.role(Role.UNIT_OFFICER, subject="nguoi-khac", units=["so-y-te"])
    assert await code_of(stranger.get(path)) == (403, "foreign_unit")
    assert await code_of((await year.role(Role.ADMINISTRATOR)).get(path)) == (403, "forbidden")
    elsewhere = path.replace("so-noi-vu", "so-y-te")
    assert await code_of(stranger.get(elsewhere)) == (404, "evidence_unknown")


async def test_evidence_makes_a_new_version_and_a_star_matches_any(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    tags = [(await ok(upload(officer, content))).headers["etag"] for content in (PDF, PDF, PDF + b" ")]
    assert tags == ['"v1"', '"v1"', '"v2"']
    assert (await officer.get(BASE)).headers["etag"] == '"v2"'
    body = {"claims": claims_of("so-noi-vu")}
    stale = officer.put(f"{BASE}/claims", json=body, headers={"If-Match": '"v0"'})
    assert await code_of(stale) == (412, "version_stale")
    await ok(officer.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}))


async def test_a_title_of_blanks_is_no_title(year: Year, bench: Workbench) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    sent = officer.post(f"{BASE}/evidence", data={"title": "   "}, files={"file": ("a.pdf", PDF, "x/y")})
    assert await code_of(sent) == (422, "evidence_refused")
    assert not await bench.fetch("SELECT 1 FROM scoring.evidence")


async def test_nothing_is_taken_after_the_window(year: Year, bench: Workbench) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.claim("so-noi-vu")
    year.clock.set("2023-01-11T00:00:00+07:00")
    assert await code_of(officer.post(f"{BASE}/submission")) == (409, "window_closed")
    assert await code_of(upload(officer)) == (409, "window_closed")
    assert not await bench.fetch("SELECT 1 FROM scoring.evidence")
    rows = await bench.fetch("SELECT status FROM scoring.period_unit WHERE unit = 'so-noi-vu'")
    assert [row["status"] for row in rows] == ["draft"]


async def test_only_who_may_appraise_every_area_completes(year: Year) -> None:
    await year.set_up()
    await year.submit_all()
    appraiser = await year.role(Role.APPRAISER)
    rows = [{"leaf": leaf} for leaf in load("self-assessments.json")["so-noi-vu"]]
    await ok(appraiser.post(f"{BASE}/appraisals", json={"appraisals": rows}))
    one_area = await year.role(Role.APPRAISER, subject="linh-vuc-1", areas=["I/1"])
    assert await code_of(one_area.post(f"{BASE}/appraisal-completion")) == (403, "foreign_area")
    await ok(appraiser.post(f"{BASE}/appraisal-completion"))


async def test_who_ever_claimed_a_leaf_does_not_appraise_it(year: Year) -> None:
    await year.set_up()
    year.clock.set("2023-01-09T08:00:00+07:00")
    first = await year.role(Role.UNIT_OFFICER, subject="chuyen-cong-tac", units=["so-noi-vu"])
    body = {"claims": [{**row, "narrative": "Bản đầu."} for row in claims_of("so-noi-vu")[:1]]}
    await ok(first.put(f"{BASE}/claims", json=body, headers={"If-Match": "*"}))
    await year.submit_all()
    moved = await year.role(Role.APPRAISER, subject="chuyen-cong-tac")
    own = {"appraisals": [{"leaf": body["claims"][0]["leaf"]}]}
    assert await code_of(moved.post(f"{BASE}/appraisals", json=own)) == (403, "author_appraises")
    other = {"appraisals": [{"leaf": claims_of("so-noi-vu")[1]["leaf"]}]}
    await ok(moved.post(f"{BASE}/appraisals", json=other))


async def seen(officer: Any) -> dict[str, Any]:
    leaves = (await ok(officer.get(BASE))).json()["leaves"]
    return {leaf["leaf"]: leaf["appraised"] for leaf in leaves if leaf["appraised"]}


@pytest.mark.parametrize(
    ("declared", "in_explanation", "in_council", "in_provisional"),
    [
        ((), "", "", ""),
        (("explanation",), "Thiếu tài liệu.", "Thiếu tài liệu.", "Thiếu tài liệu."),
        (("complaint",), "", "", "Hội đồng ấn định."),
        (("explanation", "complaint"), "Thiếu tài liệu.", "Thiếu tài liệu.", "Hội đồng ấn định."),
    ],
)
async def test_a_unit_sees_its_points_when_it_may_answer_them(
    year: Year, declared: tuple[str, ...], in_explanation: str, in_council: str, in_provisional: str
) -> None:
    clerk = await year.ready_for_council({LEAF: LOWERED}, phases=phases(*declared))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])

    async def reason() -> str:
        return str((await seen(officer)).get(LEAF, {}).get("reason", ""))

    assert await reason() == ""
    year.clock.set("2023-01-17T00:00:00+07:00")
    assert await reason() == in_explanation
    await ok(clerk.post(f"{PERIOD}/council"))
    decision = {"unit": "so-noi-vu", "leaf": LEAF, "points": "0.25", "reason": "Hội đồng ấn định."}
    body = {**SESSION, "decisions": [*WITHOUT_SURVEY, decision]}
    await ok(clerk.post(f"{PERIOD}/council/sessions", json=body))
    assert await reason() == in_council
    await ok(clerk.post(f"{PERIOD}/provisional"))
    assert await reason() == in_provisional
    surveyed = {"II/1/1.1", "II/2/2.1"}
    assert (surveyed <= set(await seen(officer))) is ("complaint" in declared)
    full = (await ok(clerk.get(BASE))).json()["leaves"]
    assert {leaf["leaf"] for leaf in full} >= surveyed


async def disagreeing(officer: Any) -> list[str]:
    """Leaves whose points the sheet shows and the explanation refuses, or the other way."""
    shown, found = set(await seen(officer)), []
    for leaf in (LEAF, "I/1/1.2", "II/1/1.1", "II/2/2.1"):
        reply = await officer.get(f"{PERIOD}/units/so-noi-vu/explanation", params={"node": leaf})
        stages = {act["stage"] for act in reply.json().get("acts", ())}
        if (leaf in shown) != bool(stages & {"appraisal", "council"}):
            found.append(f"{leaf}: {reply.status_code} {stages}")
    return found


@pytest.mark.parametrize("declared", [(), ("explanation",), ("complaint",), ("explanation", "complaint")])
async def test_sheet_and_explanation_are_one_rule(year: Year, declared: tuple[str, ...]) -> None:
    clerk = await year.ready_for_council({LEAF: LOWERED}, phases=phases(*declared))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    assert await disagreeing(officer) == []
    year.clock.set("2023-01-17T00:00:00+07:00")
    assert await disagreeing(officer) == []
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    assert await disagreeing(officer) == []
    await ok(clerk.post(f"{PERIOD}/provisional"))
    assert await disagreeing(officer) == []
    assert bool(await seen(officer)) is bool(declared)


async def test_a_reply_is_part_of_the_explanation(year: Year) -> None:
    clerk = await year.ready_for_council({LEAF: LOWERED}, phases=phases("explanation"))
    year.clock.set("2023-01-17T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, subject="can-bo", units=["so-noi-vu"])
    said = {"explanations": [{"leaf": LEAF, "narrative": "Đã gửi bổ sung tài liệu."}]}
    await ok(officer.post(f"{BASE}/explanations", json=said))
    for reader in (clerk, await year.role(Role.APPRAISER), officer):
        found = reader.get(f"{PERIOD}/units/so-noi-vu/explanation", params={"node": LEAF})
        acts = (await ok(found)).json()["acts"]
        assert [(act["stage"], act["role"]) for act in acts][-1] == ("explanation", "unit_officer")
        assert (acts[-1]["by"], acts[-1]["narrative"]) == ("can-bo", "Đã gửi bổ sung tài liệu.")


async def test_a_sheet_is_read_without_the_whole_edition(
    year: Year, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(f"{PERIOD}/council/sessions", json={**SESSION, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    monkeypatch.delattr(reading, "read_content")
    path = "/api/v1/editions/2022/1/units/so-noi-vu"
    sheet = await ok(clerk.get(path))
    assert (sheet.json()["code"], sheet.json()["form"]) == ("so-noi-vu", "A1")
    assert (await clerk.get(path, headers={"If-None-Match": sheet.headers["etag"]})).status_code == 304
    assert len(await bench.fetch("SELECT 1 FROM scoring.edition_sheet")) == 2
    async with year.api.client() as public:
        assert await code_of(public.get(path)) == (404, "edition_unknown")
        await ok(clerk.post("/api/v1/editions/2022/1/publish"))
        assert (await ok(public.get(path))).content == sheet.content
        unknown = public.get("/api/v1/editions/2022/1/units/so-la")
        assert await code_of(unknown) == (404, "unit_not_in_period")
