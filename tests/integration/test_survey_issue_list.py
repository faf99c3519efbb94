"""Serial numbers over the real API: what was written off comes back with a word, a mistake is withdrawn."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench

FOUND = {"W006": "Người dân đem phiếu đến sau"}


def run(first: str, last: str, batch: str | None = None) -> dict[str, Any]:
    return {"first": first, "last": last, **({"batch": batch} if batch else {})}


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    """P-01 to P-20 are printed, P-01 to P-05 issued to the first bag; strange serials want a word."""
    async with open_survey(bench, monkeypatch, {**campaign(), "explained_warnings": ["W001"]}) as found:
        assert (await issue(found, run("P-01", "P-20"))).status_code == 201
        assert (await issue(found, run("P-01", "P-05", "tui-1"))).status_code == 201
        yield found


async def issue(survey: Survey, *ranges: dict[str, Any]) -> httpx.Response:
    return await survey.manager.post(f"{survey.path}/issues", json={"ranges": ranges})


async def mark(survey: Survey, first: str, status: str, last: str | None = None) -> httpx.Response:
    marks = [{"first": first, "last": last or first, "status": status, "reason": "Theo sổ của bưu cục"}]
    return await survey.supervisor.post(f"{survey.path}/issues/marks", json={"marks": marks})


async def withdraw(survey: Survey, *ranges: dict[str, Any]) -> httpx.Response:
    body = {"ranges": ranges, "reason": "Ghi nhầm túi"}
    return await survey.manager.post(f"{survey.path}/issues/withdrawals", json=body)


def findings(reply: httpx.Response) -> list[str]:
    return [error["finding"] for error in reply.json()["errors"]]


def faults(reply: httpx.Response) -> list[tuple[str, str]]:
    assert reply.status_code == 422, reply.text
    return [(error["pointer"], error["code"]) for error in reply.json()["errors"]]


@pytest.mark.parametrize("status", ["spoiled", "missing"])
async def test_a_ballot_that_was_written_off_comes_back_with_an_explanation(
    survey: Survey, status: str
) -> None:
    assert (await survey.enter(ballot("P-02"))).status_code == 201
    assert (await mark(survey, "P-01", status)).status_code == 201
    entered = ballot("P-01")
    refused = await survey.enter(entered)
    assert (refused.status_code, refused.json()["code"]) == (422, "ballot_needs_explanation")
    assert findings(refused) == ["W006"]
    assert (await survey.enter({**entered, "explanations": FOUND})).status_code == 201
    assert (await survey.enter(entered)).status_code == 200
    listed = (await survey.supervisor.get(f"{survey.path}/issues/marks")).json()["marks"]
    assert [(m["serial"], m["status"], m["reason"]) for m in listed] == [
        ("P-01", "returned", FOUND["W006"]),
    ]
    counted = (await survey.manager.get(f"{survey.path}/issues")).json()["batches"]
    assert counted == [{"batch": "tui-1", "issued": 5, "returned": 1, "spoiled": 0, "missing": 0}]


async def test_the_other_warnings_of_a_written_off_ballot_are_named_with_it(survey: Survey) -> None:
    await survey.issue("tui-3")
    await mark(survey, "P-01", "missing")
    refused = await survey.enter(ballot("P-01", batch="tui-3"))
    assert findings(refused) == ["W001", "W006"]


async def test_a_keyed_ballot_is_not_written_off(survey: Survey) -> None:
    await survey.enter(ballot("P-02"))
    refused = await mark(survey, "P-01", "missing", "P-03")
    assert faults(refused) == [("/marks/0/first", "serial_entered")]
    assert (await mark(survey, "P-01", "returned", "P-03")).status_code == 201
    assert (await mark(survey, "P-01", "spoiled")).status_code == 201


async def test_a_mark_and_a_ballot_at_once_never_pass_each_other(survey: Survey) -> None:
    for number in range(1, 6):
        serial = f"P-{number:02}"
        marked, entered = await asyncio.gather(
            mark(survey, serial, "missing"), survey.enter(ballot(serial, unit="so-y-te"))
        )
        assert {marked.status_code, entered.status_code} == {201, 422}, (marked.text, entered.text)


async def test_marks_are_read_page_by_page(survey: Survey) -> None:
    await mark(survey, "P-01", "missing", "P-03")
    await mark(survey, "P-02", "returned")
    path = f"{survey.path}/issues/marks"
    missing = (await survey.manager.get(path, params={"status": "missing"})).json()["marks"]
    assert [item["serial"] for item in missing] == ["P-01", "P-03"]
    first = (await survey.manager.get(path, params={"limit": 2, "batch": "tui-1"})).json()["marks"]
    rest = (await survey.manager.get(path, params={"after": first[-1]["serial"]})).json()["marks"]
    assert [(item["serial"], item["status"]) for item in (*first, *rest)] == [
        ("P-01", "missing"),
        ("P-02", "returned"),
        ("P-03", "missing"),
    ]


async def test_a_serial_that_was_never_printed_is_a_fault(survey: Survey) -> None:
    unprinted = await survey.enter(ballot("P-21"))
    assert (unprinted.json()["code"], findings(unprinted)) == ("ballot_invalid", ["F013"])
    assert findings(await survey.enter(ballot("P-06"))) == ["W001"]
    assert findings(await survey.enter(ballot("Q-01"))) == ["W001"]
    await issue(survey, run("P-21", "P-30"))
    assert findings(await survey.enter(ballot("P-21"))) == ["W001"]


async def test_a_range_listed_by_mistake_is_withdrawn_and_may_be_listed_again(survey: Survey) -> None:
    await survey.issue("tui-3")
    gone = await withdraw(survey, run("P-01", "P-05", "tui-1"))
    assert gone.status_code == 201, gone.text
    listed = gone.json()
    assert [item["batch"] for item in listed["ranges"]] == [None]
    [withdrawn] = listed["withdrawn"]
    assert (withdrawn["first"], withdrawn["batch"], withdrawn["reason"]) == ("P-01", "tui-1", "Ghi nhầm túi")
    assert withdrawn["withdrawn_by"] == "kiem-thu-survey_manager"
    assert listed["batches"] == []
    assert findings(await survey.enter(ballot("P-01"))) == ["W001"]
    assert (await issue(survey, run("P-01", "P-05", "tui-3"))).status_code == 201
    assert (await survey.enter(ballot("P-01", batch="tui-3"))).status_code == 201
    assert (await issue(survey, run("P-06", "P-15", "tui-1"))).status_code == 201


async def test_every_process_learns_of_a_withdrawal(
    survey: Survey, bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = {**campaign("dot-2"), "issued_serials_only": True}
    async with bench.api("survey") as other, open_survey(bench, monkeypatch, strict) as second:
        await issue(second, run("P-01", "P-05", "tui-1"))
        clerk = other.as_role(Role.ENTRY_CLERK)
        for watched in (survey, second):
            path = f"{watched.path}/ballots"
            blank = ballot("P-01", answers=[9, 9])
            assert (await clerk.post(path, json=blank)).status_code == 422  # the ranges are known from now on
            assert (await withdraw(watched, run("P-01", "P-05", "tui-1"))).status_code == 201
        warned = await clerk.post(f"{survey.path}/ballots", json=ballot("P-01"))
        assert (warned.json()["code"], findings(warned)) == ("ballot_needs_explanation", ["W001"])
        refused = await clerk.post(f"{second.path}/ballots", json=ballot("P-01"))
        assert (refused.json()["code"], findings(refused)) == ("ballot_invalid", ["F008"])


async def test_what_is_used_or_unknown_is_not_withdrawn(survey: Survey) -> None:
    await survey.issue("tui-3")
    await issue(survey, run("P-06", "P-07", "tui-3"))
    await survey.enter(ballot("P-03"))
    await mark(survey, "P-07", "missing")
    refused = await withdraw(
        survey,
        run("P-01", "P-05", "tui-1"),
        run("P-06", "P-07", "tui-3"),
        run("P-01", "P-04", "tui-1"),
        run("P-01", "P-20"),
        run("P", "P"),
    )
    assert faults(refused) == [("/ranges/4/first", "range_malformed")]
    refused = await withdraw(
        survey,
        run("P-01", "P-05", "tui-1"),
        run("P-06", "P-07", "tui-3"),
        run("P-01", "P-04", "tui-1"),
        run("P-01", "P-20"),
    )
    assert faults(refused) == [
        ("/ranges/0/first", "range_used"),
        ("/ranges/1/first", "range_used"),
        ("/ranges/2/first", "range_unknown"),
    ]
    assert faults(await withdraw(survey, run("P-01", "P-20"))) == [("/ranges/0/first", "range_issued")]
    assert (await survey.manager.get(f"{survey.path}/issues")).json()["withdrawn"] == []


async def test_a_print_run_goes_with_what_was_issued_of_it(survey: Survey) -> None:
    both = (run("P-01", "P-20"), run("P-01", "P-05", "tui-1"))
    assert faults(await withdraw(survey, both[0], both[0], both[1])) == [("/ranges/1/first", "range_unknown")]
    assert (await withdraw(survey, *both)).status_code == 201
    assert (await survey.manager.get(f"{survey.path}/issues")).json()["ranges"] == []


async def test_who_may_withdraw_and_when(survey: Survey) -> None:
    path, mine = f"{survey.path}/issues/withdrawals", run("P-01", "P-05", "tui-1")
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    body = {"ranges": [mine], "reason": "Nhầm"}
    assert (await foreign.post(path, json=body)).json()["code"] == "foreign_office"
    printed = {"ranges": [run("P-01", "P-20")], "reason": "Nhầm"}
    assert (await survey.supervisor.post(path, json=printed)).json()["code"] == "forbidden"
    assert (await survey.clerk.post(path, json=body)).json()["code"] == "forbidden"
    assert (await survey.supervisor.post(path, json={**body, "reason": " "})).status_code == 422
    assert (await survey.seal("tui-1", 0, missing=10)).status_code == 422  # the list says otherwise
    sealed = await survey.seal(
        "tui-1",
        0,
        missing=10,
        explanations={"serials_issued_differ": "x", "serials_missing_differ": "x"},
    )
    assert sealed.is_success, sealed.text
    assert faults(await withdraw(survey, mine)) == [("/ranges/0/batch", "batch_sealed")]
