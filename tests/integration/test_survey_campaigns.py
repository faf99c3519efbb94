"""Planning a survey over the real API: serials, questionnaires, fill, the window's end."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.support.survey import Survey, open_survey
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
