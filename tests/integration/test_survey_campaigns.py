"""Planning a survey over the real API: serials, questionnaires, fill, the window's end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.http import client
from survey_ingest.campaigns import http as campaigns_http
from tests.support.scoring_story import Clock
from tests.support.survey import Survey, ballot, campaign, drafted_survey, group, open_survey, question
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


def run(first: str, last: str, batch: str | None = None) -> dict[str, Any]:
    return {"first": first, "last": last, **({"batch": batch} if batch else {})}


async def test_serials_are_printed_issued_and_accounted_for(survey: Survey) -> None:
    path = f"{survey.path}/issues"
    printed = await survey.manager.post(path, json={"ranges": [run("P-01", "P-20")]})
    assert printed.status_code == 201, printed.text
    issued = await survey.supervisor.post(path, json={"ranges": [run("P-01", "P-10", "tui-1")]})
    assert issued.status_code == 201, issued.text
    marks = [
        {"first": "P-01", "last": "P-08", "status": "returned"},
        {"first": "P-09", "status": "missing", "reason": "Không thu lại được"},
        {"first": "P-10", "status": "spoiled", "reason": "Rách"},
    ]
    marked = await survey.supervisor.post(f"{path}/marks", json={"marks": marks})
    assert (marked.status_code, marked.json()) == (201, {"marked": 10})
    found_again = [{"first": "P-09", "status": "returned"}]
    await survey.supervisor.post(f"{path}/marks", json={"marks": found_again})
    listed = (await survey.clerk.get(path)).json()
    assert listed["ranges"] == [
        {"first": "P-01", "last": "P-20", "ballots": 20, "batch": None},
        {"first": "P-01", "last": "P-10", "ballots": 10, "batch": "tui-1"},
    ]
    assert listed["batches"] == [{"batch": "tui-1", "issued": 10, "returned": 9, "spoiled": 1, "missing": 0}]
    rows = await survey.bench.fetch("SELECT count(*) FROM survey.serial_status WHERE serial = 'P-09'")
    assert rows[0][0] == 2


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        ([run("P-1", "P-10", "tui-1")], [("/ranges/0/first", "range_malformed")]),
        ([run("P", "P", "tui-1"), run("Q-2", "Q-1")], [("/ranges/0/first", "range_malformed"), ("/ranges/1/first", "range_malformed")]),
        ([run("P-01", "P-11", "tui-1")], [("/ranges/0/batch", "range_exceeds_batch")]),
        ([run("P-01", "P-02", "tui-9")], [("/ranges/0/batch", "batch_unknown")]),
        ([run("P-01", "P-02"), run("P-02", "P-03")], [("/ranges/1/first", "range_overlaps")]),
        ([run("P-01", "P-02"), run("P-02", "P-03", "tui-1")], [("/ranges/1/first", "range_not_printed")]),
    ],
)  # fmt: skip
async def test_ranges_that_do_not_fit_are_refused_whole(
    survey: Survey, ranges: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    refused = await survey.manager.post(f"{survey.path}/issues", json={"ranges": ranges})
    assert (refused.status_code, refused.json()["code"]) == (422, "issue_invalid")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == expected
    assert (await survey.manager.get(f"{survey.path}/issues")).json()["ranges"] == []


async def test_two_at_once_never_list_one_number_twice(survey: Survey) -> None:
    path = f"{survey.path}/issues"
    replies = await asyncio.gather(
        *(survey.manager.post(path, json={"ranges": [run("P-01", f"P-{n:02}")]}) for n in range(5, 15))
    )
    assert sorted(reply.status_code for reply in replies) == [201] + [422] * 9
    assert len((await survey.manager.get(path)).json()["ranges"]) == 1


async def test_serials_of_an_office_are_its_own(survey: Survey) -> None:
    path = f"{survey.path}/issues"
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    mine = {"ranges": [run("P-01", "P-02", "tui-1")]}
    assert (await foreign.post(path, json=mine)).json()["code"] == "foreign_office"
    assert (await foreign.post(path, json={"ranges": [run("P-01", "P-02")]})).json()["code"] == "forbidden"
    assert (await survey.clerk.post(path, json=mine)).json()["code"] == "forbidden"
    assert (await survey.supervisor.post(path, json=mine)).status_code == 201
    marks = {"marks": [{"first": "P-01", "status": "returned"}]}
    assert (await foreign.post(f"{path}/marks", json=marks)).json()["code"] == "foreign_office"
    stray = {"marks": [{"first": "P-03", "status": "missing"}]}
    refused = await survey.supervisor.post(f"{path}/marks", json=stray)
    assert (refused.status_code, refused.json()["code"]) == (422, "marks_invalid")
    assert {error["code"] for error in refused.json()["errors"]} == {"reason_missing", "serial_not_issued"}


def content(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Phiếu viên chức",
        "layout": "one_unit",
        "level": "department",
        "groups": [group("vien-chuc", 4, 2)],
        "questions": [question("q1", 3)],
        **changes,
    }


async def test_a_questionnaire_is_drafted_replaced_published_and_frozen(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        await survey.manager.post(f"{survey.path}/units")
        path = f"{survey.path}/questionnaires/vien-chuc"
        stray = await survey.manager.put(path, json=content(), headers={"If-Match": '"x"'})
        assert stray.json()["code"] == "version_stale"
        first = await survey.manager.put(path, json=content())
        assert (first.status_code, first.json()["state"]) == (201, "draft")
        tag = first.headers["etag"]
        assert tag == f'"{first.json()["digest"]}"'
        assert (await survey.manager.put(path, json=content())).status_code == 428
        second = await survey.manager.put(path, json=content(title="Khác"), headers={"If-Match": tag})
        assert second.status_code == 200
        lost = await survey.manager.put(path, json=content(), headers={"If-Match": tag})
        assert lost.status_code == 412
        waiting = await survey.manager.post(f"{survey.path}/open")
        assert (waiting.status_code, waiting.json()["code"]) == (409, "questionnaire_not_published")
        assert "vien-chuc" in waiting.json()["detail"]
        published = await survey.manager.post(f"{path}/publish")
        assert (published.json()["state"], published.headers["etag"]) == ("published", second.headers["etag"])
        for refused in (
            await survey.manager.post(f"{path}/publish"),
            await survey.manager.put(path, json=content(), headers={"If-Match": second.headers["etag"]}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (409, "questionnaire_published")
        assert (await survey.manager.post(f"{survey.path}/open")).status_code == 200
        late = await survey.manager.put(f"{survey.path}/questionnaires/moi", json=content())
        assert late.json()["code"] == "campaign_not_draft"
        seen = await survey.clerk.get(path)
        assert seen.headers["etag"] == second.headers["etag"]
        again = await survey.clerk.get(path, headers={"If-None-Match": seen.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        listed = (await survey.manager.get(survey.path)).json()["questionnaires"]
        assert {item["state"] for item in listed} == {"published"}


async def test_a_draft_may_be_taken_out_and_an_empty_campaign_does_not_open(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drafted_survey(bench, monkeypatch, {**campaign(), "questionnaires": []}) as survey:
        await survey.manager.post(f"{survey.path}/units")
        empty = await survey.manager.post(f"{survey.path}/open")
        assert (empty.status_code, empty.json()["code"]) == (409, "campaign_without_questionnaires")
        path = f"{survey.path}/questionnaires/vien-chuc"
        tag = (await survey.manager.put(path, json=content())).headers["etag"]
        assert (await survey.manager.delete(path)).status_code == 428
        assert (await survey.manager.delete(path, headers={"If-Match": tag})).status_code == 204
        assert (await survey.manager.get(path)).json()["code"] == "questionnaire_unknown"


async def test_a_published_form_that_does_not_fit_the_units_is_no_dead_end(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        await survey.manager.post(f"{survey.path}/units")
        path = f"{survey.path}/questionnaires/lech"
        await survey.manager.put(path, json=content(groups=[group("nguoi-dan", 7, 2)]))
        tag = (await survey.manager.post(f"{path}/publish")).headers["etag"]
        stuck = await survey.manager.post(f"{survey.path}/open")
        assert (stuck.status_code, stuck.json()["code"]) == (409, "plan_does_not_fit")
        assert (await survey.manager.delete(path, headers={"If-Match": '"la"'})).status_code == 412
        assert (await survey.manager.delete(path, headers={"If-Match": tag})).status_code == 204
        assert (await survey.manager.post(f"{survey.path}/open")).status_code == 200
        kept = f"{survey.path}/questionnaires/sipas"
        tag = (await survey.manager.get(kept)).headers["etag"]
        late = await survey.manager.delete(kept, headers={"If-Match": tag})
        assert (late.status_code, late.json()["code"]) == (409, "campaign_not_draft")


async def test_the_window_and_the_questionnaires_are_judged_together(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        wrong = {**campaign("dot-2"), "closes_at": "2022-01-01T00:00:00+07:00"}
        alone = await survey.manager.post("/api/v1/campaigns", json=wrong)
        assert (alone.status_code, alone.json()["code"]) == (422, "campaign_window")
        wrong["questionnaires"][0]["groups"] = []
        both = await survey.manager.post("/api/v1/campaigns", json=wrong)
        assert (both.status_code, both.json()["code"]) == (422, "questionnaire_invalid")
        pointers = [fault["pointer"] for fault in both.json()["errors"]]
        assert pointers == ["/closes_at", "/questionnaires/0/groups"]
        assert "Có 2 lỗi" in both.json()["detail"]


async def test_the_units_of_a_period_that_is_not_there_are_not_asked_for_again(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = client.fetch_internal
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        monkeypatch.setattr(campaigns_http, "fetch_internal", real)

        async def answer(*_: object, **_named: object) -> httpx.Response:
            return httpx.Response(404, request=httpx.Request("GET", "http://scoring/internal"))

        monkeypatch.setattr(client.httpx.AsyncClient, "get", answer)
        scoring = await survey.manager.post(f"{survey.path}/units")
        assert (scoring.status_code, scoring.json()["code"]) == (404, "period_unknown")
        assert "2022" in scoring.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"level": "hamlet"}, [("/level", "level_unknown")]),
        ({"questions": [question("q1", 1), question("q1", 2)]}, [("/questions/1/code", "code_repeated"), ("/questions/0/options", "option_count")]),
        ({"questions": [{**question("q1", 16), "kind": "multiple"}]}, [("/questions/0/options", "option_count")]),
        ({"groups": []}, [("/groups", "group_missing")]),
    ],
)  # fmt: skip
async def test_every_fault_of_a_questionnaire_is_pointed_at(
    bench: Workbench,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        refused = await survey.manager.put(f"{survey.path}/questionnaires/moi", json=content(**changes))
        assert (refused.status_code, refused.json()["code"]) == (422, "questionnaire_invalid")
        assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == expected


async def test_the_form_tells_a_client_all_it_keys_by(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale = {"least": 0, "most": 10, "least_text": "kém", "most_text": "tốt"}
    asked = [
        {"code": "c1", "text": "Chấm điểm", "kind": "scale", "scale": scale},
        {**question("c2", 3), "kind": "multiple"},
        {"code": "c3", "text": "Ý kiến", "kind": "comment"},
    ]
    definition = campaign()
    definition["questionnaires"][1]["questions"] = asked
    async with drafted_survey(bench, monkeypatch, definition) as survey:
        path = f"{survey.path}/questionnaires/to-chuc/form"
        assert (await survey.clerk.get(path)).json()["code"] == "campaign_without_units"
        await survey.manager.post(f"{survey.path}/units")
        found = await survey.clerk.get(path)
        form = found.json()
        assert (form["answers"], [unit["code"] for unit in form["units"]]) == (4, ["so-noi-vu", "so-y-te"])
        assert [(q["code"], q["highest"], q["use"]) for q in form["questions"]] == [
            ("c1", 11, "index"),
            ("c2", 7, "share"),
        ]
        assert form["questions"][0]["options"][0] == {"answer": 1, "code": "0", "text": "0 (kém)"}
        assert [option["answer"] for option in form["questions"][1]["options"]] == [1, 2, 4]
        assert form["comments"] == [{"code": "c3", "text": "Ý kiến"}]
        again = await survey.clerk.get(path, headers={"If-None-Match": found.headers["etag"]})
        assert again.status_code == 304


async def test_a_code_that_stands_in_an_address_is_refused(survey: Survey) -> None:
    refused = await survey.manager.post("/api/v1/campaigns", json=campaign("findings"))
    assert [error["code"] for error in refused.json()["errors"]] == ["code_reserved"]


async def test_the_fill_is_live_and_warns_near_the_end(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    clock.set("2022-12-02T00:00:00+07:00")
    window = {"opens_at": "2022-12-01T00:00:00+07:00", "closes_at": "2022-12-11T00:00:00+07:00"}
    async with open_survey(bench, monkeypatch, {**campaign(), **window}) as survey:
        for number in range(4):
            await survey.enter(ballot(f"A{number}"))
        path = f"{survey.path}/fill"
        found = (await survey.clerk.get(path)).json()
        groups = {item["group"]: item for item in found["groups"]}
        assert (groups["nguoi-dan"]["percent"], groups["nguoi-dan"]["missing"]) == ("50.00", 3)
        assert [(item["unit"], item["percent"]) for item in found["quotas"]][:2] == [
            ("so-noi-vu", "100.00"),
            ("so-y-te", "0.00"),
        ]
        assert not any(item["behind"] for item in [*found["groups"], *found["quotas"]])
        clock.set("2022-12-09T00:00:00+07:00")
        behind = [item["unit"] for item in (await survey.clerk.get(path)).json()["quotas"] if item["behind"]]
        assert behind == ["so-y-te", "", ""]


async def test_a_survey_is_extended_with_its_reason_and_never_cut_short(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    definition = campaign()
    definition["closes_at"] = "2023-02-01T00:00:00+07:00"
    clock.set("2023-01-31T23:59:59+07:00")
    async with open_survey(bench, monkeypatch, definition) as survey, bench.api("survey") as second:
        other = second.as_role(Role.ENTRY_CLERK, offices=["bd-1"])
        assert (await survey.enter(ballot("A1", collected_at="2023-01-31"))).status_code == 201
        first = await other.post(f"{survey.path}/ballots", json=ballot("A2", collected_at="2023-01-31"))
        assert first.status_code == 201, "both processes know the campaign by now"
        clock.set("2023-02-01T00:00:00+07:00")
        assert (await survey.enter(ballot("A3"))).json()["code"] == "campaign_window_closed"
        path = f"{survey.path}/extensions"
        for body in (
            {"closes_at": "2023-02-01T00:00:00+07:00", "reason": "Mưa lũ"},
            {"closes_at": "2023-01-15T00:00:00+07:00", "reason": "Mưa lũ"},
        ):
            refused = await survey.manager.post(path, json=body)
            assert (refused.status_code, refused.json()["code"]) == (422, "campaign_window")
        later = {"closes_at": "2023-02-08T00:00:00+07:00", "reason": " "}
        assert (await survey.manager.post(path, json=later)).json()["code"] == "invalid_request"
        assert (await survey.supervisor.post(path, json={**later, "reason": "x"})).status_code == 403
        granted = {**later, "reason": "Bưu cục Ninh Giang chưa thu đủ phiếu do mưa lũ"}
        assert (await survey.manager.post(path, json=granted)).status_code == 201
        assert (await survey.enter(ballot("A3"))).status_code == 201
        clock.set("2023-02-05T08:00:00+07:00")
        late = await other.post(
            f"{survey.path}/ballots", json=ballot("T1", unit="so-y-te", collected_at="2023-02-04")
        )
        assert late.status_code == 201, late.text
        told = (await survey.manager.get(survey.path)).json()
        assert told["closes_at"] == "2023-02-07T17:00:00Z"
        assert [item["reason"] for item in told["extensions"]] == [granted["reason"]]
        clock.set("2023-02-08T00:00:00+07:00")
        assert (await survey.enter(ballot("T2"))).json()["code"] == "campaign_window_closed"


async def test_a_draft_and_a_sealed_campaign_are_not_extended(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"closes_at": "2199-01-01T00:00:00+07:00", "reason": "Mưa lũ"}
    async with drafted_survey(bench, monkeypatch, campaign()) as survey:
        refused = await survey.manager.post(f"{survey.path}/extensions", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "campaign_not_open")
