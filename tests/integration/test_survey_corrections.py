"""Corrections after the seal: two persons, former states kept, everything after it made anew and verified."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from parindex.contracts.loading import load_snapshot
from parindex.contracts.snapshots import HandoverRecord
from tests.support.custody import (
    WHOLE,
    ask,
    decide,
    hand_over,
    key_and_seal,
    receive,
    tally,
    verified,
)
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch) as found:
        yield found


async def correct_one(survey: Survey, ids: dict[str, str]) -> None:
    """A2's second answer was there on paper: 0 becomes 3."""
    asked = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}])
    decided = await decide(survey, asked)
    assert (decided.status_code, decided.json()["state"]) == (200, "applied"), decided.text


async def test_a_correction_makes_seal_tally_and_hand_over_anew(survey: Survey, bench: Workbench) -> None:
    ids = await key_and_seal(survey)
    first = await tally(survey)
    minutes_one = await hand_over(survey)
    await correct_one(survey, ids)
    kept = await bench.fetch(
        "SELECT revision, answers, status, cause, revised_by FROM survey.ballot_revision"
    )
    assert [tuple(row) for row in kept] == [(1, [5, 0], "valid", "correction", "kiem-thu-survey_manager")]
    ledger = (await survey.manager.get(f"{survey.path}/seals")).json()
    again = ledger[-1]["facts"]
    assert (len(ledger), again["revision"], again["replaces"]) == (3, 2, ledger[0]["entry"])
    assert again["revised"] == [[ids["A2"], 1]]
    assert (again["returned"], again["spoiled"], again["missing"]) == (5, 3, 2)
    revisions = (await survey.manager.get(f"{survey.path}/tallies")).json()
    assert [item["revision"] for item in revisions] == [2, 1]
    assert revisions[1]["digest"] == first["digest"]
    events = await bench.fetch(
        "SELECT payload->>'revision' FROM bus.event WHERE topic = 'tally.sealed.v1' ORDER BY occurred_at"
    )
    assert [row[0] for row in events] == ["1", "2"]
    changes = (await survey.manager.get(f"{survey.path}/tallies/2/changes?since=1")).json()["cells"]
    assert [(cell["unit"], cell["question"]) for cell in changes] == [("so-noi-vu", "q2")]
    assert (changes[0]["before"]["blank"], changes[0]["after"]["blank"]) == (1, 0)
    assert (changes[0]["before"]["option:3"], changes[0]["after"]["option:3"]) == (0, 1)
    assert (await survey.manager.get(survey.path)).json()["state"] == "sealed"
    assert await verified(survey) == WHOLE
    minutes_two = await hand_over(survey)
    service = survey.api.client(bench.key("report").service_token())
    content = (await service.get(f"/internal/handovers/{minutes_two}")).content
    minutes = load_snapshot(HandoverRecord, content, minutes_two)
    assert (minutes.revision, minutes.supersedes, minutes.tally_revision) == (2, minutes_one, 2)
    assert [part.batches for part in minutes.parts] == [("tui-1", "tui-2"), ("tui-1",)]
    assert "thay thế biên bản lần 1" in minutes.note
    assert [bag.entry for bag in minutes.batches] == [ledger[1]["entry"], ledger[2]["entry"]]
    assert await verified(survey) == WHOLE
    assert (await survey.manager.get(survey.path)).json()["state"] == "handed_over"


