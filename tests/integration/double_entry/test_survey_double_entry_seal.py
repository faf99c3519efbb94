"""The seal waits for double entry; samples are drawn by their seed, and the stop rule asks for all."""

import asyncio
from decimal import Decimal

import httpx
import pytest

from survey_ingest.double_entry.domain.plan import DoublePlan, read_plan, sampled
from tests.support.double_entry import again, claim, clerk, decide, progress, rekey, rows
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench


async def test_a_batch_is_sealed_when_every_ballot_is_keyed_twice_and_settled(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    entries = [ballot(f"A{n}") for n in range(3)]
    for entered in entries:
        await survey.enter(entered)
    await claim(survey, binh)
    await again(survey, binh, entries[0])
    second = (await again(survey, binh, entries[1], answers=[1, 1])).json()["id"]
    await rekey(survey, binh, second, a0=1)
    refused = await survey.seal("tui-1", 3, missing=7)
    assert (refused.status_code, refused.json()["code"]) == (409, "batch_not_double_keyed")
    assert refused.json()["params"]["count"] == "3"
    assert {e["code"] for e in refused.json()["errors"]} == {
        "second_entries_missing",
        "differences_to_rekey",
        "differences_to_decide",
    }
    await again(survey, binh, entries[2])
    await rekey(survey, binh, second, a1=4)
    await decide(survey, entries[1]["id"], "0", 5)
    assert (await survey.seal("tui-1", 3, missing=7)).status_code == 200
    late = await again(survey, binh, entries[0])
    assert late.json()["code"] == "batch_sealed"
    missed = await rekey(survey, binh, second, a1=4)  # the client never got its first receipt
    assert (missed.json()["state"], missed.json()["repeated"]) == ("settled", True)
    assert (await rekey(survey, binh, second, a1=3)).json()["code"] == "batch_sealed"


async def test_no_second_entry_slips_into_a_bag_while_it_is_sealed(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Keyed in the same moments: whatever differs is settled before the seal or refused after it."""
    entries = [ballot(f"A{n}") for n in range(8)]
    for entered in entries:
        await survey.enter(entered)
    await claim(survey, binh)
    for entered in entries[1:]:
        await again(survey, binh, entered)
    for _ in range(3):
        late, sealed = await asyncio.gather(
            again(survey, binh, entries[0], answers=[1, 1]), survey.seal("tui-1", 8, missing=2)
        )
        assert late.status_code in {201, 409}
        assert sealed.json()["code"] == "batch_not_double_keyed"  # without it, or with what it shows
    assert await rows(bench, "SELECT count(*) FROM survey.second_entry") == [(8,)]


async def test_a_sample_is_drawn_by_its_seed_and_the_stop_rule_asks_for_all(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = {"share": "20", "seed": "hạt giống", "stop_rate": "100"}
    async with open_survey(bench, monkeypatch, {**campaign(citizens=20), "double_entry": declared}) as survey:
        survey.clerk = clerk(survey, "an")
        binh = clerk(survey, "binh")
        entries = {f"A{n}": ballot(f"A{n}") for n in range(10)}
        await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": list(entries.values())})
        plan = read_plan("dot-1", declared)
        drawn = sorted(sampled(entries, plan))
        found = await progress(survey)
        assert (found["needed"], found["serials"]) == (2, drawn)
        await claim(survey, binh)
        await again(survey, binh, entries[drawn[0]])
        wrong = (await again(survey, binh, entries[drawn[1]], answers=[1, 4])).json()["id"]
        assert (await progress(survey))["missing"] == 0
        await rekey(survey, binh, wrong, a0=1)
        await decide(survey, entries[drawn[1]]["id"], "0", 1)  # 1 of 8 fields: 125 ‰
        stopped = await progress(survey)
        assert (stopped["stopped"], stopped["needed"], stopped["missing"]) == (True, 10, 8)
        assert set(stopped["serials"]) == set(entries) - set(drawn)
        refused = await survey.seal("tui-1", 10)
        assert refused.json()["errors"][0]["code"] == "second_entries_missing"
        for serial in stopped["serials"]:
            await again(survey, binh, entries[serial])
        assert (await survey.seal("tui-1", 10)).status_code == 200


async def test_the_database_draws_the_same_sample_as_the_rule(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for share in ("0", "0.01", "7.5", "33.33", "99.99", "100"):
        plan = DoublePlan(Decimal(share), f"hạt-{share}", None, 30)
        code = f"dot-{share.replace('.', '-')}"
        definition = {**campaign(code), "double_entry": {"share": share, "seed": plan.seed}}
        async with open_survey(bench, monkeypatch, definition) as survey:
            serials = [f"S{n:03}/x-{n % 7}" for n in range(61)]
            await survey.clerk.post(
                f"{survey.path}/ballots/bulk", json={"ballots": [ballot(serial) for serial in serials]}
            )
            found = await progress(survey)
            assert found["serials"] == sorted(sampled(serials, plan)), share
            assert found["needed"] == len(found["serials"])


async def test_a_stopped_sample_stays_stopped_whatever_is_keyed_afterwards(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One wrong field of 8 is over 10 %; forty good ballots later it still is, and the seal waits for all."""
    declared = {"share": "20", "seed": "hạt giống", "stop_rate": "100"}
    async with open_survey(bench, monkeypatch, {**campaign(citizens=90), "double_entry": declared}) as survey:
        survey.clerk, binh = clerk(survey, "an"), clerk(survey, "binh")
        entries = {f"A{n}": ballot(f"A{n}") for n in range(10)}
        await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": list(entries.values())})
        bad = entries[min(sampled(entries, read_plan("dot-1", declared)))]
        await claim(survey, binh)
        wrong = (await again(survey, binh, bad, answers=[1, 4])).json()["id"]
        await rekey(survey, binh, wrong, a0=1)
        assert (await progress(survey))["stopped"] is False
        await decide(survey, bad["id"], "0", 1)
        assert (await progress(survey))["stopped"] is True
        assert await rows(bench, "SELECT batch, sampled, fields, errors FROM survey.sample_stop") == [
            ("tui-1", 2, 8, 1)
        ]
        more = [ballot(f"B{n:02}") for n in range(40)]
        await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": more})
        found = await progress(survey)
        assert (found["stopped"], found["needed"], found["missing"]) == (True, 50, 49)
        acts = await rows(bench, "SELECT subject FROM survey.audit WHERE action = 'sample.stopped'")
        assert len(acts) == 1


async def test_the_stop_rule_weighs_errors_against_the_whole_sample(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One wrong field of the first ballot is much of it and little of the sample: nobody keys all for that."""
    declared = {"share": "50", "seed": "hạt giống", "stop_rate": "100"}
    async with open_survey(bench, monkeypatch, {**campaign(citizens=90), "double_entry": declared}) as survey:
        survey.clerk, binh = clerk(survey, "an"), clerk(survey, "binh")
        entries = {f"A{n}": ballot(f"A{n}") for n in range(10)}
        await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": list(entries.values())})
        bad = entries[min(sampled(entries, read_plan("dot-1", declared)))]
        await claim(survey, binh)
        wrong = (await again(survey, binh, bad, answers=[1, 4])).json()["id"]
        await rekey(survey, binh, wrong, a0=1)
        await decide(survey, bad["id"], "0", 1)  # 1 of 4 fields so far, 1 of 20 in the end
        found = await progress(survey)
        assert (found["stopped"], found["needed"]) == (False, 5)
