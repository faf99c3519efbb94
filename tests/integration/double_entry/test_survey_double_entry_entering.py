"""Second entries over the real API: stored once, refused with a reason, many at once."""

import asyncio
from collections import Counter
from uuid import uuid4

import httpx

from tests.support.double_entry import again, claim, clerk, progress, rekey, rows
from tests.support.survey import Survey, ballot
from tests.support.workbench import Workbench


async def test_a_second_entry_is_stored_once_and_keeps_its_receipt(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    entered = ballot("A1")
    await survey.enter(entered)
    assert (await again(survey, binh, entered)).json()["code"] == "batch_not_claimed"
    await claim(survey, binh)
    body = {**entered, "id": str(uuid4())}
    path = f"{survey.path}/second-entries"
    first, second = await binh.post(path, json=body), await binh.post(path, json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["state"] == second.json()["state"] == "matching"
    for field in ("id", "serial", "digest", "keyed_at"):
        assert first.json()[field] == second.json()[field]
    other = await binh.post(path, json={**body, "answers": [1, 1]})
    assert (other.status_code, other.json()["code"]) == (409, "second_entry_conflict")
    taken = await again(survey, binh, entered)
    assert (taken.status_code, taken.json()["code"]) == (409, "second_entry_taken")


async def test_what_cannot_be_keyed_again_is_refused_with_its_reason(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    await survey.enter(ballot("A1"))
    await claim(survey, binh)
    await claim(survey, binh, batch="tui-2")
    assert (await again(survey, binh, ballot("A9"))).json()["code"] == "first_entry_missing"
    elsewhere = ballot(
        "A1", batch="tui-2", questionnaire="to-chuc", group="dai-bieu", unit=None, answers=[1, 4]
    )
    assert (await again(survey, binh, elsewhere)).json()["code"] == "first_entry_missing"
    assert (await again(survey, binh, ballot("A1", batch="tui-9"))).json()["code"] == "batch_unknown"
    faulty = await again(survey, binh, ballot("A1", unit="so-la", answers=[6, -2]))
    assert (faulty.status_code, {e["pointer"] for e in faulty.json()["errors"]}) == (
        422,
        {"/unit", "/answers/0", "/answers/1"},
    )


async def test_fifty_posts_of_one_id_are_one_second_entry(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    await survey.enter(ballot("A1"))
    await claim(survey, binh)
    body = ballot("A1", answers=[5, 5])
    replies = await asyncio.gather(
        *(binh.post(f"{survey.path}/second-entries", json=body) for _ in range(50))
    )
    assert Counter(reply.status_code for reply in replies) == {201: 1, 200: 49}
    assert {tuple(reply.json()["to_rekey"]) for reply in replies} == {("1",)}
    assert await rows(bench, "SELECT count(*), count(DISTINCT id) FROM survey.second_entry") == [(1, 1)]
    assert await rows(bench, "SELECT position, first, second FROM survey.entry_difference") == [
        ("1", "4", "5")
    ]


async def test_two_clerks_cannot_both_key_one_ballot_again(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    entered = ballot("A1")
    await survey.enter(entered)
    chi = clerk(survey, "chi")

    async def take_over(who: httpx.AsyncClient) -> httpx.Response:
        await bench.fetch("UPDATE survey.batch_claim SET expires_at = claimed_at")
        await claim(survey, who)
        return await again(survey, who, entered)

    for _ in range(5):
        replies = await asyncio.gather(*(take_over(who) for who in (binh, chi)))
        assert {reply.status_code for reply in replies} <= {201, 409}
    assert await rows(bench, "SELECT count(*) FROM survey.second_entry") == [(1,)]


async def test_five_hundred_at_once_each_with_its_own_outcome(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    known = [ballot(f"B{n}") for n in range(6)]
    await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": known})
    await claim(survey, binh)
    bodies = [{**item, "id": str(uuid4())} for item in known]
    bodies[1]["answers"] = [1, 4]
    items = [
        bodies[0],
        bodies[1],
        bodies[0],
        {**bodies[2], "answers": None},
        {**bodies[2], "serial": "Z1"},
        {**bodies[0], "id": str(uuid4())},
        {**bodies[0], "answers": [1, 1]},
    ]
    path = f"{survey.path}/second-entries/bulk"
    results = (await binh.post(path, json={"entries": items})).json()["results"]
    assert [r.get("code", r["status"]) for r in results] == [
        "created",
        "created",
        "repeated",
        "invalid_request",
        "first_entry_missing",
        "second_entry_taken",
        "second_entry_conflict",
    ]
    assert results[1]["receipt"]["to_rekey"] == ["0"]
    many = await binh.post(path, json={"entries": [bodies[0]] * 501})
    assert many.json()["code"] == "invalid_request"
    assert (await progress(survey))["entered"] == 2


async def test_a_matrix_ballot_is_compared_field_by_field(survey: Survey, binh: httpx.AsyncClient) -> None:
    matrix = {"batch": "tui-2", "questionnaire": "to-chuc", "unit": None}
    entered = ballot("M1", group="dai-bieu", answers=[1, 4], **matrix)
    await survey.enter(entered)
    await claim(survey, binh, batch="tui-2")
    reply = await again(survey, binh, entered, group="lanh-dao", answers=[1, 3])
    assert reply.json()["to_rekey"] == ["group", "1"]
    assert (await rekey(survey, binh, reply.json()["id"], group="dai-bieu", a1=4)).json()[
        "state"
    ] == "settled"
