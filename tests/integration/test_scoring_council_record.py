"""The council's work through the API: its record, disputes, a tally that waits, steps taken back."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from scoring_api.assessment.use_cases.recomputing import IndexRequested
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
from tests.support.survey_mail import SURVEY, Mail
from tests.support.workbench import Workbench

PERIOD = "/api/v1/periods/2022"
SESSIONS = f"{PERIOD}/council/sessions"
LEAF = "I/1/1.1/1.1.3"
LOWERED = {LEAF: {"value": {"numerator": "1", "denominator": "58"}, "reason": "Thiếu tài liệu."}}
RECORD = {
    **SESSION,
    "present": ["Chủ tịch Hội đồng", "Ủy viên (Sở Tài chính)"],
    "agenda": ["Xem xét các tiêu chí còn ý kiến khác nhau"],
    "minutes": "Hội đồng thống nhất.",
}


@pytest_asyncio.fixture
async def mail(bench: Workbench) -> Any:
    found = Mail(bench)
    yield found
    await found.database.close()


async def test_a_session_is_read_as_it_was_recorded(year: Year) -> None:
    clerk = await year.ready_for_council(LOWERED)
    await ok(clerk.post(f"{PERIOD}/council"))
    row = {"unit": "so-y-te", "leaf": LEAF, "points": "0.25", "reason": "Hội đồng ấn định."}
    kept = (await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": [row]}))).json()
    assert (kept["decisions"], kept["answers"]) == (1, 0)
    (listed,) = (await ok(clerk.get(SESSIONS))).json()
    assert listed == {"id": kept["id"], **RECORD, "decisions": 1, "answers": 0}
    shown = (await ok(clerk.get(f"{SESSIONS}/{kept['id']}"))).json()
    assert shown["decisions"] == [{**row, "value": None, "not_applicable": False}]
    assert (shown["present"], shown["agenda"], shown["tally"]) == (RECORD["present"], RECORD["agenda"], "")
    stranger = f"{SESSIONS}/019b0a53-8d11-7c02-b1c5-2f7a9d0c4e11"
    assert await code_of(clerk.get(stranger)) == (404, "session_unknown")


async def test_a_number_stands_for_one_session_also_when_two_clerks_record_it_at_once(
    year: Year, bench: Workbench
) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    both = await asyncio.gather(*(clerk.post(SESSIONS, json=RECORD) for _ in range(4)))
    assert sorted(reply.status_code for reply in both) == [201, 422, 422, 422]
    refused = next(reply for reply in both if reply.status_code == 422).json()
    assert [(row["pointer"], row["code"]) for row in refused["errors"]] == [("/number", "session_exists")]
    assert len(await bench.fetch("SELECT 1 FROM scoring.council_session")) == 1


async def test_the_council_sees_both_sides_of_what_is_in_dispute(year: Year) -> None:
    clerk = await year.ready_for_council(LOWERED)
    await ok(clerk.post(f"{PERIOD}/council"))
    found = (await ok(clerk.get(f"{PERIOD}/council/disputes", params={"unit": "so-y-te"}))).json()
    rows = {row["leaf"]: row for row in found["disputes"] if row["leaf"]}
    lowered = rows[LEAF]
    assert [cause["code"] for cause in lowered["causes"]] == ["differs"]
    assert lowered["claimed"]["reason"] == "Đã thực hiện theo kế hoạch."
    assert (lowered["appraised"]["reason"], lowered["appraised"]["value"]["numerator"]) == (
        "Thiếu tài liệu.", "1",
    )  # fmt: skip
    assert lowered["claimed"]["points"] != lowered["appraised"]["points"]
    assert lowered["decided"] is None
    unscored = {leaf for leaf, row in rows.items() if row["causes"][0]["code"] == "undecided"}
    assert unscored == {"II/1/1.1", "II/2/2.1"}, "no survey: the council has to say"
    decided = {"unit": "so-y-te", "leaf": LEAF, "reason": "Hội đồng giữ nguyên."}
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": [decided, *WITHOUT_SURVEY]}))
    left = (await ok(clerk.get(f"{PERIOD}/council/disputes?unit=so-y-te&undecided=true"))).json()
    assert [row for row in left["disputes"] if row["leaf"]] == []
    whole = (await ok(clerk.get(f"{PERIOD}/council/disputes"))).json()["disputes"]
    assert {row["unit"] for row in whole} == set(DEPARTMENTS)
    assert await code_of(clerk.get(f"{PERIOD}/council/disputes?unit=so-la")) == (404, "unit_not_in_period")


@pytest.mark.parametrize("path", ["council/disputes", "council/tally", "council/sessions", "corrections"])
async def test_the_councils_papers_are_its_own(year: Year, path: str) -> None:
    await year.set_up()
    for role in (Role.ADMINISTRATOR, Role.APPRAISER, Role.READER, Role.UNIT_OFFICER):
        assert await code_of((await year.role(role)).get(f"{PERIOD}/{path}")) == (403, "forbidden")


async def surveyed_council(year: Year, mail: Mail) -> tuple[Any, str]:
    """A council with its tally pinned, all else decided; the clerk and the tally."""
    clerk = await year.ready_for_council(survey=SURVEY)
    pinned = await mail.tally("hai-duong-2022", 1, {"A": 10})
    await mail.handover("hai-duong-2022", pinned)
    await ok(clerk.post(f"{PERIOD}/council"))
    rest = [row for row in WITHOUT_SURVEY if row["leaf"] != "II/1/1.1"]
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": rest}))
    return clerk, pinned


async def test_a_newer_tally_waits_until_the_council_adopts_it(
    year: Year, mail: Mail, bench: Workbench
) -> None:
    clerk, pinned = await surveyed_council(year, mail)
    later = await mail.tally("hai-duong-2022", 2, {"D": 10})
    shown = (await ok(clerk.get(f"{PERIOD}/council/tally"))).json()
    assert (shown["pinned"]["digest"], shown["waiting"]["digest"]) == (pinned, later)
    assert {row["unit"] for row in shown["changes"]} == set(DEPARTMENTS)
    assert all(row["leaves"][0]["key"] == "II/1/1.1" for row in shown["changes"])
    waits = await clerk.post(f"{PERIOD}/provisional")
    assert [fault["code"] for fault in waits.json()["errors"]] == ["tally_waiting"]
    body = {"digest": later, "adopt": True, "reason": "Bổ sung túi phiếu bị sót."}
    path = f"{PERIOD}/council/tally"
    assert await code_of(clerk.post(path, json=body)) == (409, "tally_not_handed_over")
    await mail.handover("hai-duong-2022", later)
    assert await code_of(clerk.post(path, json={**body, "reason": " "})) == (422, "invalid_request")
    assert await code_of(clerk.post(path, json={**body, "digest": pinned})) == (409, "tally_not_waiting")
    both = await asyncio.gather(*(clerk.post(path, json=body) for _ in range(3)))
    assert sorted(reply.status_code for reply in both) == [200, 409, 409]
    assert (await clerk.get(PERIOD)).json()["pinned_tally"] == later
    asked = await bench.fetch(
        "SELECT payload->>'tally' AS tally FROM bus.event ORDER BY occurred_at DESC LIMIT 1"
    )
    assert asked[0]["tally"] == later
    await ok(clerk.post(f"{PERIOD}/provisional"))


async def test_a_newer_tally_may_be_left_with_the_reason(year: Year, mail: Mail) -> None:
    clerk, pinned = await surveyed_council(year, mail)
    await ok(clerk.post(f"{PERIOD}/provisional"))
    later = await mail.tally("hai-duong-2022", 2, {"D": 10})
    waits = await clerk.post(f"{PERIOD}/finalize")
    assert waits.json()["code"] == "finalize_not_ready"
    assert [fault["code"] for fault in waits.json()["errors"]] == ["tally_waiting"]
    body = {"digest": later, "adopt": True, "reason": "Bổ sung túi phiếu."}
    adopted = await code_of(clerk.post(f"{PERIOD}/council/tally", json=body))
    assert adopted == (409, "period_state"), "not under a result that stands"
    left = {**body, "adopt": False, "reason": "Không làm thay đổi kết quả đã lấy ý kiến."}
    await ok(clerk.post(f"{PERIOD}/council/tally", json=left))
    shown = (await ok(clerk.get(f"{PERIOD}/council/tally"))).json()
    assert (shown["waiting"], shown["pinned"]["digest"], shown["changes"]) == (None, pinned, [])
    assert [(row["digest"], row["adopted"]) for row in shown["chosen"]] == [(later, False)]
    kept = (await ok(clerk.post(f"{PERIOD}/finalize"))).json()
    pack = (await ok(clerk.get("/api/v1/editions/2022/1/pack?level=full"))).json()
    assert (kept["edition"], pack["tally_digest"]) == (1, pinned)


async def test_reopening_names_each_sign_off_it_undoes(year: Year, bench: Workbench) -> None:
    clerk = await year.ready_for_council(LOWERED)
    await ok(clerk.post(f"{PERIOD}/council"))
    decided = {"unit": "so-y-te", "leaf": LEAF, "points": "0.25", "reason": "Hội đồng ấn định."}
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": [*WITHOUT_SURVEY, decided]}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    reopen, reason = f"{PERIOD}/reopen", "Có kết luận thanh tra mới."
    skipped = {"to": "open", "reason": reason, "units": ["so-y-te"]}
    assert await code_of(clerk.post(reopen, json=skipped)) == (409, "period_state")
    back = (await ok(clerk.post(reopen, json={"to": "council", "reason": reason}))).json()
    (undone,) = back["undone"]
    assert (back["state"], undone["kind"], undone["by"]) == (
        "council", "provisional", "kiem-thu-council_clerk",
    )  # fmt: skip
    assert undone["at"].startswith("2023-01-12T")
    bad = await clerk.post(
        reopen, json={"to": "open", "reason": reason, "units": ["so-la", *["so-y-te"] * 2]}
    )
    assert bad.json()["code"] == "reopening_invalid"
    assert [(row["pointer"], row["code"]) for row in bad.json()["errors"]] == [
        ("/units/0", "unit_not_in_period"),
        ("/units/2", "unit_repeated"),
    ]
    nobody = await clerk.post(reopen, json={"to": "open", "reason": reason})
    assert [row["code"] for row in nobody.json()["errors"]] == ["units_missing"]
    far = (await ok(clerk.post(reopen, json=skipped))).json()
    assert [(row["kind"], row["unit"], row["by"]) for row in far["undone"]] == [
        ("council", "", "kiem-thu-council_clerk"),
        ("appraisal", "so-y-te", "kiem-thu-appraiser"),
    ]
    told = await bench.fetch("SELECT details FROM scoring.audit WHERE action = 'period.reopened' ORDER BY id")
    assert len(told) == 2
    assert "so-y-te" in told[1]["details"]
    states = {unit["unit"]: unit["status"] for unit in (await clerk.get(PERIOD)).json()["units"]}
    assert states == {"so-noi-vu": "appraised", "so-y-te": "submitted"}
    # The unit is appraised again; that counts over what the council had decided before.
    appraiser = await year.role(Role.APPRAISER)
    base = f"{PERIOD}/assessments/so-y-te"
    row = {"leaf": LEAF, "value": {"numerator": "29", "denominator": "58"}, "reason": "Đã bổ sung."}
    await ok(appraiser.post(f"{base}/appraisals", json={"appraisals": [row]}))
    await ok(appraiser.post(f"{base}/appraisal-completion"))
    await ok(clerk.post(f"{PERIOD}/council"))
    found = await ok(clerk.get(f"{PERIOD}/units/so-y-te/explanation", params={"node": LEAF}))
    assert found.json()["explanation"]["reason"] == "Đã bổ sung."
    sides = (await ok(clerk.get(f"{PERIOD}/council/disputes?unit=so-y-te"))).json()["disputes"]
    assert next(side for side in sides if side["leaf"] == LEAF)["decided"]["reason"] == "Hội đồng ấn định."


async def test_only_the_clerk_takes_a_step_back_and_says_why(year: Year) -> None:
    await year.set_up()
    body = {"to": "council", "reason": "x"}
    for role in (Role.ADMINISTRATOR, Role.APPRAISER, Role.UNIT_OFFICER):
        assert await code_of((await year.role(role)).post(f"{PERIOD}/reopen", json=body)) == (
            403,
            "forbidden",
        )
    clerk = await year.role(Role.COUNCIL_CLERK)
    for wrong in ({"to": "draft", "reason": "x"}, {"to": "open", "reason": ""}, {"to": "open"}):
        assert await code_of(clerk.post(f"{PERIOD}/reopen", json=wrong)) == (422, "invalid_request")


COMPLAINT = {
    "phase": "complaint",
    "opens_at": "2023-02-21T00:00:00+07:00",
    "closes_at": "2023-02-25T00:00:00+07:00",
}
FILED = {"leaves": [LEAF], "narrative": "Đã có đủ tài liệu kiểm chứng."}
COMPLAINTS = f"{PERIOD}/assessments/so-y-te/complaints"


async def complained(year: Year) -> tuple[Any, Any]:
    """A provisional result inside its complaint window; the clerk and the officer of so-y-te."""
    clerk = await year.ready_for_council(LOWERED, phases=[*period_body()["phases"], COMPLAINT])
    await ok(clerk.post(f"{PERIOD}/council"))
    officer = await year.role(Role.UNIT_OFFICER, units=["so-y-te"])
    year.clock.set("2023-02-20T23:59:59+07:00")
    early = await code_of(officer.post(COMPLAINTS, json=FILED))
    assert early == (409, "window_closed")
    year.clock.set("2023-02-21T08:00:00+07:00")
    unseen = await code_of(officer.post(COMPLAINTS, json=FILED))
    assert unseen == (409, "period_state"), "there is no result to complain of yet"
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": WITHOUT_SURVEY}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    year.clock.set("2023-02-22T08:00:00+07:00")
    return clerk, officer


async def test_a_complaint_is_answered_before_the_result_is_final(year: Year) -> None:
    clerk, officer = await complained(year)
    own = (await ok(officer.get(f"{PERIOD}/provisional"))).json()["units"]
    assert [row["unit"] for row in own] == ["so-y-te"]
    assert len((await ok(clerk.get(f"{PERIOD}/provisional"))).json()["units"]) == 2
    form = {"title": "Báo cáo bổ sung", "number": "12/BC-SYT"}
    content = b"%PDF-1.4\n%%EOF\n"
    file = (
        await ok(officer.post(f"{COMPLAINTS}/evidence", data=form, files={"file": ("a.pdf", content)}))
    ).json()
    again = await ok(officer.post(f"{COMPLAINTS}/evidence", data=form, files={"file": ("b.pdf", content)}))
    assert again.json() == file
    filed = (await ok(officer.post(COMPLAINTS, json={**FILED, "evidence": [file["id"]]}))).json()
    assert (filed["number"], filed["unit"], filed["answer"]) == (1, "so-y-te", None)
    assert (await ok(officer.post(COMPLAINTS, json={**FILED, "leaves": ["I/1/1.5"]}))).json()["number"] == 2
    # Everything unmet at once: both complaints, and the window is open still.
    refused = (await clerk.post(f"{PERIOD}/finalize")).json()
    assert refused["code"] == "finalize_not_ready"
    assert [(row["pointer"], row["code"]) for row in refused["errors"]] == [
        ("/complaints/1", "complaint_unanswered"),
        ("/complaints/2", "complaint_unanswered"),
        ("/phases/complaint", "complaint_window_open"),
    ]
    year.clock.set("2023-02-25T00:00:00+07:00")
    assert await code_of(officer.post(COMPLAINTS, json=FILED)) == (409, "window_closed")
    second = {**RECORD, "number": "02/BB-HĐ"}
    kept = {"complaint": 2, "outcome": "rejected", "reason": "Đã chấm đúng quy định."}
    upheld = {"complaint": 1, "outcome": "upheld", "reason": "Tài liệu bổ sung hợp lệ."}
    decision = {"unit": "so-y-te", "leaf": LEAF, "points": "1.5", "reason": "Tài liệu hợp lệ."}
    # A session under the provisional result may leave things as they are, and change nothing.
    reply = await clerk.post(SESSIONS, json={**second, "answers": [upheld, kept], "decisions": [decision]})
    assert [(row["pointer"], row["code"]) for row in reply.json()["errors"]] == [
        ("/decisions", "reopening_needed"),
        ("/answers/0/outcome", "reopening_needed"),
    ]
    await ok(clerk.post(SESSIONS, json={**second, "answers": [kept]}))
    await ok(clerk.post(f"{PERIOD}/reopen", json={"to": "council", "reason": "Xem xét kiến nghị số 1."}))
    third = {**RECORD, "number": "03/BB-HĐ"}
    unbacked = await clerk.post(SESSIONS, json={**third, "answers": [upheld]})
    assert [(row["pointer"], row["code"]) for row in unbacked.json()["errors"]] == [
        ("/answers/0/outcome", "decision_missing")
    ]
    body = {**third, "answers": [upheld], "decisions": [decision]}
    session = (await ok(clerk.post(SESSIONS, json=body))).json()
    shown = (await ok(clerk.get(f"{SESSIONS}/{session['id']}"))).json()
    assert shown["answers"] == [{**upheld, "unit": "so-y-te", "outcome_name": "chấp nhận kiến nghị"}]
    await ok(clerk.post(f"{PERIOD}/provisional"))
    await ok(clerk.post(f"{PERIOD}/finalize"))
    answers = (await ok(officer.get(f"{PERIOD}/complaints"))).json()
    assert [(row["number"], row["answer"]["outcome"], row["answer"]["session"]) for row in answers] == [
        (1, "upheld", "03/BB-HĐ"),
        (2, "rejected", "02/BB-HĐ"),
    ]
    sheet = (await ok(clerk.get("/api/v1/editions/2022/1/units/so-y-te"))).json()
    assert next(leaf["points"] for leaf in sheet["leaves"] if leaf["key"] == LEAF) == "1.5"
    assert await code_of(officer.post(COMPLAINTS, json=FILED)) == (409, "period_state")


async def test_who_complains_and_of_what(year: Year, bench: Workbench) -> None:
    clerk, officer = await complained(year)
    stranger = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    assert await code_of(stranger.post(COMPLAINTS, json=FILED)) == (403, "foreign_unit")
    for role in (Role.COUNCIL_CLERK, Role.APPRAISER, Role.ADMINISTRATOR):
        assert await code_of((await year.role(role)).post(COMPLAINTS, json=FILED)) == (403, "forbidden")
    alien = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
    bad = {**FILED, "leaves": ["I/9", LEAF, LEAF, "I"], "evidence": [alien]}
    reply = (await officer.post(COMPLAINTS, json=bad)).json()
    assert reply["code"] == "complaint_invalid"
    assert [(row["pointer"], row["code"]) for row in reply["errors"]] == [
        ("/leaves/0", "leaf_unknown"),
        ("/leaves/2", "leaf_repeated"),
        ("/leaves/3", "leaf_unknown"),
        ("/evidence/0", "evidence_unknown"),
    ]
    for wrong in ({**FILED, "leaves": []}, {**FILED, "narrative": "  "}, {"leaves": [LEAF]}):
        assert await code_of(officer.post(COMPLAINTS, json=wrong)) == (422, "invalid_request")
    elsewhere = COMPLAINTS.replace("so-y-te", "so-la")
    lost = await year.role(Role.UNIT_OFFICER, units=["so-la"])
    assert await code_of(lost.post(elsewhere, json=FILED)) == (404, "unit_not_in_period")
    hostile = {"file": ("a.pdf", b"MZ\x90")}
    sent = officer.post(f"{COMPLAINTS}/evidence", data={"title": "x"}, files=hostile)
    assert await code_of(sent) == (422, "evidence_refused")
    assert not await bench.fetch("SELECT 1 FROM scoring.complaint")
    numbers = await asyncio.gather(*(officer.post(COMPLAINTS, json=FILED) for _ in range(5)))
    assert sorted(reply.json()["number"] for reply in numbers) == [1, 2, 3, 4, 5]
    assert (await ok(stranger.get(f"{PERIOD}/complaints"))).json() == []
    assert len((await ok(clerk.get(f"{PERIOD}/complaints"))).json()) == 5
    wrong_answers = [
        {"complaint": 9, "outcome": "rejected", "reason": "x"},
        {"complaint": 1, "outcome": "maybe", "reason": "x"},
        {"complaint": 1, "outcome": "rejected", "reason": "x"},
    ]
    answered = await clerk.post(SESSIONS, json={**RECORD, "answers": wrong_answers})
    assert {(row["pointer"], row["code"]) for row in answered.json()["errors"]} == {
        ("/number", "session_exists"),
        ("/answers/0/complaint", "complaint_unknown"),
        ("/answers/1/outcome", "outcome_unknown"),
        ("/answers/2/complaint", "complaint_answered"),
    }


async def test_a_rating_that_no_printed_rule_covers_is_shown_to_the_council(year: Year) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    lost = [
        {"unit": "so-y-te", "leaf": leaf, "points": "0", "reason": "Không có tài liệu kiểm chứng."}
        for leaf in load("self-assessments.json")["so-y-te"]
        if leaf.startswith("I/2/")
    ]
    best = [{**row, "points": "18.5"} for row in WITHOUT_SURVEY if row["leaf"] == "II/1/1.1"]
    rest = [row for row in WITHOUT_SURVEY if row["leaf"] != "II/1/1.1"]
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": [*lost, *best, *rest]}))
    found = (await ok(clerk.get(f"{PERIOD}/council/disputes"))).json()["disputes"]
    (fallen,) = [row for row in found if not row["leaf"]]
    assert (fallen["unit"], [cause["code"] for cause in fallen["causes"]]) == ("so-y-te", ["fall_through"])
    assert fallen["rating"]
    assert fallen["blocked_by"]


async def test_a_provisional_result_is_for_who_judges_and_for_who_may_complain(year: Year) -> None:
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(SESSIONS, json={**RECORD, "decisions": WITHOUT_SURVEY}))
    path, closed = f"{PERIOD}/provisional", (409, "provisional_not_open")
    assert await code_of(clerk.get(path)) == closed
    table = (await ok(clerk.post(path))).json()["units"]
    assert (await ok(clerk.get(path))).json()["units"] == table
    # No complaint can be made in this period: its units hear of the result when it is published.
    assert await code_of((await year.role(Role.UNIT_OFFICER, units=["so-y-te"])).get(path)) == closed
    for role in (Role.ADMINISTRATOR, Role.READER):
        assert await code_of((await year.role(role)).get(path)) == (403, "forbidden")
    async with year.api.client() as public:
        assert await code_of(public.get(path)) == (401, "token_required")
    await ok(clerk.post(f"{PERIOD}/reopen", json={"to": "council", "reason": "Còn ý kiến khác nhau."}))
    assert await code_of(clerk.get(path)) == closed
    assert await code_of(clerk.post(f"{PERIOD}/finalize")) == (409, "period_state")


async def test_what_was_computed_before_is_not_kept_over_the_provisional_result(
    year: Year, mail: Mail, bench: Workbench
) -> None:
    """A job that began before the council's last word and ends after it would show units a stale figure."""
    clerk = await year.ready_for_council()
    await ok(clerk.post(f"{PERIOD}/council"))
    await ok(clerk.post(SESSIONS, json={**SESSION, "decisions": WITHOUT_SURVEY}))
    requested = mail.handlers[IndexRequested]
    event = IndexRequested(period="2022", tally="")
    begun = await requested.prepare(event)
    later = {"unit": "so-y-te", "leaf": LEAF, "points": "0.25", "reason": "Hội đồng ấn định."}
    await ok(clerk.post(SESSIONS, json={**SESSION, "number": "02/BB-HĐ", "decisions": [later]}))
    await ok(clerk.post(f"{PERIOD}/provisional"))
    released = (await ok(clerk.get(f"{PERIOD}/provisional"))).json()
    async with mail.database.writing() as connection:
        await requested.apply(connection, event, begun)
    assert (await ok(clerk.get(f"{PERIOD}/provisional"))).json() == released
