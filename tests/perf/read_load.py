"""The load generator of reads: a process of its own that asks for one address over kept-alive connections."""

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict

from tests.perf.load import Report, generator, run


def reading(
    port: int, path: str, headers: Mapping[str, str], requests: int, connections: int
) -> AbstractContextManager[Callable[[], Report]]:
    """The generator, connected and waiting."""
    return generator("tests.perf.read_load", [port, path, dict(headers), requests, connections])


def main() -> None:
    port, path, headers, requests, connections = json.loads(sys.stdin.readline())
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    message = "\r\n".join([*lines, "", ""]).encode()
    queues = [[message] * (requests // connections) for _ in range(connections)]
    print(json.dumps(asdict(asyncio.run(run(port, queues)))), flush=True)


if __name__ == "__main__":
    main()
