"""The tally reaches the computation exactly once, whatever dies in between: Redis, the worker, PostgreSQL.

The worker is stopped before the seal, so that every fault falls between `tally.sealed` and the computation.
`PARINDEX_DEEP=1` runs it 20 times, otherwise 3.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio

from parindex_embedded.demo.example import at
from parindex_embedded.demo.session import Caller, Session, open_session
from parindex_embedded.stack import Stack
from tests.support.scoring_story import load, period_body
from tests.support.stack import administrator_token

ROUNDS = 20 if os.environ.get("PARINDEX_DEEP") else 3
WITHIN_SECONDS = 60
UNITS = ("so-noi-vu", "so-y-te")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("faults"), rehearsal=True, fsync=False) as running:
        running.set_clock(at("2022-12-16"))
        yield running


@pytest_asyncio.fixture
async def session(stack: Stack) -> AsyncIterator[Session]:
    async with open_session(dict(stack.urls), administrator_token(stack)) as found:
        yield found


async def set_up(session: Session) -> tuple[Caller, Caller]:
    """Two units and their framework; returns the survey's manager and the post office's supervisor."""
    administrator = session.administrator
    for unit in load("units.json"):
        if unit["code"] in UNITS:
            names = [{key: unit[key] for key in ("name", "short_name", "head_title", "valid_from")}]
            body = {key: unit[key] for key in ("code", "level", "kind", "aliases")}
            await administrator.post("/api/v1/units", {**body, "names": names})
    await administrator.post("/api/v1/frameworks", load("framework-departments.json"))
    await administrator.post("/api/v1/frameworks/hai-duong-2022-so/versions/1/publish")
    manager = await session.account("survey", "survey_manager", "phu-trach-dieu-tra")
    supervisor = await session.account("survey", "entry_supervisor", "giam-sat", offices=["Bưu điện tỉnh"])
    return manager, supervisor


async def campaign_ready_to_seal(
    session: Session, manager: Caller, supervisor: Caller, code: str, period: str
) -> None:
    """A period with its campaign for each round, the one bag sealed, the tally not yet made."""
    survey = {
        "campaign": code,
        "operator": "Bưu điện tỉnh",
        "questionnaire_levels": {"sipas-so": "department"},
    }
    await session.administrator.post("/api/v1/periods", period_body(UNITS, code=period, survey=survey))
    questionnaires = [form for form in load("questionnaires.json") if form["code"] == "sipas-so"]
    body = {
        "code": code,
        "title": "Đợt điều tra thử",
        "period": period,
        "operator": "Bưu điện tỉnh",
        "opens_at": at("2022-12-01").isoformat(),
        "closes_at": at("2023-02-01").isoformat(),
        "questionnaires": questionnaires,
    }
    base = f"/api/v1/campaigns/{code}"
    await manager.post("/api/v1/campaigns", body)
    await manager.post(f"{base}/units")
    await manager.post(f"{base}/open")
    batch = {"code": "tui-1", "office": "Bưu điện tỉnh", "questionnaire": "sipas-so", "issued": 0}
    await supervisor.post(f"{base}/batches", batch)
    seal = {"bag_seal": "NP-1", "returned": 0, "spoiled": 0, "missing": 0}
    await supervisor.post(f"{base}/batches/tui-1/seal", seal)


async def computations(stack: Stack, digest: str) -> int:
    connection = await asyncpg.connect(stack.admin_url)
    try:
        found = await connection.fetchval(
            "SELECT count(*) FROM scoring.computation WHERE tally_digest = $1", digest
        )
        return int(found)
    finally:
        await connection.close()


def strike(stack: Stack, order: int) -> None:
    """Redis loses everything, the worker is killed, PostgreSQL is killed and comes back; in turning order."""
    blows = [
        stack.flush_redis,
        lambda: stack.kill("worker-scoring"),
        lambda: stack.restart_postgres(kill=True),
    ]
    for turn in range(3):
        blows[(order + turn) % 3]()


@pytest.mark.timeout(1500)
async def test_the_effect_happens_exactly_once_under_every_fault(stack: Stack, session: Session) -> None:
    manager, supervisor = await set_up(session)
    worst = 0.0
    for number in range(ROUNDS):
        code = f"dot-{number}"
        await campaign_ready_to_seal(session, manager, supervisor, code, f"ky-{number}")
        pid = stack.pid_of("worker-scoring")
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        tally = await supervisor.post(f"/api/v1/campaigns/{code}/tally")
        started = time.monotonic()
        await asyncio.to_thread(strike, stack, number)
        while not await computations(stack, tally["digest"]):
            assert time.monotonic() - started < WITHIN_SECONDS, f"vòng {number}"
            await asyncio.sleep(0.2)
        worst = max(worst, time.monotonic() - started)
        await asyncio.to_thread(stack.wait_ready)
    await asyncio.sleep(12)  # past the relay's retry: a second effect would have come by now
    connection = await asyncpg.connect(stack.admin_url)
    counts = await connection.fetch(
        "SELECT tally_digest, count(*) AS n FROM scoring.computation GROUP BY tally_digest"
    )
    open_deliveries = await connection.fetchval(
        "SELECT count(*) FROM bus.delivery WHERE done_at IS NULL AND subscriber = 'scoring'"
    )
    await connection.close()
    print(f"{ROUNDS} vòng, chậm nhất {worst:.1f} giây, mỗi lần đúng một kết quả")
    assert [row["n"] for row in counts] == [1] * ROUNDS
    assert open_deliveries == 0
