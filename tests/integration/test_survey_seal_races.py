"""Ballots, promotions and seals at the same moment: what is sealed is what is counted, whoever comes first."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.support.custody import WHOLE, tally, verified
from tests.support.survey import Survey, ballot, campaign, open_survey
from tests.support.workbench import Workbench


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    async with open_survey(bench, monkeypatch, campaign(citizens=40)) as found:
        assert (await found.seal("tui-2", 0, missing=10)).status_code == 200
        yield found


async def seal_when_it_fits(survey: Survey, batch: str, issued: int) -> httpx.Response:
    """State another number until it is the keyed one; the seal may come between any two ballots."""
    for returned in range(issued + 1):
        reply = await survey.seal(batch, returned, missing=issued - returned)
        if reply.status_code == 200:
            return reply
    return reply


async def test_of_two_seals_at_once_one_holds(survey: Survey, bench: Workbench) -> None:
    await survey.enter(ballot("A1"))
    made = await asyncio.gather(
        *(survey.seal("tui-1", 1, missing=9, bag_seal=f"NP-{n}") for n in range(6)),
    )
    assert sorted(reply.status_code for reply in made) == [200] + [409] * 5
    assert {reply.json()["code"] for reply in made if reply.status_code == 409} == {"batch_sealed"}
    assert len(await bench.fetch("SELECT 1 FROM survey.seal WHERE batch = 'tui-1'")) == 1
    assert len(await bench.fetch("SELECT 1 FROM survey.bag_seal WHERE batch = 'tui-1'")) == 1
    await tally(survey)
    assert await verified(survey) == WHOLE


async def test_the_tally_is_the_sum_of_bags_sealed_while_ballots_come(survey: Survey) -> None:
    bags = [f"tui-{n}" for n in (3, 4, 5)]
    for bag in bags:
        assert (await survey.issue(bag, issued=12)).status_code == 201
    entries = [ballot(f"{bag}-{n}", batch=bag) for n in range(12) for bag in bags]
    assert (await survey.seal("tui-1", 0, missing=10)).status_code == 200
    replies, *sealed = await asyncio.gather(
        asyncio.gather(*(survey.enter(entry) for entry in entries)),
        *(seal_when_it_fits(survey, bag, 12) for bag in bags),
    )
    for bag, seal in zip(bags, sealed, strict=True):
        if seal.status_code != 200:  # the last ballots came after the last try
            assert (await seal_when_it_fits(survey, bag, 12)).status_code == 200
    accepted = sum(reply.status_code == 201 for reply in replies)
    made = await tally(survey)
    assert made["revision"] == 1
    told = (await survey.manager.get(f"{survey.path}/tally")).json()
    counted = sum(cell["total"] for cell in told["cells"] if cell["question"] == "q1")
    assert counted == accepted
    assert await verified(survey) == WHOLE


@pytest.mark.parametrize("attempt", range(3))
async def test_a_promotion_and_a_seal_never_cross(survey: Survey, bench: Workbench, attempt: int) -> None:
    await bench.fetch("UPDATE survey.quota SET places = 1 WHERE unit = 'so-noi-vu'")
    kept, held = ballot("A1"), ballot("A2")
    for entered in (kept, held):
        assert (await survey.enter(entered)).status_code == 201
    promotion = survey.supervisor.post(
        f"{survey.path}/ballots/{held['id']}/promotion", json={"reason": "Được phép vượt chỉ tiêu"}
    )
    seal = survey.seal("tui-1", 2, missing=8)
    promoted, sealed = await asyncio.gather(*((promotion, seal) if attempt % 2 else (seal, promotion)))
    if not attempt % 2:
        promoted, sealed = sealed, promoted
    assert sealed.status_code == 200, sealed.text
    facts = sealed.json()["facts"]
    if promoted.status_code == 200:
        assert (facts["valid"], facts["held"]) == (2, 0)
    else:
        assert promoted.json()["code"] == "batch_sealed"
        assert (facts["valid"], facts["held"]) == (1, 1)
    await tally(survey)
    assert await verified(survey) == WHOLE
