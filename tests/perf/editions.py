"""The edition line: one index of 30 units, whole and as 304, CPU of API and PostgreSQL beside the bare route's."""

import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import asyncpg

from parindex.http.conditional import entity_tag
from parindex.kernel.canonical import canonical_bytes, digest_bytes
from parindex.kernel.clocks import parse_instant
from parindex_embedded.processes import wait_until
from parindex_embedded.servers import free_port
from parindex_embedded.specs import MIGRATION, SERVICE_PROCESSES, ProcessSpec, ServiceProcess
from parindex_embedded.stack import Stack
from scoring_api.publication.http.examples import INDEX
from tests.perf.cpu import tree_seconds
from tests.perf.read_load import reading
from tests.perf.reference import bare_edition
from tests.perf.verdict import Line, interleaved

WHOLE_BOUND, SEEN_BOUND = 1.4, 1.25
UNITS, AREAS = 30, 7
PAIRS, REQUESTS, WARM_UP, CLIENTS = 7, 4000, 400, 16
SCORING = next(spec for spec in SERVICE_PROCESSES if spec.name == "api-scoring")
BARE = ProcessSpec(
    "bare-edition",
    "bare",
    (
        *(sys.executable, "-m", "uvicorn", "tests.perf.reference.bare_edition:app"),
        *("--port", "{port}", "--no-access-log", "--log-level", "warning"),
    ),
    ready_path="/openapi.json",
)
INSERT = """
INSERT INTO scoring.edition (period, number, origin, digest, content, index_content, index_tag, signature, key_id,
                             finalized_at, published_at)
VALUES ('2022', 1, 'computed', $1, $2, $2, $3, '', '', $4, $4)
"""


@dataclass(frozen=True)
class Target:
    """A server, the processes whose CPU counts, where the edition lies and its tag."""

    pids: tuple[int, ...]
    port: int
    path: str
    tag: str


def index_content() -> bytes:
    """The index of a province: the example's row for every unit, each with seven areas."""
    row = {**INDEX["units"][0], "areas": INDEX["units"][0]["areas"] * AREAS}
    units = [{**row, "unit": f"don-vi-{number:02}", "rank": number} for number in range(1, UNITS + 1)]
    return canonical_bytes({**INDEX, "units": units})


def measure(home: Path, pairs: int = PAIRS) -> list[Line]:
    with both_targets(home) as (ours, bare):
        lines = []
        for name, status, bound in (
            ("edition of 30 units", "200", WHOLE_BOUND),
            ("the same, 304", "304", SEEN_BOUND),
        ):
            for target in (ours, bare):
                _load(target, status, WARM_UP)
            found = interleaved(pairs, partial(_load, ours, status), partial(_load, bare, status))
            mine, yardstick = [median(side) for side in zip(*found, strict=True)]
            note = f"{mine:.0f} to {yardstick:.0f} µs"
            ratios = [one / other for one, other in found]
            lines.append(Line(f"{name}, CPU against the bare route", ratios, bound, note=note))
    return lines


def _load(target: Target, status: str, requests: int = REQUESTS) -> float:
    """CPU-µs a request."""
    headers = {"If-None-Match": target.tag} if status == "304" else {}
    with reading(target.port, target.path, headers, requests, CLIENTS) as go:
        before = tree_seconds(*target.pids)
        report = go()
        used = tree_seconds(*target.pids) - before
    if report.statuses != {status: requests}:
        raise RuntimeError(f"{target.path} answered {report.statuses}")
    return used / requests * 1e6


@contextmanager
def both_targets(home: Path) -> Iterator[tuple[Target, Target]]:
    content = index_content()
    for name in ("SURVEY", "REPORT"):
        os.environ.setdefault(f"PARINDEX_{name}_URL", "http://127.0.0.1:9")  # never called here
    with Stack(home, processes=(SCORING,), migration=(*MIGRATION, "scoring")) as stack:
        asyncio.run(_store(stack.admin_url, content))
        api, postgres = stack.pid_of(SCORING.name), stack.pid_of("postgres")
        assert api
        assert postgres
        port = int(stack.urls["scoring"].rpartition(":")[2])
        ours = Target((api, postgres), port, "/api/v1/editions/2022/1", entity_tag(content))
        with _bare_route(stack, home, content) as bare:
            assert bare.pid
            yield ours, Target((bare.pid,), bare.port or 0, "/edition", bare_edition.TAG)


async def _store(url: str, content: bytes) -> None:
    connection = await asyncpg.connect(url)
    try:
        published = parse_instant("2023-03-01T08:00:00+07:00")
        await connection.execute(INSERT, digest_bytes(content), content, entity_tag(content), published)
    finally:
        await connection.close()


@contextmanager
def _bare_route(stack: Stack, home: Path, content: bytes) -> Iterator[ServiceProcess]:
    kept = home / "edition.json"
    kept.write_bytes(content)
    env = {**os.environ, bare_edition.CONTENT_VARIABLE: str(kept)}
    server = ServiceProcess(BARE, free_port(), log=stack.log_of(BARE.name), env=env)
    server.start()
    try:
        if not wait_until(server.is_ready, 30):
            raise RuntimeError(server.last_words())
        yield server
    finally:
        server.stop()
