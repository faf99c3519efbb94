"""Reads give way in a rush and ballots do not: over a real socket, on the real database."""

import asyncio
from collections import Counter

import httpx
import pytest
from starlette.types import Message, Receive, Scope, Send

from parindex.auth.policy import Role
from parindex.http.overload import ReadLimitMiddleware
from tests.support.served import served
from tests.support.survey import ballot, campaign, open_survey
from tests.support.workbench import Workbench

AT_ONCE, MOST = 2, 6


async def test_in_a_rush_reads_come_back_later_and_every_ballot_is_taken(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARINDEX_SURVEY_DATABASE_POOL", str(AT_ONCE))
    monkeypatch.setenv("PARINDEX_SURVEY_MOST_READS", str(MOST))
    async with (
        open_survey(bench, monkeypatch, campaign(citizens=100)) as survey,
        served(survey.api.app) as url,
        httpx.AsyncClient(base_url=url, timeout=60, limits=httpx.Limits(max_connections=150)) as client,
    ):
        clerk = {"Authorization": f"Bearer {bench.token(Role.ENTRY_CLERK, offices=['bd-1'])}"}
        manager = {"Authorization": f"Bearer {bench.token(Role.SURVEY_MANAGER)}"}

        async def read() -> httpx.Response:
            return await client.get(survey.path, headers=manager)

        async def enter(number: int) -> httpx.Response:
            return await client.post(f"{survey.path}/ballots", json=ballot(f"A{number}"), headers=clerk)

        jobs = [job for number in range(50) for job in (read(), enter(number), read())]
        replies = await asyncio.gather(*jobs)
        probes = [await client.get(path) for path in ("/readyz", "/.well-known/jwks.json")]
        calm = await read()
    reads = [reply for reply in replies if reply.request.method == "GET"]
    refused = [reply for reply in reads if reply.status_code == 429]
    assert Counter(reply.status_code for reply in replies if reply.request.method == "POST") == {201: 50}
    assert {reply.status_code for reply in reads} == {200, 429}
    assert {reply.headers["retry-after"] for reply in refused} == {"2"}
    assert {reply.json()["code"] for reply in refused} == {"too_many_requests"}
    assert all(reply.headers["x-trace-id"] == reply.json()["trace_id"] for reply in refused)
    assert {reply.status_code for reply in (*probes, calm)} == {200}


class Desk:
    """An app whose replies begin, and end, when the test says so."""

    def __init__(self) -> None:
        self.begins, self.ends = asyncio.Event(), asyncio.Event()
        self.reached = 0
        self.fails = False

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        self.reached += 1
        await self.begins.wait()
        if self.fails:
            raise RuntimeError
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.ends.wait()
        await send({"type": "http.response.body", "body": b""})


async def ask(app: ReadLimitMiddleware, method: str = "GET", path: str = "/api/v1/units") -> int:
    scope = {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}
    statuses: list[int] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    await app(scope, receive, send)
    return statuses[0]


async def test_those_beyond_the_places_wait_those_beyond_the_limit_are_refused() -> None:
    desk = Desk()
    app = ReadLimitMiddleware(desk, at_once=1, most=2)
    reading = [asyncio.create_task(ask(app)) for _ in range(2)]
    await asyncio.sleep(0)
    assert desk.reached == 1
    assert [await ask(app), await ask(app, "HEAD")] == [429, 429]
    others = [asyncio.create_task(ask(app, *how)) for how in (("POST",), ("GET", "/livez"))]
    await asyncio.sleep(0)
    assert desk.reached == 3
    desk.begins.set()
    await asyncio.sleep(0.01)
    assert desk.reached == 4, "a reply that has begun keeps no place"
    desk.ends.set()
    assert await asyncio.gather(*reading, *others) == [200] * 4


async def test_a_read_that_fails_or_is_called_off_gives_its_place_back() -> None:
    desk = Desk()
    app = ReadLimitMiddleware(desk, at_once=1, most=2)
    working, waiting = (asyncio.create_task(ask(app)) for _ in range(2))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    desk.fails = True
    desk.begins.set()
    assert isinstance((await asyncio.gather(working, return_exceptions=True))[0], RuntimeError)
    desk.fails = False
    desk.ends.set()
    assert await asyncio.gather(ask(app), ask(app)) == [200, 200]
