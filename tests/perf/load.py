"""The load generator: a process of its own that posts ballots over kept-alive raw HTTP/1.1 connections.

It builds every request, connects, says `ready`, waits for `go`, and tells one JSON line: what its clients saw.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from uuid import uuid4

LENGTH = b"content-length: "


@dataclass(frozen=True)
class Ballots:
    """Where ballots go and what they hold; each connection uses a token of its own, if there are any."""

    port: int
    path: str
    tokens: Sequence[str]
    units: Sequence[str]
    questions: int
    options: int

    def message(self, serial: str, token: str) -> bytes:
        body = self._body(serial)
        lines = [
            f"POST {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *([f"Authorization: Bearer {token}"] if token else []),
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _body(self, serial: str) -> bytes:
        found = {
            "id": str(uuid4()),
            "serial": serial,
            "batch": "tui-1",
            "questionnaire": "sipas",
            "group": "nguoi-dan",
            "unit": random.choice(self.units),
            "answers": [random.randint(0, self.options) for _ in range(self.questions)],
        }
        return json.dumps(found, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Report:
    """What the clients saw; times in seconds."""

    statuses: dict[str, int]
    seconds: float
    median: float
    p99: float


class Client(asyncio.Protocol):
    """One connection that sends its messages one after another."""

    def __init__(self, messages: Sequence[bytes]) -> None:
        self.messages = iter(messages)
        self.ended = asyncio.get_running_loop().create_future()
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send_next(self) -> None:
        message = next(self.messages, None)
        if message is None:
            self._end()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(message)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found or len(rest) < _length(head):
            return
        self.latencies.append(time.perf_counter() - self.sent_at)
        self.statuses[head[9:12].decode()] += 1
        self.buffer = b""
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — asyncio's signature
        self._end()

    def _end(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


def _length(head: bytes) -> int:
    """Bytes of the body that follow this head; a 304 has none and says nothing of it."""
    _, found, rest = head.lower().partition(LENGTH)
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def _queues(ballots: Ballots, requests: int, connections: int, serial_prefix: str) -> list[list[bytes]]:
    """What each connection posts."""
    found = []
    for number in range(connections):
        token = ballots.tokens[number % len(ballots.tokens)] if ballots.tokens else ""
        serials = [f"{serial_prefix}-{n}" for n in range(number, requests, connections)]
        found.append([ballots.message(serial, token) for serial in serials])
    return found


async def run(port: int, queues: Sequence[Sequence[bytes]]) -> Report:
    """Connect, say so, wait for the word, send every queue over its own connection."""
    loop = asyncio.get_running_loop()
    clients = []
    for queue in queues:
        client = Client(queue)
        await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
        clients.append(client)
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.perf_counter()
    for client in clients:
        client.send_next()
    await asyncio.gather(*(client.ended for client in clients))
    seconds = time.perf_counter() - started
    latencies = sorted(latency for client in clients for latency in client.latencies)
    statuses = dict(sum((client.statuses for client in clients), Counter[str]()))
    return Report(statuses, seconds, latencies[len(latencies) // 2], latencies[len(latencies) * 99 // 100])


def prepared(
    ballots: Ballots, requests: int, connections: int, *, serial_prefix: str
) -> AbstractContextManager[Callable[[], Report]]:
    """The generator of ballots, connected and waiting."""
    return generator("tests.perf.load", [asdict(ballots), requests, connections, serial_prefix])


@contextmanager
def generator(module: str, terms: Sequence[object]) -> Iterator[Callable[[], Report]]:
    """A load generator, connected and waiting; what is given starts it and returns its report."""
    command = [sys.executable, "-m", module]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        ask, answer = process.stdin, process.stdout
        ask.write(json.dumps(terms) + "\n")
        ask.flush()
        if answer.readline().strip() != "ready":
            raise RuntimeError("the load generator did not connect")

        def go() -> Report:
            ask.write("go\n")
            ask.flush()
            if not (told := answer.readline()):
                raise RuntimeError("the load generator died")
            return Report(**json.loads(told))

        yield go


def main() -> None:
    target, *terms = json.loads(sys.stdin.readline())
    ballots = Ballots(**target)
    print(json.dumps(asdict(asyncio.run(run(ballots.port, _queues(ballots, *terms))))), flush=True)


if __name__ == "__main__":
    main()
