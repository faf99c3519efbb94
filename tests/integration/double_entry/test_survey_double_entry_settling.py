"""Differences of two entries: re-keyed blind by the same clerk, decided by a supervisor, followed by the ballot."""

import asyncio
from uuid import uuid4

import httpx

from tests.support.double_entry import again, claim, clerk, decide, progress, rekey, rows
from tests.support.survey import Survey, ballot
from tests.support.workbench import Workbench


async def test_a_field_that_is_written_again_like_the_first_is_settled(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, answers=[5, 1])).json()["id"]
    settled = await rekey(survey, binh, entry, a1=4)
    assert (settled.json()["state"], settled.json()["to_rekey"]) == ("settled", [])
    assert (await rekey(survey, binh, entry, a1=4)).json()["repeated"] is True
    assert await rows(bench, "SELECT answers FROM survey.ballot") == [([5, 4],)]
    assert await rows(bench, "SELECT count(*) FROM survey.ballot_revision") == [(0,)]


async def test_re_keying_names_every_fault_and_takes_one_try_by_its_own_clerk(
    survey: Survey, binh: httpx.AsyncClient
) -> None:
    entered = ballot("A1", answers=[5, 4])
    await survey.enter(entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, unit="so-y-te", answers=[1, 4])).json()
    assert entry["to_rekey"] == ["unit", "0"]
    bad = await rekey(survey, binh, entry["id"], unit=3, a0=9, a1=4)
    assert (bad.status_code, bad.json()["code"]) == (422, "rekeying_invalid")
    assert {(e["pointer"], e["code"]) for e in bad.json()["errors"]} == {
        ("/values/unit", "value_of_other_kind"),
        ("/values/0", "answer_out_of_scale"),
        ("/values/1", "position_does_not_differ"),
    }
    assert (await rekey(survey, binh, entry["id"], a0=2)).json()["to_rekey"] == ["unit"]
    twice = await rekey(survey, binh, entry["id"], a0=5)
    assert [(e["pointer"], e["code"]) for e in twice.json()["errors"]] == [("/values/0", "already_rekeyed")]
    other = await rekey(survey, clerk(survey, "chi"), entry["id"], unit="so-noi-vu")
    assert other.json()["code"] == "foreign_second_entry"
    assert (await rekey(survey, binh, str(uuid4()), a0=5)).json()["code"] == "second_entry_unknown"