async def test_one_side_asks_and_the_other_decides_once(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    change = [{"ballot": ids["A2"], "answers": [5, 3]}]
    asked = await ask(survey, ballots=change)
    colleague = survey.api.as_role(Role.ENTRY_SUPERVISOR, "giam-sat-khac", offices=["bd-1"])
    assert (await decide(survey, asked, colleague)).json()["code"] == "correction_own"
    refused = await decide(survey, asked, approved=False)
    assert refused.json()["state"] == "refused"
    assert (await decide(survey, asked)).json()["code"] == "correction_decided"
    by_manager = await ask(survey, survey.manager, ballots=change)
    assert (await decide(survey, by_manager)).json()["code"] == "correction_own"
    foreign = survey.api.as_role(Role.ENTRY_SUPERVISOR, offices=["bd-2"])
    assert (await decide(survey, by_manager, foreign)).json()["code"] == "foreign_office"
    assert (await ask(survey, foreign, ballots=change)).json()["code"] == "foreign_office"
    assert (await ask(survey, survey.clerk, ballots=change)).json()["code"] == "forbidden"
    assert (await decide(survey, by_manager, survey.supervisor)).json()["state"] == "applied"
    states = [item["state"] for item in (await survey.manager.get(f"{survey.path}/corrections")).json()]
    assert states == ["refused", "applied"]
    assert not await survey.bench.fetch("SELECT 1 FROM survey.tally"), "an open campaign has none yet"


async def test_every_fault_of_a_correction_is_named(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    nobody = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
    asked = await ask(
        survey,
        ballots=[
            {"ballot": nobody, "answers": [1, 1]},
            {"ballot": ids["A1"], "answers": [6]},
            {"ballot": ids["A1"], "answers": [1, 1]},
            {"ballot": ids["M1"], "answers": [1, 1]},
            {"ballot": ids["A2"], "unit": "so-la"},
        ],
    )
    assert asked.json()["code"] == "correction_invalid"
    assert [(e["pointer"], e["code"]) for e in asked.json()["errors"]] == [
        ("/ballots/0/ballot", "ballot_unknown"),
        ("/ballots/1/answers", "answer_count"),
        ("/ballots/2/ballot", "ballot_repeated"),
        ("/ballots/3/ballot", "ballot_of_other_batch"),
        ("/ballots/4/unit", "unit_unknown"),
    ]
    assert (await ask(survey)).json()["errors"][0]["code"] == "correction_empty"
    assert (await survey.issue("tui-3")).status_code == 201
    assert (await ask(survey, batch="tui-3", counts={"spoiled": 1})).json()["code"] == "batch_not_sealed"
    assert (await ask(survey, batch="tui-9", counts={"spoiled": 1})).json()["code"] == "batch_unknown"


async def test_places_of_the_quota_follow_the_ballots(survey: Survey, bench: Workbench) -> None:
    """A1 moves to another unit: its place is free, and the held A4 may be let in by decision."""
    ids = await key_and_seal(survey)

    async def filled() -> list[tuple[int, int]]:
        rows = await bench.fetch(
            "SELECT taken, surplus FROM survey.quota WHERE questionnaire = 'sipas' ORDER BY position"
        )
        return [tuple(row) for row in rows]

    assert await filled() == [(3, 0), (0, 0)]
    await decide(survey, await ask(survey, ballots=[{"ballot": ids["A4"], "beyond_quota": True}]))
    assert await filled() == [(3, 1), (0, 0)]
    await decide(survey, await ask(survey, ballots=[{"ballot": ids["A1"], "unit": "so-y-te"}]))
    assert await filled() == [(3, 0), (1, 0)]
    struck = [{"ballot": ids["A3"], "invalid_reason": "wrong_population"}]
    await decide(survey, await ask(survey, ballots=struck))
    assert await filled() == [(2, 0), (1, 0)]
    rows = await bench.fetch(
        "SELECT serial, status, reason FROM survey.ballot WHERE batch = 'tui-1' ORDER BY 1"
    )
    assert [tuple(row) for row in rows] == [
        ("A1", "valid", None),
        ("A2", "valid", None),
        ("A3", "invalid", "wrong_population"),
        ("A4", "valid", None),
        ("B1", "invalid", "no_answer"),
    ]
    made = await tally(survey)
    assert made["revision"] == 1
    assert await verified(survey) == WHOLE
    unchanged = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 0]}])
    assert (await decide(survey, unchanged)).json()["code"] == "ballot_unchanged"


async def test_a_request_that_was_overtaken_is_not_applied(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    stale = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 2]}])
    await correct_one(survey, ids)
    assert (await decide(survey, stale)).json()["code"] == "correction_stale"
    states = [item["state"] for item in (await survey.manager.get(f"{survey.path}/corrections")).json()]
    assert states == ["requested", "applied"], "a refusal of the state leaves the request to be refused"


