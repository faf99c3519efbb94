"""What gives way when a process has more to do than it can: reads are put off, what people send is taken."""

import asyncio

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parindex.http.problems import respond
from parindex.http.routing import SAFE

PUBLISHED = "/api/"
"""Only these give way: probes, keys and what the services fetch from each other keep the system going."""


class ReadLimitMiddleware:
    """Works on `at_once` reads and lets others wait; with `most` of both, further ones are told to come back.

    So a rush of readers leaves connections and time to ballots and to every other request that writes. A read
    has its place until its reply begins: one who is slow to take a long file keeps nobody out.
    """

    def __init__(self, app: ASGIApp, *, at_once: int, most: int) -> None:
        self.app = app
        self._most = most
        self._admitted = 0
        self._working = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in SAFE or not scope["path"].startswith(PUBLISHED):
            await self.app(scope, receive, send)
        elif self._admitted >= self._most:
            await respond(Request(scope), "too_many_requests")(scope, receive, send)
        else:
            await self._read(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._admitted += 1
        try:
            await self._working.acquire()
        except BaseException:
            self._admitted -= 1
            raise
        has_place = True

        def give_back() -> None:
            nonlocal has_place
            if has_place:
                has_place = False
                self._admitted -= 1
                self._working.release()

        async def beginning(message: Message) -> None:
            give_back()
            await send(message)

        try:
            await self.app(scope, receive, beginning)
        finally:
            give_back()
