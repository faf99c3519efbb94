"""Replies that never change, kept in memory: given again without a route or a transaction."""

from collections import OrderedDict
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parindex.http.conditional import IMMUTABLE, is_seen

MEMORY = 64 * 1024 * 1024
LARGEST = 4 * 1024 * 1024
EACH = 2048
"""What a reply takes beside its content and its address: headers and the objects around them."""
_Headers = list[tuple[bytes, bytes]]
_Key = tuple[bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class _Reply:
    headers: _Headers
    tag: str
    content: bytes
    size: int


class FrozenReplyMiddleware:
    """Keeps what the public was given as immutable, the least recently read going first.

    What is published is never taken back, so nothing here grows old. A caller with a token is not served from
    here: what a token may see and whether it is still good is the route's matter.
    """

    def __init__(self, app: ASGIApp, *, memory: int = MEMORY, largest: int = LARGEST) -> None:
        self.app = app
        self._memory = memory
        self._largest = largest
        self._held = 0
        self._replies: OrderedDict[_Key, _Reply] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"authorization" in headers:
            await self.app(scope, receive, send)
            return
        key = (scope["path"].encode(), scope["query_string"], headers.get(b"accept", b""))
        if (reply := self._replies.get(key)) is not None:
            self._replies.move_to_end(key)
            await _give(reply, scope, send)
        else:
            await self.app(scope, receive, self._watching(key, send))

    def _watching(self, key: _Key, send: Send) -> Send:
        """`send`, keeping what passes if it is whole, immutable and not too large."""
        headers: _Headers | None = None
        parts: list[bytes] = []

        async def watched(message: Message) -> None:
            nonlocal headers
            if message["type"] == "http.response.start":
                frozen = (
                    message["status"] == 200 and _header(message["headers"], b"cache-control") == IMMUTABLE
                )
                headers = list(message["headers"]) if frozen else None
            elif headers is not None:
                parts.append(message.get("body", b""))
                if sum(map(len, parts)) > self._largest:
                    headers = None
                    parts.clear()
                elif not message.get("more_body", False):
                    self._keep(key, headers, b"".join(parts))
            await send(message)

        return watched

    def _keep(self, key: _Key, headers: _Headers, content: bytes) -> None:
        """The address counts too: a caller may write whatever there, and get a new reply for it."""
        size = EACH + sum(map(len, key)) + len(content)
        if (before := self._replies.pop(key, None)) is not None:
            self._held -= before.size
        self._replies[key] = _Reply(headers, _header(headers, b"etag"), content, size)
        self._held += size
        while self._held > self._memory:
            _, gone = self._replies.popitem(last=False)
            self._held -= gone.size


def _header(headers: _Headers, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


async def _give(reply: _Reply, scope: Scope, send: Send) -> None:
    seen = is_seen(Request(scope), reply.tag)
    headers = reply.headers
    if seen:
        headers = [(name, value) for name, value in headers if not name.startswith(b"content-")]
    # The list is copied: whoever sends it on may add to it.
    await send({"type": "http.response.start", "status": 304 if seen else 200, "headers": list(headers)})
    await send({"type": "http.response.body", "body": b"" if seen else reply.content})
