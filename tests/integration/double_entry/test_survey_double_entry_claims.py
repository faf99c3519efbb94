"""Claims of batches for double entry: one holder a stage, a lease, the own office."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx

from parindex.auth.policy import Role
from tests.support.double_entry import again, claim, clerk, progress, rekey
from tests.support.survey import Survey, ballot
from tests.support.workbench import Workbench


async def test_two_clerks_who_claim_at_once_get_one_claim(survey: Survey) -> None:
    names = [clerk(survey, f"nhap-{n}") for n in range(8)]
    replies = await asyncio.gather(*(claim(survey, who) for who in names))
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 7}
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} == {"batch_claimed"}
    held = (await progress(survey))["claims"]
    assert [(c["stage"], c["batch"]) for c in held] == [("second", "tui-1")]


async def test_a_claim_is_renewed_given_back_and_taken_over_when_it_has_run_out(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    chi = clerk(survey, "chi")
    first = await claim(survey, binh)
    renewed = await claim(survey, binh)
    assert (first.status_code, renewed.status_code) == (201, 200)
    assert first.json()["claimed_at"] == renewed.json()["claimed_at"]
    assert first.json()["expires_at"] < renewed.json()["expires_at"]
    assert (await claim(survey, chi)).json()["code"] == "batch_claimed"
    await bench.fetch("UPDATE survey.batch_claim SET expires_at = claimed_at")
    assert (await claim(survey, chi)).status_code == 201
    assert (await claim(survey, binh)).json()["code"] == "batch_claimed"
    path = f"{survey.path}/batches/tui-1/claims/second"
    assert (await binh.delete(path)).json()["code"] == "batch_not_claimed"
    assert (await chi.delete(path)).status_code == 204
    assert (await claim(survey, binh)).status_code == 201


async def test_one_clerk_does_not_hold_both_entries_of_a_batch(survey: Survey, bench: Workbench) -> None:
    an = survey.clerk
    both = await asyncio.gather(claim(survey, an, "first"), claim(survey, an, "second"))
    assert sorted(reply.status_code for reply in both) == [201, 409]
    assert {reply.json().get("code") for reply in both} == {None, "claim_of_both"}
    await bench.fetch("UPDATE survey.batch_claim SET expires_at = claimed_at")
    assert (await claim(survey, an, "second")).is_success  # what has run out is no hold


async def test_claims_and_second_entries_are_for_clerks_of_the_own_office(survey: Survey) -> None:
    stranger = clerk(survey, "xa", office="bd-2")
    assert (await claim(survey, stranger)).json()["code"] == "foreign_office"
    assert (await claim(survey, stranger, "first")).json()["code"] == "foreign_office"
    assert (await claim(survey, survey.supervisor)).json()["code"] == "forbidden"  # who may read ballots
    assert (await again(survey, survey.supervisor, ballot("A1"))).json()["code"] == "forbidden"
    assert (await survey.clerk.get(f"{survey.path}/differences")).json()["code"] == "forbidden"
    assert (
        await survey.manager.post(
            f"{survey.path}/differences/{uuid4()}/1/decision", json={"value": 1, "reason": "x"}
        )
    ).json()["code"] == "forbidden"
    foreign = clerk(survey, "gs", Role.ENTRY_SUPERVISOR, "bd-2")
    assert (await foreign.get(f"{survey.path}/differences")).json()["differences"] == []


async def lapse(bench: Workbench) -> None:
    await bench.fetch("UPDATE survey.batch_claim SET expires_at = claimed_at")


async def test_work_under_a_lease_that_ran_out_is_taken_and_renews_it(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    await claim(survey, binh)
    await lapse(bench)
    entry = await again(survey, binh, entered, answers=[5, 1])
    assert (entry.status_code, entry.json()["to_rekey"]) == (201, ["1"])
    assert (await claim(survey, clerk(survey, "chi"))).json()["code"] == "batch_claimed"
    await lapse(bench)
    assert (await rekey(survey, binh, entry.json()["id"], a1=4)).json()["state"] == "settled"
    assert (await claim(survey, clerk(survey, "chi"))).json()["code"] == "batch_claimed"


async def test_who_returns_after_a_take_over_loses_nothing_and_doubles_nothing(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Bình keyed two papers without a line while Chi took the bag over and keyed one of them."""
    papers = [ballot("A1"), ballot("A2")]
    for entered in papers:
        await survey.enter(entered)
    chi, dung = clerk(survey, "chi"), clerk(survey, "dung")
    await claim(survey, binh)
    await lapse(bench)
    assert (await claim(survey, chi)).status_code == 201
    assert (await again(survey, chi, papers[0])).status_code == 201
    queued = [await again(survey, binh, paper) for paper in papers]
    assert [reply.status_code for reply in queued] == [409, 201]
    assert queued[0].json()["code"] == "second_entry_taken"
    assert (await again(survey, dung, papers[1])).json()["code"] == "batch_not_claimed"
    kept = await bench.fetch("SELECT serial, clerk FROM survey.second_entry ORDER BY serial")
    assert [tuple(row) for row in kept] == [("A1", "chi"), ("A2", "binh")]
    held = (await progress(survey))["claims"]
    assert [(item["clerk"], item["stage"]) for item in held] == [("chi", "second")]


async def test_a_bag_given_back_is_free_at_once_and_takes_what_was_still_on_its_way(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    entered = ballot("A1")
    await survey.enter(entered)
    await claim(survey, binh)
    path = f"{survey.path}/batches/tui-1/claims/second"
    assert [(await binh.delete(path)).status_code for _ in range(2)] == [204, 204]
    assert (await progress(survey))["claims"] == []
    assert (await claim(survey, clerk(survey, "chi"))).status_code == 201
    assert (await again(survey, binh, entered)).status_code == 201


async def test_two_who_take_over_at_once_get_one_claim(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    await claim(survey, binh)
    for round_ in range(3):
        await lapse(bench)
        names = [clerk(survey, f"nhap-{round_}-{n}") for n in range(6)]
        replies = await asyncio.gather(*(claim(survey, who) for who in names))
        assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 5}
    former = await bench.fetch("SELECT former_clerks FROM survey.batch_claim")
    assert len(former[0][0]) == 3
