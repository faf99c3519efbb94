"""Double entry is blind: who keys second learns nothing of the first entry, through no route and no token."""

from uuid import uuid4

import httpx

from tests.support.double_entry import again, claim, decide
from tests.support.survey import Survey, ballot


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