async def test_the_supervisor_decides_what_still_differs_and_the_ballot_follows(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Two fields: the ballot is revised once, when the last of them is settled; quotas move with its unit."""
    entered = ballot("A1", answers=[5, 4])
    first = (await survey.enter(entered)).json()
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, unit="so-y-te", answers=[5, 1])).json()["id"]
    assert (await rekey(survey, binh, entry, unit="so-y-te", a1=2)).json()["state"] == "to_decide"
    shown = (await survey.supervisor.get(f"{survey.path}/differences", params={"state": "to_decide"})).json()
    assert [(d["position"], d["first"], d["second"], d["rekeyed"]) for d in shown["differences"]] == [
        ("1", "4", "1", "2"),
        ("unit", "so-noi-vu", "so-y-te", "so-y-te"),
    ]
    assert (await decide(survey, entered["id"], "unit", "so-y-te")).json()["state"] == "to_decide"
    assert await rows(bench, "SELECT unit, answers FROM survey.ballot") == [("so-noi-vu", [5, 4])]
    out = await decide(survey, entered["id"], "1", 9)
    assert [(e["pointer"], e["code"]) for e in out.json()["errors"]] == [("/value", "answer_out_of_scale")]
    assert (await decide(survey, entered["id"], "1", 2)).json()["state"] == "settled"
    assert (await decide(survey, entered["id"], "1", 4)).json()["code"] == "difference_settled"
    assert (await decide(survey, entered["id"], "0", 4)).json()["code"] == "difference_unknown"
    assert await rows(bench, "SELECT unit, answers, status FROM survey.ballot") == [
        ("so-y-te", [5, 2], "valid")
    ]
    kept = await rows(
        bench, "SELECT revision, unit, answers, digest, cause, revised_by FROM survey.ballot_revision"
    )
    assert kept == [(1, "so-noi-vu", [5, 4], first["digest"], "double_entry", "kiem-thu-entry_supervisor")]
    quotas = (await survey.manager.get(survey.path)).json()["quotas"]
    assert [(q["unit"], q["taken"]) for q in quotas if q["questionnaire"] == "sipas"] == [
        ("so-noi-vu", 0),
        ("so-y-te", 1),
    ]
    repeated = await survey.enter(entered)  # the first clerk's client missed its receipt
    assert (repeated.status_code, repeated.json()["digest"]) == (200, first["digest"])


async def test_two_decisions_at_once_make_one_revision(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    entries = [ballot(f"A{n}", answers=[5, 4]) for n in range(3)]
    for entered in entries:
        await survey.enter(entered)
    await claim(survey, binh)
    for entered in entries:
        entry = (await again(survey, binh, entered, answers=[1, 2])).json()["id"]
        await rekey(survey, binh, entry, a0=1, a1=2)
        both = await asyncio.gather(
            *(
                decide(survey, entered["id"], position, value)
                for position, value in (("0", 1), ("1", 2), ("0", 3))
            )
        )
        assert sorted(reply.status_code for reply in both) == [200, 200, 409]
    found = await rows(bench, "SELECT count(*), max(revision) FROM survey.ballot_revision")
    assert found == [(3, 1)]
    assert {row[0][1] for row in await rows(bench, "SELECT answers FROM survey.ballot")} == {2}


async def test_nobody_decides_on_what_they_keyed(survey: Survey, binh: httpx.AsyncClient) -> None:
    entered = ballot("A1")
    await survey.supervisor.post(f"{survey.path}/ballots", json=entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, answers=[5, 1])).json()["id"]
    await rekey(survey, binh, entry, a1=1)
    assert (await decide(survey, entered["id"], "1", 1)).json()["code"] == "decider_keyed"


async def test_the_supervisor_decides_when_the_second_clerk_has_left(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    entered = ballot("A1")
    await survey.enter(entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entered, answers=[5, 1])).json()["id"]
    await binh.delete(f"{survey.path}/batches/tui-1/claims/second")
    assert (await progress(survey))["to_decide"] == 1
    assert (await decide(survey, entered["id"], "1", 4)).json()["state"] == "settled"
    late = await rekey(survey, binh, entry, a1=1)
    assert [e["code"] for e in late.json()["errors"]] == ["already_decided"]


async def test_a_settled_blank_frees_its_place_for_the_next(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Three places: the fourth is held; the first turns out to be blank, so that the fifth finds a place."""
    entries = [ballot(f"A{n}") for n in range(4)]
    for entered in entries:
        await survey.enter(entered)
    await claim(survey, binh)
    entry = (await again(survey, binh, entries[0], answers=[0, 0])).json()["id"]
    await rekey(survey, binh, entry, a0=0, a1=0)
    await decide(survey, entries[0]["id"], "0", 0)
    await decide(survey, entries[0]["id"], "1", 0)
    assert (await survey.enter(ballot("A9"))).json()["status"] == "valid"
    found = await rows(bench, "SELECT serial, status, reason FROM survey.ballot ORDER BY serial")
    assert found == [
        ("A0", "invalid", "no_answer"),
        ("A1", "valid", None),
        ("A2", "valid", None),
        ("A3", "held", None),
        ("A9", "valid", None),
    ]


async def test_differences_are_read_page_by_page(survey: Survey, binh: httpx.AsyncClient) -> None:
    entries = [ballot(f"A{n}") for n in range(3)]
    await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": entries})
    await claim(survey, binh)
    for entered in entries:
        await again(survey, binh, entered, answers=[1, 1])
    seen: list[tuple[str, str]] = []
    after: str | None = ""
    while after is not None:
        reply = await survey.manager.get(f"{survey.path}/differences", params={"after": after, "limit": 4})
        seen += [(d["serial"], d["position"]) for d in reply.json()["differences"]]
        after = reply.json()["next"]
    assert seen == [(f"A{n}", position) for n in range(3) for position in ("0", "1")]
