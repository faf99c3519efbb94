"""Every kind of question in both layouts, from the form to the books; the window to the second; late retries."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from parindex.kernel.canonical import digest_bytes
from tests.support.scoring_story import Clock
from tests.support.survey import Survey, ballot, campaign, drafted_survey, open_survey, question
from tests.support.workbench import Workbench

SCALE = {"least": 0, "most": 10, "least_text": "kém", "most_text": "tốt"}
ASKED = [
    question("mot", 4),
    {"code": "thang", "text": "Chấm điểm", "kind": "scale", "scale": SCALE},
    {**question("nhieu", 3), "kind": "multiple"},
    {"code": "y-kien", "text": "Ý kiến", "kind": "comment"},
]
MATRIX = {"batch": "tui-2", "questionnaire": "to-chuc", "group": "dai-bieu", "unit": None}
SAID = {"comments": {"y-kien": "Cần thêm ghế chờ"}}


def of_every_kind() -> dict[str, Any]:
    found = campaign(citizens=9)
    for form in found["questionnaires"]:
        form["questions"] = ASKED
    found["questionnaires"][1]["groups"][0]["quota"] = 9
    return found


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch, of_every_kind()) as found:
        yield found


async def test_the_form_tells_what_each_place_takes_and_the_books_keep_it(survey: Survey) -> None:
    for questionnaire, units, shape in (("sipas", 1, {}), ("to-chuc", 2, MATRIX)):
        form = (await survey.clerk.get(f"{survey.path}/questionnaires/{questionnaire}/form")).json()
        highest = [item["highest"] for item in form["questions"]] * units
        assert (highest, form["answers"]) == ([4, 11, 7] * units, 3 * units)
        lowest = [item["lowest"] for item in form["questions"]] * units
        full = ballot(f"{questionnaire}-1", answers=highest, **SAID, **shape)
        assert (await survey.enter(full)).status_code == 201
        many = [ballot(f"{questionnaire}-2", answers=lowest, **SAID, **shape), full]
        reply = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": many})
        statuses = [(item["status"], item["receipt"]["status"]) for item in reply.json()["results"]]
        assert statuses == [("created", "invalid"), ("repeated", "valid")]
        stored = (await survey.supervisor.get(f"{survey.path}/ballots/{full['id']}")).json()
        assert (stored["answers"], stored["comments"]) == (highest, SAID["comments"])
        above = [value + 1 for value in highest]
        refused = await survey.enter(ballot(f"{questionnaire}-3", answers=above, **shape))
        pointers = [error["pointer"] for error in refused.json()["errors"]]
        assert pointers == [f"/answers/{place}" for place in range(3 * units)]


async def test_a_refused_ballot_among_many_says_why_in_words(survey: Survey) -> None:
    first = ballot("A1", answers=[1, 1, 1])
    many = [first, ballot("A1", answers=[1, 1, 1]), ballot("A2", batch="la", answers=[1, 1, 1])]
    path = f"{survey.path}/ballots/bulk"
    results = (await survey.clerk.post(path, json={"ballots": many})).json()["results"]
    assert [item.get("code") for item in results] == [None, "serial_taken", "batch_unknown"]
    assert (results[1]["title"], results[1]["detail"]) == (
        "Trùng số phiếu",
        "Số phiếu A1 đã thuộc về phiếu khác.",
    )
    english = await survey.clerk.post(path, json={"ballots": many}, headers={"Accept-Language": "en"})
    assert english.json()["results"][2]["title"] == "Batch unknown"


async def test_the_frozen_list_of_units_can_be_held_against_its_digest(survey: Survey) -> None:
    shown = await survey.clerk.get(f"{survey.path}/units")
    digest = (await survey.manager.get(survey.path)).json()["unit_list_digest"]
    assert digest_bytes(shown.content) == digest
    assert [unit["code"] for unit in shown.json()["units"]] == ["so-noi-vu", "so-y-te"]
    again = await survey.clerk.get(f"{survey.path}/units", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_ballot_too_large_to_be_sent_is_seen_before_the_survey_opens(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey_ingest.campaigns.domain.form.MOST_ANSWERS", 5)
    async with drafted_survey(bench, monkeypatch, of_every_kind()) as survey:
        assert (await survey.clerk.get(f"{survey.path}/units")).json()["code"] == "campaign_without_units"
        await survey.manager.post(f"{survey.path}/units")
        refused = await survey.manager.post(f"{survey.path}/open")
        assert refused.json()["code"] == "plan_does_not_fit"
        assert [(e["pointer"], e["code"]) for e in refused.json()["errors"]] == [
            ("/questionnaires/1/questions", "too_many_answers")
        ]


@pytest.mark.parametrize(
    ("field", "moment"),
    [("opens_at", "0001-01-01T00:00:00+14:00"), ("closes_at", "9999-12-31T23:59:59-12:00")],
)
async def test_a_window_out_of_all_time_is_refused(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, field: str, moment: str
) -> None:
    async with open_survey(bench, monkeypatch) as survey:
        drafted = {**campaign("dot-2"), "late_entry_hours": 48, field: moment}
        refused = await survey.manager.post("/api/v1/campaigns", json=drafted)
        assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request"), refused.text
        assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{field}"]


async def test_the_window_ends_at_twenty_four_hours_of_its_last_day(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clock = Clock(tmp_path / "clock", monkeypatch)
    clock.set("2023-01-10T08:00:00+07:00")
    window = {"opens_at": "2023-01-10T08:00:00+07:00", "closes_at": "2023-01-11T00:00:00+07:00"}
    async with open_survey(bench, monkeypatch, {**of_every_kind(), **window}) as survey:
        entered = ballot("A1", answers=[1, 1, 1], **SAID)
        first = await survey.enter(entered)
        assert first.status_code == 201
        clock.set("2023-01-10T23:59:59.999999+07:00")
        assert (await survey.enter(ballot("A2", answers=[1, 1, 1]))).status_code == 201
        clock.set("2023-01-11T00:00:00+07:00")
        shut = await survey.enter(ballot("A3", answers=[1, 1, 1]))
        assert (shut.status_code, shut.json()["code"]) == (409, "campaign_window_closed")
        assert shut.json()["params"]["closes_at"] == "2023-01-11T00:00:00+07:00"
        clock.set("2023-01-10T07:59:59+07:00")
        assert (await survey.enter(ballot("A4", answers=[1, 1, 1]))).json()[
            "code"
        ] == "campaign_window_closed"
        assert (await survey.seal("tui-1", 2, missing=8)).is_success
        clock.set("2023-01-11T09:00:00+07:00")
        again = await survey.enter(entered)
        assert again.status_code == 200
        assert {**again.json(), "repeated": False, "server_time": ""} == {**first.json(), "server_time": ""}
