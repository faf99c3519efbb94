"""Tokens are listed and revoked; every service refuses a revoked one within seconds, also while scoring is away."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from parindex.auth import revocations
from parindex.auth.policy import Role
from parindex.auth.principal import Principal
from parindex.auth.revocations import RevokedTokens
from parindex.http.client import fetch_revoked
from tests.support.scoring_story import code_of, ok
from tests.support.served import served
from tests.support.workbench import Api, Workbench

GRANT = {"subject": "cong-chuc-so-noi-vu", "role": "unit_officer", "units": ["so-noi-vu"], "days": 30}
LOOK = {"scoring": "/api/v1/units", "survey": "/api/v1/campaigns/khong-co"}
LET_IN = (200, 404)


async def issue(client: httpx.AsyncClient, **change: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await ok(client.post("/api/v1/tokens", json={**GRANT, **change}))).json()
    return made


@asynccontextmanager
async def administering(bench: Workbench) -> AsyncIterator[tuple[Api, httpx.AsyncClient]]:
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR, "quan-tri") as client:
        yield api, client


async def refused_within(api: Api, token: str, path: str, seconds: float = 6) -> float:
    """How long the token still opened the door."""
    started = time.monotonic()
    async with api.client(token) as client:
        while time.monotonic() - started < seconds:
            reply = await client.get(path)
            if reply.status_code == 401:
                assert reply.json()["code"] == "token_revoked"
                return time.monotonic() - started
            assert reply.status_code in LET_IN, reply.text
            await asyncio.sleep(0.1)
    raise AssertionError("still let in")


async def test_tokens_are_listed_newest_first_without_themselves(bench: Workbench) -> None:
    async with administering(bench) as (_, client):
        made = [await issue(client, subject=f"tai-khoan-{place}") for place in range(3)]
        first = await ok(client.get("/api/v1/tokens", params={"limit": 2}))
        page = first.json()
        assert [row["id"] for row in page["tokens"]] == [made[2]["id"], made[1]["id"]]
        assert made[2]["token"] not in first.text
        rest = (await ok(client.get("/api/v1/tokens", params={"before": page["next"]}))).json()
        assert ([row["id"] for row in rest["tokens"]], rest["next"]) == ([made[0]["id"]], None)
        row = rest["tokens"][0]
        assert (row["subject"], row["role"], row["issued_by"]) == ("tai-khoan-0", "unit_officer", "quan-tri")
        assert row["scope"]["units"] == ["so-noi-vu"]
        assert row["issued_at"] < row["expires_at"]
        found = (await ok(client.get("/api/v1/tokens", params={"subject": "tai-khoan-1"}))).json()
        assert [row["id"] for row in found["tokens"]] == [made[1]["id"]]
        await ok(client.delete(f"/api/v1/tokens/{made[1]['id']}"))
        valid = (await ok(client.get("/api/v1/tokens", params={"valid": True}))).json()
        assert {row["id"] for row in valid["tokens"]} == {made[0]["id"], made[2]["id"]}


async def test_a_revoked_token_is_refused_by_both_services_within_seconds(bench: Workbench) -> None:
    async with administering(bench) as (scoring, client), served(scoring.app) as url:
        made = await issue(client, role="council_clerk", units=[])
        async with bench.api("survey") as survey:
            ask = partial(fetch_revoked, url, bench.key("survey"))
            survey.app.state.verifier._revoked = RevokedTokens(ask)
            for api, path in ((scoring, LOOK["scoring"]), (survey, LOOK["survey"])):
                async with api.client(made["token"]) as holder:
                    assert (await holder.get(path)).status_code in LET_IN
            gone = (await ok(client.delete(f"/api/v1/tokens/{made['id']}"))).json()
            assert gone["revoked_by"] == "quan-tri"
            told = await asyncio.gather(
                refused_within(scoring, made["token"], LOOK["scoring"]),
                refused_within(survey, made["token"], LOOK["survey"]),
            )
            print("refused after", [round(seconds, 1) for seconds in told])
            again = (await ok(client.delete(f"/api/v1/tokens/{made['id']}"))).json()
            assert again == gone, "revoking twice changes nothing"
            other = await issue(client, role="council_clerk", units=[])
            async with survey.client(other["token"]) as holder:
                assert (await holder.get(LOOK["survey"])).status_code in LET_IN, "nobody else is hit"
        rows = await bench.fetch("SELECT action, object FROM scoring.audit WHERE action = 'token.revoked'")
        assert [row["object"] for row in rows] == [GRANT["subject"]]


async def test_the_last_known_list_counts_while_scoring_is_away(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revocations, "FRESH_SECONDS", 0.1)
    monkeypatch.setattr(revocations, "PAUSE_SECONDS", 0.1)
    async with bench.api("survey") as survey:
        async with administering(bench) as (scoring, client):
            made = await issue(client, role="council_clerk", units=[])
            kept = await issue(client, role="council_clerk", units=[])
            async with served(scoring.app) as url:
                ask = partial(fetch_revoked, url, bench.key("survey"))
                survey.app.state.verifier._revoked = RevokedTokens(ask)
                await ok(client.delete(f"/api/v1/tokens/{made['id']}"))
                await refused_within(survey, made["token"], LOOK["survey"])
        await asyncio.sleep(0.2)
        for _ in range(3):
            async with survey.client(made["token"]) as holder, survey.client(kept["token"]) as other:
                assert await code_of(holder.get(LOOK["survey"])) == (401, "token_revoked")
                assert (await other.get(LOOK["survey"])).status_code in LET_IN, (
                    "an outage stops nobody's work"
                )
            await asyncio.sleep(0.15)


async def test_who_comes_first_waits_for_the_list(bench: Workbench) -> None:
    """A fresh process lets nobody in by a list it has not had yet."""
    async with administering(bench) as (_, client):
        made = await issue(client)
        await ok(client.delete(f"/api/v1/tokens/{made['id']}"))
    async with bench.api("scoring") as api:

        async def ask() -> int:
            async with api.client(made["token"]) as holder:
                return (await holder.get(LOOK["scoring"])).status_code

        assert await asyncio.gather(*(ask() for _ in range(8))) == [401] * 8


async def test_the_list_is_asked_for_once_in_two_seconds() -> None:
    asked = 0

    async def fetch() -> frozenset[Any]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        return frozenset()

    known = RevokedTokens(fetch)
    from parindex.kernel.ids import uuid7

    assert not any(await asyncio.gather(*(known.has(uuid7()) for _ in range(50))))
    assert asked == 1


async def test_every_token_of_an_account_goes_at_once(bench: Workbench) -> None:
    async with administering(bench) as (_, client):
        made = {(await issue(client))["id"] for _ in range(3)}
        other = await issue(client, subject="nguoi-khac")
        reply = await ok(client.post("/api/v1/tokens/revocations", json={"subject": GRANT["subject"]}))
        assert set(reply.json()["revoked"]) == made
        again = await ok(client.post("/api/v1/tokens/revocations", json={"subject": GRANT["subject"]}))
        assert again.json() == {"revoked": []}
        valid = (await ok(client.get("/api/v1/tokens", params={"valid": True}))).json()["tokens"]
        assert [row["id"] for row in valid] == [other["id"]]


async def test_a_token_that_was_found_is_revoked_though_the_command_line_gave_it(bench: Workbench) -> None:
    async with administering(bench) as (api, client):
        holder = Principal("quan-tri-2", Role.ADMINISTRATOR)
        token = bench.key("scoring").issue(holder, timedelta(hours=2))
        reply = await ok(client.post("/api/v1/tokens/revocations", json={"token": token}))
        assert len(reply.json()["revoked"]) == 1
        await refused_within(api, token, LOOK["scoring"])
        listed = (await ok(client.get("/api/v1/tokens", params={"subject": "quan-tri-2"}))).json()["tokens"]
        assert [row["revoked_by"] for row in listed] == ["quan-tri"]
        service = bench.key("survey").service_token()
        refused = await code_of(client.post("/api/v1/tokens/revocations", json={"token": service}))
        assert refused == (401, "token_invalid")


BAD = (
    {}, {"subject": "a", "token": "b"}, {"subject": ""}, {"subject": "Tên Người"}, {"token": ""},
    {"token": "x" * 8001}, {"id": "x"}, {"subject": 5}, {"subject": None, "token": None},
)  # fmt: skip


async def test_bad_questions_are_refused(bench: Workbench) -> None:
    nobody = "0193514e-9a53-7d43-8d43-3d9a2f6a1c11"
    async with administering(bench) as (api, client):
        for body in BAD:
            refused = await code_of(client.post("/api/v1/tokens/revocations", json=body))
            assert refused == (422, "invalid_request"), body
        for token in ("không-phải-mã", "a.b.c"):
            refused = await code_of(client.post("/api/v1/tokens/revocations", json={"token": token}))
            assert refused == (401, "token_invalid"), token
        assert await code_of(client.delete(f"/api/v1/tokens/{nobody}")) == (404, "token_unknown")
        assert await code_of(client.delete("/api/v1/tokens/x")) == (422, "invalid_request")
        for query in ("limit=0", "limit=1001", "before=x", "valid=maybe", "subject=" + "x" * 201):
            assert await code_of(client.get(f"/api/v1/tokens?{query}")) == (422, "invalid_request"), query
        async with api.as_role(Role.COUNCIL_CLERK) as other:
            assert await code_of(other.get("/api/v1/tokens")) == (403, "forbidden")
            assert await code_of(other.delete(f"/api/v1/tokens/{nobody}")) == (403, "forbidden")
            assert await code_of(other.post("/api/v1/tokens/revocations", json={"subject": "a"})) == (
                403,
                "forbidden",
            )
            assert await code_of(other.get("/internal/revocations")) == (403, "forbidden")


async def test_expired_ones_leave_the_list_that_services_ask_for(bench: Workbench) -> None:
    async with administering(bench) as (api, client):
        made = await issue(client)
        await ok(client.delete(f"/api/v1/tokens/{made['id']}"))
        async with api.client(bench.key("report").service_token()) as service:
            assert (await ok(service.get("/internal/revocations"))).json() == {"revoked": [made["id"]]}
            await bench.fetch("UPDATE scoring.access_token SET expires_at = now() - interval '50 minutes'")
            still = (await ok(service.get("/internal/revocations"))).json()
            assert still == {"revoked": [made["id"]]}, "a service with a slow clock would let it in"
            await bench.fetch("UPDATE scoring.access_token SET expires_at = now() - interval '61 minutes'")
            assert (await ok(service.get("/internal/revocations"))).json() == {"revoked": []}
