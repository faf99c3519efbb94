"""The edge every API shares: rights before bodies and replays, addresses that can be stored, colliding requests."""

import asyncio
from collections.abc import AsyncIterator

from parindex.auth.policy import Role
from tests.integration.test_scoring_units import unit
from tests.support.workbench import Workbench


async def test_a_replay_needs_the_right_of_the_request_itself(bench: Workbench) -> None:
    body, key = unit("so-y-te", "Sở Y tế"), {"Idempotency-Key": "k1"}
    async with bench.api("scoring") as api:
        async with api.as_role(Role.ADMINISTRATOR, "chung") as administrator:
            assert (await administrator.post("/api/v1/units", json=body, headers=key)).status_code == 201
        async with api.as_role(Role.READER, "chung") as reader:
            replayed = await reader.post("/api/v1/units", json=body, headers=key)
    assert (replayed.status_code, replayed.json()["code"]) == (403, "forbidden")


async def test_a_stranger_is_refused_before_the_body_is_read(bench: Workbench) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 65536

    async with bench.api("scoring") as api, api.client() as client:
        reply = await client.post("/api/v1/units", content=endless())
    assert reply.status_code == 401
    assert sent <= 1


async def test_a_token_is_never_kept_for_a_replay(bench: Workbench) -> None:
    grant, key = {"subject": "doc", "role": "reader"}, {"Idempotency-Key": "k1"}
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        replies = [await client.post("/api/v1/tokens", json=grant, headers=key) for _ in range(2)]
    assert [reply.status_code for reply in replies] == [201, 201]
    assert "idempotency-replayed" not in replies[1].headers
    assert not await bench.fetch("SELECT 1 FROM scoring.idempotency_key")


async def test_an_address_that_cannot_be_stored_is_malformed(bench: Workbench) -> None:
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        replies = [
            await client.get("/api/v1/units/so%00"),
            await client.get("/api/v1/units?q=%00"),
            await client.post("/api/v1/units", json={"code": "so\u0000"}),
            await client.post("/api/v1/units", json={}, headers={"Idempotency-Key": "k" * 201}),
        ]
    assert [(reply.status_code, reply.json()["code"]) for reply in replies] == [
        (400, "malformed_request")
    ] * 4


async def test_of_equal_requests_at_once_one_wins_and_nobody_crashes(bench: Workbench) -> None:
    body = unit("so-y-te", "Sở Y tế")
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        replies = await asyncio.gather(*(client.post("/api/v1/units", json=body) for _ in range(12)))
    assert sorted(reply.status_code for reply in replies) == [201] + [409] * 11
    assert {reply.json()["code"] for reply in replies if reply.status_code == 409} <= {
        "unit_exists",
        "already_exists",
    }
