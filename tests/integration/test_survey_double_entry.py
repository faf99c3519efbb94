"""Ballots keyed twice over the real API: claims, blindness, differences, the seal that waits for them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from parindex.auth.policy import Role
from survey_ingest.double_entry.domain.plan import DoublePlan, read_plan, sampled
from tests.support.survey import Survey, ballot, campaign, open_survey, question
from tests.support.workbench import Workbench

TWICE = {"share": "100", "stop_rate": None}


def clerk(
    survey: Survey, name: str, role: Role = Role.ENTRY_CLERK, office: str = "bd-1"
) -> httpx.AsyncClient:
    return survey.api.as_role(role, name, offices=[office])


@pytest_asyncio.fixture
async def survey(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    definition = {**campaign(), "double_entry": TWICE}
    async with open_survey(bench, monkeypatch, definition) as found:
        found.clerk = clerk(found, "an")
        yield found


@pytest.fixture
def binh(survey: Survey) -> httpx.AsyncClient:
    return clerk(survey, "binh")


async def claim(
    survey: Survey, who: httpx.AsyncClient, stage: str = "second", batch: str = "tui-1"
) -> httpx.Response:
    return await who.post(f"{survey.path}/batches/{batch}/claims", json={"stage": stage})


async def again(
    survey: Survey, who: httpx.AsyncClient, entered: dict[str, Any], **changes: Any
) -> httpx.Response:
    """The same paper keyed by another clerk, under an id of their own."""
    body = {**entered, "id": str(uuid4()), **changes}
    return await who.post(f"{survey.path}/second-entries", json=body)


async def rekey(survey: Survey, who: httpx.AsyncClient, entry: str, **values: Any) -> httpx.Response:
    body = {"values": {name.removeprefix("a"): value for name, value in values.items()}}
    return await who.post(f"{survey.path}/second-entries/{entry}/rekeyings", json=body)


async def decide(survey: Survey, ballot_id: str, position: str, value: Any) -> httpx.Response:
    body = {"value": value, "reason": "Phiếu giấy ghi như vậy."}
    return await survey.supervisor.post(
        f"{survey.path}/differences/{ballot_id}/{position}/decision", json=body
    )


async def progress(survey: Survey, batch: str = "tui-1") -> dict[str, Any]:
    found: dict[str, Any] = (await survey.manager.get(f"{survey.path}/batches/{batch}/double-entry")).json()
    return found


async def rows(bench: Workbench, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await bench.fetch(sql)]


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


async def test_the_second_clerk_is_not_the_first(survey: Survey, binh: httpx.AsyncClient) -> None:
    own, foreign = ballot("A1"), ballot("A2")
    await survey.enter(own)
    await binh.post(f"{survey.path}/ballots", json=foreign)
    await claim(survey, survey.clerk)
    refused = await again(survey, survey.clerk, own)
    assert (refused.status_code, refused.json()["code"]) == (403, "second_clerk_is_first")
    assert (await again(survey, survey.clerk, foreign)).status_code == 201


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
    assert (await rekey(survey, binh, second, a1=4)).json()["code"] == "batch_sealed"


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


async def test_clerks_are_counted_with_what_the_other_had_right(
    survey: Survey, binh: httpx.AsyncClient, bench: Workbench
) -> None:
    """Two ballots of two answers: four fields each with group and unit. An is wrong once, Bình twice."""
    entries = [ballot(f"A{n}") for n in range(3)]
    await survey.clerk.post(f"{survey.path}/ballots/bulk", json={"ballots": entries})
    await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T01:30:00Z'")
    await claim(survey, binh)
    same = (await again(survey, binh, entries[0], answers=[1, 1])).json()["id"]
    await rekey(survey, binh, same, a0=5, a1=4)
    other = (await again(survey, binh, entries[1], answers=[5, 1])).json()["id"]
    await rekey(survey, binh, other, a1=1)
    await decide(survey, entries[1]["id"], "1", 1)
    found = (await survey.supervisor.get(f"{survey.path}/clerks")).json()
    assert found == [
        {
            "clerk": "an",
            "first_ballots": 3,
            "second_ballots": 0,
            "fields": 12,
            "compared": 8,
            "errors": 1,
            "error_rate": "125.00",
            "hours": 1,
            "pace": "3.00",
            "busiest_hour": 3,
        },
        {
            **found[1],
            "clerk": "binh",
            "second_ballots": 2,
            "compared": 8,
            "errors": 2,
            "error_rate": "250.00",
        },
    ]
    assert (await survey.manager.get(f"{survey.path}/clerks")).json() == found
    foreign = clerk(survey, "gs", Role.ENTRY_SUPERVISOR, "bd-2")
    assert (await foreign.get(f"{survey.path}/clerks")).json() == []


async def test_habits_are_shown_with_their_ballots_and_nothing_is_left_out(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    definition = campaign(citizens=30)
    definition["questionnaires"][0]["questions"] = [question(f"q{n}", 5) for n in range(1, 6)]
    async with open_survey(bench, monkeypatch, definition) as survey:
        an, binh = clerk(survey, "an"), clerk(survey, "binh")
        copied = [ballot(f"A{n}", answers=[1, 2, 3, 4, 5]) for n in range(6)]
        straight = [ballot(f"B{n}", answers=[1 + n % 5] * 5) for n in range(5)]
        varied = [ballot(f"C{n}", answers=[1 + n % 5, 2, 3, 4, 1]) for n in range(7)]
        await an.post(f"{survey.path}/ballots/bulk", json={"ballots": copied + varied})
        await binh.post(
            f"{survey.path}/ballots/bulk", json={"ballots": [*straight, ballot("B9", answers=[0] * 5)]}
        )
        await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T01:00:00Z'")
        await bench.fetch(
            "UPDATE survey.ballot SET accepted_at = '2022-12-20T02:00:00Z' WHERE serial LIKE 'C%'"
        )
        quiet = (await survey.supervisor.get(f"{survey.path}/quality", params={"run": 7})).json()
        assert quiet["warnings"] == []
        told = (await survey.supervisor.get(f"{survey.path}/quality")).json()
        assert told["limits"] == {"straight": 30, "run": 5, "pace": 6}
        seen = [(w["kind"], w["clerk"], w["ballots"], w["of"], set(w["serials"])) for w in told["warnings"]]
        assert seen == [
            ("copied_run", "an", 6, 5, {f"A{n}" for n in range(6)}),
            ("straight_lining", "binh", 5, 6, {f"B{n}" for n in range(5)}),
        ]
        assert "83,33%" in told["warnings"][1]["detail"]
        await bench.fetch("UPDATE survey.ballot SET accepted_at = '2022-12-20T03:00:00Z' WHERE clerk = 'an'")
        await bench.fetch(
            "INSERT INTO survey.ballot SELECT campaign_id, gen_random_uuid(), 'D' || n, batch, questionnaire,"
            " respondent_group, unit, ARRAY[1 + n % 5, 1 + n / 5 % 5, 1, 2, 3], status, reason, digest, entry_mode, clerk,"
            " accepted_at FROM survey.ballot, generate_series(1, 60) n WHERE serial = 'A0'"
        )
        fast = (await survey.supervisor.get(f"{survey.path}/quality", params={"pace": 1})).json()["warnings"]
        assert [(w["clerk"], w["ballots"], w["of"]) for w in fast if w["kind"] == "impossible_pace"] == [
            ("an", 73, 60)
        ]
        assert (await survey.supervisor.get(f"{survey.path}/quality", params={"run": 1})).status_code == 422
        statuses = await rows(bench, "SELECT DISTINCT status FROM survey.ballot WHERE serial <> 'B9'")
        assert statuses == [("valid",)]
