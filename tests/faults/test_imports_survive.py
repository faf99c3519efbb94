"""A file outlives the death of its worker: all its good rows in the end, none of them before, no row twice.

50.000 rows, 137 of them bad, row by row; the worker is killed with kill -9 at ten points, two in a normal run.
Then the same file as a whole: nothing of it is stored.
"""

import asyncio
import json
import os
import random
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from parindex_embedded.specs import MIGRATION, SERVICE_PROCESSES
from parindex_embedded.stack import Stack
from tests.perf.ballot_servers import NEIGHBOUR
from tests.perf.survey_servers import Campaign, Survey, survey_of

ROWS, BAD = 50_000, 137
POINTS = (
    [0.0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0, 1.0] if os.environ.get("PARINDEX_DEEP") else [0.35, 1.0]
)
WITHIN_SECONDS = 120
WORKER = "worker-survey"
PROCESSES = (NEIGHBOUR, *(spec for spec in SERVICE_PROCESSES if spec.service == "survey"))


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survey]:
    os.environ.setdefault("PARINDEX_REPORT_URL", "http://127.0.0.1:9")  # never called here
    home = tmp_path_factory.mktemp("imports")
    with (
        Stack(home, processes=PROCESSES, migration=(*MIGRATION, "survey"), fsync=False) as stack,
        survey_of(stack) as found,
    ):
        yield found


@pytest_asyncio.fixture
async def books(survey: Survey) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(survey.admin_url)
    yield connection
    await connection.close()


def file_of(prefix: str) -> bytes:
    draw = random.Random(prefix)
    bad = set(draw.sample(range(ROWS), BAD))
    rows = ["serial,unit,q01,q02,q03,q04"]
    for number in range(ROWS):
        cells = ["9", "1", "1", "1"] if number in bad else draw.choices("12345", k=4)
        rows.append(f"{prefix}-{number:05},so-{1 + number % 20:02},{','.join(cells)}")
    return "\n".join(rows).encode()


def send(campaign: Campaign, content: bytes, atomic: str) -> str:
    data = {"batch": "tui-1", "questionnaire": "sipas", "mapping": json.dumps({}), "atomic": atomic}
    reply = campaign.client.post(f"{campaign.path}/imports", data=data, files={"file": ("p.csv", content)})
    assert reply.status_code == 202, reply.text
    return str(reply.headers["location"])


async def stored(books: asyncpg.Connection, code: str) -> int:
    found = await books.fetchval(
        "SELECT count(*) FROM survey.ballot b JOIN survey.campaign c ON c.id = b.campaign_id WHERE c.code = $1",
        code,
    )
    return int(found)


async def ended(survey: Survey, books: asyncpg.Connection, code: str, location: str, kill_at: float) -> Any:
    """The import when it has ended; the worker dies once, when that part of the file is read."""
    started, killed = time.monotonic(), False
    while True:
        job = await books.fetchrow(
            "SELECT state, total, done FROM survey.ballot_import WHERE id = $1", location[-36:]
        )
        assert await stored(books, code) in {0, ROWS - BAD}
        if job["state"] not in {"queued", "running"}:
            return survey.supervisor.get(location).json(), killed
        if not killed and job["state"] == "running" and job["total"] and job["done"] >= kill_at * ROWS:
            await asyncio.to_thread(survey.stack.kill, WORKER)
            killed = True
        assert time.monotonic() - started < WITHIN_SECONDS, dict(job)
        await asyncio.sleep(0.005)


@pytest.mark.timeout(1500)
async def test_a_killed_worker_leaves_all_good_rows_or_none(
    survey: Survey, books: asyncpg.Connection
) -> None:
    worst, kills = 0.0, 0
    for number, point in enumerate(POINTS):
        code = f"dot-{number}"
        campaign = await asyncio.to_thread(survey.open_campaign, code, 4)
        await asyncio.to_thread(campaign.issue, "tui-1", ROWS)
        location = await asyncio.to_thread(send, campaign, file_of(f"S{number}"), "row")
        started = time.monotonic()
        found, killed = await ended(survey, books, code, location, point)
        kills += killed
        worst = max(worst, time.monotonic() - started)
        counts = (found["state"], found["valid"], found["held"], found["bad_rows"], found["done"])
        assert counts == ("done", ROWS - BAD, 0, BAD, ROWS)
        assert await stored(books, code) == ROWS - BAD
    taken = await books.fetchval("SELECT sum(taken) FROM survey.quota")
    assert taken == len(POINTS) * (ROWS - BAD)
    assert kills == len(POINTS)
    print(f"{kills} lần giết tiến trình, mỗi lần đúng {ROWS - BAD} phiếu, chậm nhất {worst:.1f} giây")


async def test_a_whole_file_with_a_bad_row_stores_nothing(survey: Survey, books: asyncpg.Connection) -> None:
    campaign = await asyncio.to_thread(survey.open_campaign, "dot-all", 4)
    await asyncio.to_thread(campaign.issue, "tui-1", ROWS)
    location = await asyncio.to_thread(send, campaign, file_of("T"), "all")
    found, killed = await ended(survey, books, "dot-all", location, 0.5)
    assert killed
    assert (found["state"], found["valid"], found["bad_rows"]) == ("refused", 0, BAD)
    assert await stored(books, "dot-all") == 0
    assert not await books.fetchval("SELECT count(*) FROM survey.import_row")
