"""Double entry is blind: who keys second learns nothing of the first entry, through no route and no token."""

from uuid import uuid4

import httpx
import pytest

from parindex.auth.policy import Role
from tests.support.double_entry import again, claim, clerk, decide, rekey
from tests.support.survey import Survey, ballot, campaign, open_survey, question
from tests.support.workbench import Workbench


async def test_the_second_clerk_is_not_the_first(survey: Survey, binh: httpx.AsyncClient) -> None:
    own, foreign = ballot("A1"), ballot("A2")
    await survey.enter(own)
    await binh.post(f"{survey.path}/ballots", json=foreign)
    await claim(survey, survey.clerk)
    refused = await again(survey, survey.clerk, own)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_clerk_is_first")
    assert (await again(survey, survey.clerk, foreign)).status_code == 201


async def test_nothing_of_the_first_entry_reaches_the_second_clerk(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    """Not its answers, not whether a guess is right: not before, not in between, through no route."""
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    await claim(survey, binh)
    serial = await binh.post(f"{survey.path}/ballots", json={**entered, "id": str(uuid4())})
    assert serial.json()["code"] == "serial_taken"
    right = await binh.post(f"{survey.path}/ballots", json=entered)
    wrong = await binh.post(f"{survey.path}/ballots", json={**entered, "answers": [1, 1]})
    assert [(r.status_code, r.json()["code"], r.json()["params"]) for r in (right, wrong)] == [
        (409, "ballot_of_other_clerk", right.json()["params"])
    ] * 2
    assert (await binh.get(f"{survey.path}/ballots/{entered['id']}")).json()["code"] == "forbidden"
    told = await again(survey, binh, entered, answers=[5, 1])
    assert (told.json()["state"], told.json()["to_rekey"]) == ("to_rekey", ["1"])
    assert set(told.json()) == {
        "id",
        "serial",
        "digest",
        "keyed_at",
        "state",
        "to_rekey",
        "repeated",
        "server_time",
    }
    waiting = (await binh.get(f"{survey.path}/second-entries", params={"batch": "tui-1"})).json()
    assert waiting == [{"id": told.json()["id"], "serial": "A1", "positions": ["1"]}]
    for path in ("clerks", "quality", "differences"):
        assert (await binh.get(f"{survey.path}/{path}")).json()["code"] == "forbidden"
    unseen = (await survey.supervisor.get(f"{survey.path}/differences")).json()["differences"][0]
    assert (unseen["state"], unseen["first"], unseen["second"], unseen["rekeyed"]) == (
        "to_rekey",
        None,
        None,
        None,
    )
    assert (await decide(survey, entered["id"], "1", 4)).json()["code"] == "difference_not_rekeyed"


async def test_one_person_with_two_tokens_is_one_clerk(survey: Survey) -> None:
    """Neither a second token nor another office makes a second person of the one who keyed first."""
    entered = ballot("A1")
    await survey.enter(entered)
    another = survey.api.as_role(Role.ENTRY_CLERK, "an", offices=["bd-1", "bd-2"])
    await claim(survey, another)
    refused = await again(survey, another, entered)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_clerk_is_first")


HIDDEN = ("group", "unit", "answers", "status", "reason", "digest")


async def test_a_clerk_who_is_a_supervisor_too_sees_no_first_answers_before_the_seal(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    """The same account with a supervisor's token looks wherever a supervisor may."""
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    supervising = clerk(survey, "binh", Role.ENTRY_SUPERVISOR)
    stored = f"{survey.path}/ballots/{entered['id']}"
    shown = (await supervising.get(stored)).json()
    assert (shown["serial"], shown["clerk"]) == ("A1", "an")
    assert [shown[name] for name in HIDDEN] == [None] * 6
    await survey.enter(ballot("A2", answers=[0, 0]))
    listed = (await supervising.get(f"{survey.path}/ballots")).json()["ballots"]
    assert {item[name] for item in listed for name in ("group", "unit", "status", "reason")} == {None}
    blanks = await supervising.get(f"{survey.path}/ballots", params={"status": "invalid"})
    assert blanks.json()["ballots"] == []
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, answers=[5, 1])).json()["id"]
    assert [(await supervising.get(stored)).json()[name] for name in HIDDEN] == [None] * 6
    await rekey(survey, binh, entry, a1=4)
    await again(survey, binh, ballot("A2", answers=[0, 0]))
    assert (await survey.seal("tui-1", 2, missing=8)).status_code == 200
    assert (await supervising.get(stored)).json()["answers"] == [5, 4]


async def test_a_held_ballot_is_promoted_without_a_look_at_its_answers(survey: Survey) -> None:
    for n in range(4):
        last = ballot(f"A{n}")
        await survey.enter(last)
    stored = f"{survey.path}/ballots/{last['id']}"
    assert (await survey.supervisor.get(stored)).json()["status"] == "held"
    promoted = await survey.supervisor.post(f"{stored}/promotion", json={"reason": "Có biên bản."})
    assert (promoted.status_code, promoted.json()["answers"]) == (200, None)


async def test_values_stay_hidden_while_the_second_clerk_may_still_re_key(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """The lease ran out: the supervisor may decide from the paper, and Bình may still re-key; both are blind."""
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, answers=[1, 1])).json()["id"]
    await bench.fetch("UPDATE survey.batch_claim SET expires_at = claimed_at")
    supervising = clerk(survey, "binh", Role.ENTRY_SUPERVISOR)

    async def seen() -> list[tuple[str, str | None, str | None]]:
        listed = (await supervising.get(f"{survey.path}/differences")).json()["differences"]
        return [(item["state"], item["first"], item["second"]) for item in listed]

    assert await seen() == [("to_decide", None, None)] * 2
    assert (await decide(survey, entered["id"], "0", 5)).status_code == 200
    assert (await rekey(survey, binh, entry, a1=2)).status_code == 200
    assert await seen() == [("settled", "5", "1"), ("to_decide", "4", "1")]


async def test_evidence_of_habits_names_no_ballot_that_is_still_to_be_keyed_blind(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = {**campaign(citizens=30), "double_entry": {"share": "100"}}
    definition["questionnaires"][0]["questions"] = [question(f"q{n}", 5) for n in range(1, 6)]
    async with open_survey(bench, monkeypatch, definition) as survey:
        an, binh = clerk(survey, "an"), clerk(survey, "binh")
        papers = [ballot(f"A{n}", answers=[4] * 5) for n in range(6)]
        await an.post(f"{survey.path}/ballots/bulk", json={"ballots": papers})
        await claim(survey, binh)
        await again(survey, binh, papers[0])
        await again(survey, binh, papers[1], answers=[4, 4, 4, 4, 1])

        async def told() -> dict[str, tuple[int, set[str]]]:
            found = (await survey.supervisor.get(f"{survey.path}/quality")).json()["warnings"]
            return {w["kind"]: (w["ballots"], set(w["serials"])) for w in found if w["clerk"] == "an"}

        assert await told() == {"copied_run": (6, {"A0"}), "straight_lining": (6, {"A0"})}


async def test_where_no_double_entry_is_planned_no_batch_is_claimed_for_it(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ballots may be looked at there, so that a second entry would not be blind."""
    async with open_survey(bench, monkeypatch) as survey:
        refused = await claim(survey, clerk(survey, "binh"))
        assert (refused.status_code, refused.json()["code"]) == (409, "double_entry_not_planned")
        assert (await claim(survey, clerk(survey, "binh"), "first")).status_code == 201