async def test_counts_are_restated_and_a_bag_gets_new_seals(survey: Survey) -> None:
    await key_and_seal(survey)
    taken = await ask(survey, counts={"spoiled": 4, "missing": 1}, bag_seals=["NP-tui-2"])
    assert (await decide(survey, taken)).json()["code"] == "bag_seal_taken"
    uneven = await ask(survey, counts={"spoiled": 4})
    assert (await decide(survey, uneven)).json()["code"] == "seal_does_not_reconcile"
    asked = await ask(survey, counts={"spoiled": 4, "missing": 1}, bag_seals=["NP-tui-1", "NP-1b"])
    assert (await decide(survey, asked)).json()["state"] == "applied"
    facts = (await survey.manager.get(f"{survey.path}/seals")).json()[-1]["facts"]
    assert (facts["spoiled"], facts["missing"], facts["bag_seals"]) == (4, 1, ["NP-tui-1", "NP-1b"])
    assert await verified(survey) == WHOLE


async def test_no_correction_while_bags_are_between_two_hands(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    await tally(survey)
    body = {"from_party": "Bưu điện tỉnh", "to_party": "Sở Nội vụ"}
    assert (await survey.supervisor.post(f"{survey.path}/handover", json=body)).status_code == 201
    asked = await ask(survey, ballots=[{"ballot": ids["A2"], "answers": [5, 3]}])
    assert (await decide(survey, asked)).json()["code"] == "handover_pending"
    assert (await receive(survey)).status_code == 201
    assert (await decide(survey, asked)).json()["state"] == "applied"


async def test_only_the_manager_compares_revisions(survey: Survey) -> None:
    ids = await key_and_seal(survey)
    await tally(survey)
    await correct_one(survey, ids)
    for path in ("tallies/1", "tallies/2/changes?since=1"):
        assert (await survey.supervisor.get(f"{survey.path}/{path}")).json()["code"] == "forbidden"
    assert (await survey.manager.get(f"{survey.path}/tallies/1")).json()["revision"] == 1
    missing = await survey.manager.get(f"{survey.path}/tallies/9")
    assert (missing.status_code, missing.json()["code"]) == (404, "tally_revision_unknown")


async def test_small_cells_are_shown_to_the_manager_alone(survey: Survey) -> None:
    await key_and_seal(survey)
    await tally(survey)
    whole = (await survey.manager.get(f"{survey.path}/tally")).json()
    told = (await survey.supervisor.get(f"{survey.path}/tally")).json()
    assert len(whole["cells"]) == 6
    assert (told["cells"], len(told["withheld"])) == ([], 6), "every cell is under five ballots"
    assert "withheld" not in whole
    assert whole["salt"]
    assert "salt" not in told, "with it the counts held back could be tried until the public digest fits"


async def test_revisions_subtracted_show_nobody(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Six ballots are enough to be shown; what one correction changes of them is not."""
    async with open_survey(bench, monkeypatch, campaign(citizens=10)) as survey:
        ids = []
        for number in range(6):
            entered = ballot(f"A{number}", answers=[5, 4])
            assert (await survey.enter(entered)).status_code == 201
            ids.append(entered["id"])
        assert (await survey.seal("tui-1", 6, missing=4)).status_code == 200
        assert (await survey.seal("tui-2", 0, missing=10)).status_code == 200
        await tally(survey)

        async def told() -> dict[str, dict[str, int]]:
            found = (await survey.supervisor.get(f"{survey.path}/tally")).json()
            return {cell["question"]: cell["counts"] for cell in found["cells"]}

        assert (await told())["q1"]["5"] == 6
        await decide(survey, await ask(survey, ballots=[{"ballot": ids[0], "answers": [1, 4]}]))
        assert set(await told()) == {"q2"}, "the changed cell would show the one ballot"
        rest = [{"ballot": ballot_id, "answers": [1, 4]} for ballot_id in ids[1:]]
        await decide(survey, await ask(survey, ballots=rest))
        assert (await told())["q1"] == {"1": 6, "2": 0, "3": 0, "4": 0, "5": 0}
        whole = (await survey.manager.get(f"{survey.path}/tally")).json()
        assert {cell["question"] for cell in whole["cells"]} == {"q1", "q2"}
