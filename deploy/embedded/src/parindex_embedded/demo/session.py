"""Clients of the story: one a role, each with its own token; a refusal stops the story with its problem."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx

PATIENCE_SECONDS = 60


class StoryError(Exception):
    """A request of the story was refused, or something did not happen in time."""


@dataclass(frozen=True, slots=True)
class Caller:
    """One account: where its service is, and its token."""

    client: httpx.AsyncClient
    token: str

    async def send(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        """The reply of a request that must succeed; raises StoryError with the problem otherwise."""
        headers = {"Authorization": f"Bearer {self.token}", **arguments.pop("headers", {})}
        reply = await self.client.request(method, path, headers=headers, **arguments)
        if reply.is_error:
            raise StoryError(f"{method} {path}: {reply.status_code} {reply.text[:2000]}")
        return reply

    async def find(self, path: str) -> Any:
        """What stands at the path, None while there is nothing yet."""
        headers = {"Authorization": f"Bearer {self.token}"}
        reply = await self.client.get(path, headers=headers)
        return None if reply.status_code == 404 else reply.raise_for_status().json()

    async def post(self, path: str, body: Any = None, **arguments: Any) -> Any:
        return (await self.send("POST", path, json=body, **arguments)).json()

    async def put(self, path: str, body: Any, **arguments: Any) -> Any:
        return (await self.send("PUT", path, json=body, **arguments)).json()

    async def get(self, path: str, **arguments: Any) -> Any:
        return (await self.send("GET", path, **arguments)).json()


class Session:
    """The three services, and tokens for the roles that call them."""

    def __init__(self, clients: dict[str, httpx.AsyncClient], administrator: str) -> None:
        self._clients = clients
        self.administrator = self.caller("scoring", administrator)

    def caller(self, service: str, token: str) -> Caller:
        return Caller(self._clients[service], token)

    async def account(self, service: str, role: str, subject: str, **scope: list[str]) -> Caller:
        """A new account with its role and scope, issued by the administrator."""
        grant = {"subject": subject, "role": role, **scope}
        issued = await self.administrator.post("/api/v1/tokens", grant)
        return self.caller(service, issued["token"])

    def same(self, caller: Caller, service: str) -> Caller:
        """The same account at another service."""
        return self.caller(service, caller.token)


@asynccontextmanager
async def open_session(urls: dict[str, str], administrator: str) -> AsyncIterator[Session]:
    limits = httpx.Limits(max_connections=16)
    clients = {name: httpx.AsyncClient(base_url=url, timeout=60, limits=limits) for name, url in urls.items()}
    try:
        yield Session(clients, administrator)
    finally:
        await asyncio.gather(*(client.aclose() for client in clients.values()))


async def wait_for(what: str, look: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until the answer is true; raises StoryError when patience ends."""
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE_SECONDS
    while loop.time() < end:
        if found := await look():
            return found
        await asyncio.sleep(0.2)
    raise StoryError(f"chờ quá {PATIENCE_SECONDS} giây: {what}")


async def in_parallel(jobs: list[Callable[[], Awaitable[Any]]], width: int, done: Callable[[], None]) -> None:
    """Run the jobs, `width` at a time, calling `done` after each."""
    gate = asyncio.Semaphore(width)

    async def run(job: Callable[[], Awaitable[Any]]) -> None:
        async with gate:
            await job()
            done()

    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(run(job))
