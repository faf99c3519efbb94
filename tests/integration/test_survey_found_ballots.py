"""Ballots that turn up, or turn out to be void, after the seal: two persons, and everything made anew."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord
from tests.support.custody import WHOLE, ask, decide, hand_over, key_and_seal, tally, verified
from tests.support.survey import Survey, ballot, open_survey
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


def found_ballot(serial: str, **changes: Any) -> dict[str, Any]:
    """As the office keys it into the request for a correction."""
    keyed = ballot(serial, unit="so-y-te", **changes)
    return {name: keyed[name] for name in ("id", "serial", "group", "unit", "answers")}


async def cells(survey: Survey) -> dict[tuple[str, str], tuple[int, int]]:
    """(unit, question) → answers and blanks of the citizens, by the latest tally."""
    told = (await survey.manager.get(f"{survey.path}/tally")).json()["cells"]
    return {
        (c["unit"], c["question"]): (c["total"], c["blank"]) for c in told if c["questionnaire"] == "sipas"
    }


async def test_a_found_ballot_makes_seal_tally_and_hand_over_anew(survey: Survey, bench: Workbench) -> None:
    await key_and_seal(survey)
    await tally(survey)
    first = await hand_over(survey)
    late = found_ballot("F1", answers=[4, 0])
    asked = await ask(survey, added=[late])
    assert (await survey.enter({**ballot("F1"), **late})).json()["code"] == "campaign_not_open"
    assert not await bench.fetch("SELECT 1 FROM survey.ballot WHERE serial = 'F1'"), "nothing changes yet"
    assert (await decide(survey, asked)).json()["state"] == "applied"
    row = (await bench.fetch("SELECT status, entry_mode, clerk FROM survey.ballot WHERE serial = 'F1'"))[0]
    assert tuple(row) == ("valid", "found", "kiem-thu-entry_supervisor")
    assert await cells(survey) == {
        ("so-noi-vu", "q1"): (3, 0),
        ("so-noi-vu", "q2"): (1, 1),
        ("so-y-te", "q1"): (1, 0),
        ("so-y-te", "q2"): (0, 1),
    }
    facts = (await survey.manager.get(f"{survey.path}/seals")).json()[-1]["facts"]
    assert facts["revised"] == [[late["id"], 0]]
    assert (facts["returned"], facts["missing"], facts["valid"]) == (6, 1, 4)
    assert (await survey.manager.get(f"{survey.path}/reconciliation")).json()["closes"]
    digest = await hand_over(survey)
    service = survey.api.client(bench.key("report").service_token())
    minutes = load_snapshot(
        HandoverRecord, (await service.get(f"/internal/handovers/{digest}")).content, digest
    )
    assert (minutes.supersedes, minutes.tally_revision) == (first, 2)
    assert [(bag.batch, bag.ballots) for bag in minutes.batches] == [("tui-2", 3), ("tui-1", 6)]
    assert await verified(survey) == WHOLE
    again = await ask(survey, ballots=[{"ballot": late["id"], "answers": [5, 5]}])
    assert (await decide(survey, again)).json()["state"] == "applied"
    assert await verified(survey) == WHOLE, "the seals before know nothing of the ballot or of its change"


async def test_places_of_found_ballots_are_those_of_any_other(survey: Survey, bench: Workbench) -> None:
    await key_and_seal(survey)
    full = {"unit": "so-noi-vu"}
    asked = await ask(
        survey,
        added=[
            found_ballot("F1") | full,
            found_ballot("F2") | full | {"beyond_quota": True},
            found_ballot("F3", answers=[0, 0]),
        ],
        counts={"returned": 8, "spoiled": 2, "missing": 0},
    )
    assert (await decide(survey, asked)).json()["state"] == "applied"
    rows = await bench.fetch("SELECT serial, status FROM survey.ballot WHERE serial LIKE 'F%' ORDER BY 1")
    assert [tuple(row) for row in rows] == [("F1", "held"), ("F2", "valid"), ("F3", "invalid")]
    filled = await bench.fetch(
        "SELECT taken, surplus FROM survey.quota WHERE questionnaire = 'sipas' ORDER BY position"
    )
    assert [tuple(row) for row in filled] == [(3, 1), (0, 0)]
    assert (await tally(survey))["revision"] == 1
    assert await verified(survey) == WHOLE


async def test_a_ballot_found_void_after_the_seal_is_struck_out(survey: Survey, bench: Workbench) -> None:
    ids = await key_and_seal(survey)
    await tally(survey)
    struck = [{"ballot": ids["A3"], "invalid_reason": "withdrawn"}]
    assert (await decide(survey, await ask(survey, ballots=struck))).json()["state"] == "applied"
    row = (await bench.fetch("SELECT status, reason FROM survey.ballot WHERE serial = 'A3'"))[0]
    assert tuple(row) == ("invalid", "withdrawn")
    assert (await cells(survey))["so-noi-vu", "q1"] == (2, 0)
    facts = (await survey.manager.get(f"{survey.path}/seals")).json()[-1]["facts"]
    assert (facts["returned"], facts["valid"], facts["invalid"]) == (5, 2, 2), "the paper is still in the bag"
    assert await verified(survey) == WHOLE


async def test_every_fault_of_a_found_ballot_is_named(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    twin = found_ballot("F1")
    asked = await ask(
        survey,
        added=[
            twin,
            twin,
            found_ballot("A1") | {"id": ids["A2"]},
            found_ballot("F2", answers=[9]) | {"unit": "so-la", "group": "la"},
        ],
    )
    assert asked.json()["code"] == "correction_invalid"
    assert [(e["pointer"], e["code"]) for e in asked.json()["errors"]] == [
        ("/added/1/id", "ballot_known"),
        ("/added/1/serial", "serial_taken"),
        ("/added/2/id", "ballot_known"),
        ("/added/2/serial", "serial_taken"),
        ("/added/3/group", "group_unknown"),
        ("/added/3/unit", "unit_unknown"),
        ("/added/3/answers", "answer_count"),
    ]


async def test_two_corrections_at_once_leave_one_whole_ledger(survey: Survey, bench: Workbench) -> None:
    """The same ballot found twice, and the same request decided by many: one effect, one line each."""
    await key_and_seal(survey)
    await tally(survey)
    late = found_ballot("F1")
    twins = [await ask(survey, added=[late]) for _ in range(2)]
    other = await ask(survey, bag_seals=["NP-tui-1", "NP-1b"])
    decided = await asyncio.gather(*(decide(survey, asked) for asked in (*twins, other, other, *twins)))
    codes = [reply.json().get("code", reply.json().get("state")) for reply in decided]
    assert sorted(codes) == [
        "applied",
        "applied",
        "correction_decided",
        "correction_decided",
        "correction_stale",
        "correction_stale",
    ]
    assert len(await bench.fetch("SELECT 1 FROM survey.ballot WHERE serial = 'F1'")) == 1
    ledger = (await survey.manager.get(f"{survey.path}/seals")).json()
    assert [entry["facts"]["revision"] for entry in ledger] == [1, 1, 2, 3]
    assert await verified(survey) == WHOLE


async def test_a_correction_after_the_period_is_final_waits_for_the_next_edition(
    survey: Survey, bench: Workbench
) -> None:
    ids = await key_and_seal(survey)
    await tally(survey)
    await hand_over(survey)
    await bench.fetch("UPDATE survey.campaign SET state = 'closed'")
    asked = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}])
    assert (await decide(survey, asked)).json()["state"] == "applied"
    assert (await survey.manager.get(survey.path)).json()["state"] == "sealed"
    topics = await bench.fetch("SELECT payload->>'revision' FROM bus.event WHERE topic = 'tally.sealed.v1'")
    assert sorted(row[0] for row in topics) == ["1", "2"]
    await hand_over(survey)
    assert (await survey.manager.get(survey.path)).json()["state"] == "handed_over"
    assert await verified(survey) == WHOLE


async def test_an_office_sees_no_answers_of_another(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}])
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await foreign.get(f"{survey.path}/corrections")).json() == []
    assert len((await survey.supervisor.get(f"{survey.path}/corrections")).json()) == 1
    assert len((await survey.manager.get(f"{survey.path}/corrections")).json()) == 1
