"""A clerk's line to the API processes over raw HTTP/1.1, and a proxy that cuts replies on their way back."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
ANSWER_SECONDS = 60
PATIENCE_SECONDS = 180
PAUSE_SECONDS = 0.05


class NoAnswerError(Exception):
    """The connection ended before the whole reply was there: nobody knows what became of the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    content: dict[str, Any]


class Line:
    """One connection of one clerk. After a failure it goes to the next process, as a gateway would."""

    def __init__(self, ports: Sequence[int], token: str, first: int = 0) -> None:
        self._ports = ports
        self._token = token
        self._turn = first
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.unanswered = 0
        self.unavailable = 0

    async def connect(self) -> None:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._ports[self._turn % len(self._ports)])

    async def post(self, path: str, body: Any) -> Reply:
        """One request. Raises NoAnswerError."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.connect()
                assert self._streams
                reader, writer = self._streams
                writer.write(self._message(path, json.dumps(body).encode()))
                head, content = split(await read_reply(reader))
        except (OSError, EOFError) as error:
            await self.close()
            self._turn += 1
            raise NoAnswerError from error
        return Reply(int(head[9:12]), json.loads(content))

    async def deliver(self, path: str, body: Any) -> tuple[Reply, int]:
        """The same request until it is answered, as an entry program does; how often no answer came."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        lost = 0
        while asyncio.get_running_loop().time() < deadline:
            try:
                reply = await self.post(path, body)
            except NoAnswerError:
                lost += 1
                self.unanswered += 1
            else:
                if reply.status != 503:
                    return reply, lost
                self.unavailable += 1
            await asyncio.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"{path}: {lost} requests without an answer")

    async def close(self) -> None:
        if self._streams is not None:
            streams, self._streams = self._streams, None
            await hang_up(streams[1])

    def _message(self, path: str, content: bytes) -> bytes:
        lines = (
            f"POST {path} HTTP/1.1",
            f"Host: {HOST}",
            f"Authorization: Bearer {self._token}",
            "Content-Type: application/json",
            f"Content-Length: {len(content)}",
        )
        return "\r\n".join([*lines, "", ""]).encode() + content


@asynccontextmanager
async def lines(ports: Sequence[int], tokens: Sequence[str]) -> AsyncIterator[list[Line]]:
    """A line for each token, evenly over the processes."""
    found = [Line(ports, token, number) for number, token in enumerate(tokens)]
    try:
        yield found
    finally:
        for line in found:
            await line.close()


async def read_reply(reader: asyncio.StreamReader) -> bytes:
    """A whole message, of either direction: head and body."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
    return head + await reader.readexactly(int(fields[b"content-length"]))


def split(message: bytes) -> tuple[bytes, bytes]:
    head, _, content = message.partition(b"\r\n\r\n")
    return head, content


async def hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


class CuttingProxy:
    """Stands before one process and lets each request through; of the replies, which follow the commit, it
    cuts the given share: none or a part of the reply gets through, then the connection ends.
    """

    def __init__(self, port: int, share: float, chance: random.Random) -> None:
        self._port = port
        self._share = share
        self._chance = chance
        self.cut = 0
        self.passed = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Its port."""
        server = await asyncio.start_server(self._serve, HOST)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_connection(HOST, self._port)
        try:
            with suppress(EOFError):  # the client has gone
                while await self._exchange(reader, writer, inner, outer):
                    pass
        finally:
            await hang_up(outer)
            await hang_up(writer)

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        inner: asyncio.StreamReader,
        outer: asyncio.StreamWriter,
    ) -> bool:
        outer.write(await read_reply(reader))
        reply = await read_reply(inner)
        if self._chance.random() < self._share:
            self.cut += 1
            writer.write(reply[: self._chance.randrange(len(reply)) if self._chance.random() < 0.5 else 0])
            return False
        self.passed += 1
        writer.write(reply)
        return True
