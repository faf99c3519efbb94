"""Places of a quota over the real API: nobody passes the last one unseen, a held ballot is found and let in."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench

OVER = {"W005": "Thu thừa một phiếu"}
BECAUSE = {"reason": "Theo biên bản kiểm phiếu"}


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    """Three places a unit; a ballot beyond them wants an explanation."""
    definition = {**campaign(), "explained_warnings": ["W005"]}
    async with open_survey(bench, monkeypatch, definition) as found:
        yield found


async def bulk(survey: Survey, *items: dict[str, Any]) -> list[dict[str, Any]]:
    reply = await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": items})
    assert reply.status_code == 200, reply.text
    results: list[dict[str, Any]] = reply.json()["results"]
    return results


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [item["receipt"]["status"] if "receipt" in item else item["code"] for item in results]


async def fill(survey: Survey, unit: str = "so-noi-vu") -> tuple[int, int]:
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    return next((item["taken"], item["surplus"]) for item in quotas if item["unit"] == unit)


async def test_places_that_run_out_within_one_post_are_seen(survey: Survey) -> None:
    items = [ballot(f"A{n}") for n in range(5)]
    items[4]["explanations"] = OVER
    results = await bulk(survey, *items, ballot("B0", unit="so-y-te"))
    refused = "ballot_needs_explanation"
    assert outcomes(results) == ["valid", "valid", "valid", refused, "held", "valid"]
    assert [error["finding"] for error in results[3]["errors"]] == ["W005"]
    stored = (await survey.supervisor.get(f"{survey.path}/ballots/{items[4]['id']}")).json()
    assert [item["warning"] for item in stored["explanations"]] == ["W005"]


async def test_repeated_and_refused_ballots_take_no_place_of_their_neighbours(survey: Survey) -> None:
    known, twin = ballot("A0"), ballot("A1")
    assert outcomes(await bulk(survey, known)) == ["valid"]
    blank = ballot("A9", answers=[0, 0])
    results = await bulk(survey, known, known, blank, twin, twin, ballot("A0"), ballot("A2"), ballot("A3"))
    assert outcomes(results) == [
        "valid",
        "valid",
        "invalid",
        "valid",
        "valid",
        "serial_taken",
        "valid",
        "ballot_needs_explanation",
    ]
    assert await fill(survey) == (3, 0)


async def test_an_explanation_that_was_not_needed_is_not_kept(survey: Survey) -> None:
    assert outcomes(await bulk(survey, ballot("A0", explanations=OVER))) == ["valid"]
    assert await survey.bench.fetch("SELECT FROM survey.ballot_warning") == []


async def test_two_processes_at_the_last_places_hold_nothing_in_silence(
    survey: Survey, bench: Workbench
) -> None:
    async with bench.api("survey") as other:
        path = f"{survey.path}/ballots"
        clients = (survey.clerk, other.as_role(Role.ENTRY_CLERK))
        replies = await asyncio.gather(
            *(clients[n % 2].post(path, json=ballot(f"A{n}")) for n in range(60)),
        )
    assert Counter(reply.status_code for reply in replies) == {201: 3, 422: 57}
    rows = await bench.fetch("SELECT status, count(*) FROM survey.ballot GROUP BY 1")
    assert [tuple(row) for row in rows] == [("valid", 3)]


async def held_ballot(survey: Survey) -> dict[str, Any]:
    """The fourth ballot of a quota of three."""
    entered = ballot("A3", explanations=OVER)
    results = await bulk(survey, *(ballot(f"A{n}") for n in range(3)), entered)
    assert outcomes(results) == ["valid", "valid", "valid", "held"]
    return entered


async def promote(survey: Survey, entered: dict[str, Any]) -> httpx.Response:
    path = f"{survey.path}/ballots/{entered['id']}/promotion"
    return await survey.supervisor.post(path, json=BECAUSE)


async def test_a_promoted_ballot_keeps_the_receipt_it_was_given(survey: Survey) -> None:
    entered = await held_ballot(survey)
    before = (await survey.enter(entered)).json()
    assert (await promote(survey, entered)).json()["status"] == "valid"
    after = await survey.enter(entered)
    assert after.status_code == 200
    assert {**after.json(), "server_time": ""} == {**before, "server_time": ""}
    rows = await survey.bench.fetch("SELECT status, cause, explanation FROM survey.ballot_revision")
    assert [tuple(row) for row in rows] == [("held", "promotion", BECAUSE["reason"])]


async def test_a_promoted_ballot_takes_a_place_that_became_free(survey: Survey) -> None:
    entered = await held_ballot(survey)
    await survey.bench.fetch("UPDATE survey.ballot SET status = 'invalid', reason = 'x' WHERE serial = 'A0'")
    await survey.bench.fetch("UPDATE survey.quota SET taken = 2 WHERE unit = 'so-noi-vu'")
    assert (await promote(survey, entered)).status_code == 200
    assert await fill(survey) == (3, 0)


async def test_two_promotions_of_one_ballot_count_once(survey: Survey) -> None:
    entered = await held_ballot(survey)
    replies = await asyncio.gather(*(promote(survey, entered) for _ in range(5)))
    assert Counter(reply.status_code for reply in replies) == {200: 1, 409: 4}
    refused = [reply.json()["detail"] for reply in replies if reply.status_code == 409]
    assert all("«hợp lệ»" in detail for detail in refused), refused
    assert await fill(survey) == (3, 1)


async def test_a_supervisor_finds_the_held_ballots_of_the_own_office(survey: Survey) -> None:
    entered = await held_ballot(survey)
    path = f"{survey.path}/ballots"
    found = await survey.supervisor.get(path, params={"status": "held"})
    assert found.status_code == 200, found.text
    [item] = found.json()["ballots"]
    assert (item["id"], item["serial"], item["status"], item["unit"]) == (
        entered["id"],
        "A3",
        "held",
        "so-noi-vu",
    )
    assert "answers" not in item
    first = (await survey.supervisor.get(path, params={"limit": 2})).json()["ballots"]
    rest = (await survey.supervisor.get(path, params={"after": first[-1]["serial"]})).json()["ballots"]
    assert [item["serial"] for item in (*first, *rest)] == ["A0", "A1", "A2", "A3"]
    elsewhere = (await survey.supervisor.get(path, params={"batch": "tui-2"})).json()
    assert elsewhere == {"ballots": []}
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await foreign.get(path)).json() == {"ballots": []}
    assert (await survey.clerk.get(path)).json()["code"] == "forbidden"
