"""Every audit row enters the chain within moments; whatever is changed afterwards is found and named."""

import asyncio
import os
import random
import subprocess
import time
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from typer.testing import CliRunner

from parindex.auth.policy import Role
from parindex.cli import app
from parindex.db import Database
from parindex.db.audit import record_act
from parindex.db.audit_chain import FIRST, ChainReport, chain_rows, verify_chain
from parindex.kernel.clocks import system_time
from parindex.service import housekeeping, load_service
from parindex_embedded.specs import PARINDEX
from scoring_api.announcements.use_cases import announce
from tests.support.scoring_story import code_of, ok
from tests.support.workbench import Workbench, with_database

SERVICES = ("scoring", "survey", "report")


class Who:
    subject, role = "quan-tri", "administrator"


@pytest_asyncio.fixture
async def base(bench: Workbench) -> AsyncIterator[Database]:
    found = database(bench, "scoring")
    yield found
    await found.close()


def database(bench: Workbench, service: str) -> Database:
    return Database(bench.environment[f"PARINDEX_{service.upper()}_DATABASE_URL"], pool_size=6)


async def act(base: Database, service: str = "scoring", *, times: int = 1, pause: float = 0) -> None:
    for place in range(times):
        async with base.writing() as connection:
            table = load_service(service).audit
            said = {
                "lý do": "điểm 8,5",
                "points": "8.5",
                "count": place,
                "nested": {"b": [1, None], "a": True},
            }
            await record_act(connection, table, Who(), "thing.done", f"2022/{place}", said)
            await asyncio.sleep(pause)


async def chain(base: Database, service: str = "scoring", **how: Any) -> int:
    async with base.writing() as connection:
        return await chain_rows(connection, load_service(service).audit, **how)


async def verify(base: Database, service: str = "scoring", **how: Any) -> ChainReport:
    async with base.reading() as connection:
        return await verify_chain(connection, load_service(service).audit, **how)


async def head(base: Database, number: int) -> str:
    """The digest of a link."""
    async with base.reading() as connection:
        rows = await connection.exec_driver_sql(
            f"SELECT digest FROM scoring.audit_link WHERE number = {number}"
        )
        return str(rows.scalar_one())


async def as_superuser(bench: Workbench, sql: str) -> None:
    """What somebody with the database's own keys could do."""
    connection = await asyncpg.connect(with_database(bench.servers.postgres.url, bench.database))
    await connection.execute(sql)
    await connection.close()


@pytest.mark.parametrize("service", SERVICES)
async def test_rows_of_every_service_are_chained_and_verified(bench: Workbench, service: str) -> None:
    base = database(bench, service)
    assert (await verify(base, service)).head == FIRST
    await act(base, service, times=5)
    before = await verify(base, service)
    assert (before.links, before.unlinked, before.bad) == (0, 5, None), "the unchained tail is told"
    assert before.unlinked_since is not None
    assert await chain(base, service, limit=3) == 3
    assert await chain(base, service, limit=3) == 2
    after = await verify(base, service)
    assert (after.links, after.unlinked, after.bad, after.unlinked_since) == (5, 0, None, None)
    await base.close()


async def test_the_workers_clock_chains_what_was_done(bench: Workbench, base: Database) -> None:
    await act(base, times=3)
    work = {one.name: one for one in housekeeping(load_service("scoring"), base)}["chain_audit"]
    assert work.seconds <= 1
    await work.run()
    assert (await verify(base)).links == 3


TAMPERING = {
    'UPDATE scoring.audit SET details = \'{"points": "9"}\' WHERE id = 4': (4, 4, "bị sửa"),
    "UPDATE scoring.audit SET subject = 'nguoi-khac' WHERE id = 1": (1, 1, "bị sửa"),
    "UPDATE scoring.audit SET role = 'appraiser' WHERE id = 7": (7, 7, "bị sửa"),
    "UPDATE scoring.audit SET object = '2023/0' WHERE id = 2": (2, 2, "bị sửa"),
    "UPDATE scoring.audit SET action = 'x.y' WHERE id = 2": (2, 2, "bị sửa"),
    "UPDATE scoring.audit SET business_at = business_at - interval '1 microsecond' WHERE id = 3": (
        3,
        3,
        "bị sửa",
    ),
    "UPDATE scoring.audit SET recorded_at = recorded_at + interval '1 day' WHERE id = 3": (3, 3, "bị sửa"),
    "UPDATE scoring.audit SET trace_id = '' || repeat('0', 32) WHERE id = 3": (3, 3, "bị sửa"),
    "DELETE FROM scoring.audit WHERE id = 5": (5, 5, "bị xóa"),
    "DELETE FROM scoring.audit WHERE id = 5; DELETE FROM scoring.audit_link WHERE number = 5": (
        5,
        6,
        "xóa khỏi",
    ),
    "INSERT INTO scoring.audit_link SELECT -1, 0, digest FROM scoring.audit_link WHERE number = 1": (
        -1,
        0,
        "chèn vào",
    ),
    "UPDATE scoring.audit_link SET digest = 'sha256:' || repeat('0', 64) WHERE number = 6": (6, 6, "bị sửa"),
    (
        "UPDATE scoring.audit_link SET audit_id = 0 WHERE number = 2;"
        " UPDATE scoring.audit_link SET audit_id = 2 WHERE number = 3;"
        " UPDATE scoring.audit_link SET audit_id = 3 WHERE number = 2"
    ): (2, 3, "bị sửa"),
}


@pytest.mark.parametrize("sql", TAMPERING)
async def test_the_first_row_that_was_tampered_with_is_named(
    bench: Workbench, base: Database, sql: str
) -> None:
    await act(base, times=8)
    await chain(base)
    assert (await verify(base)).bad is None
    await as_superuser(bench, sql)
    bad = (await verify(base)).bad
    assert bad is not None
    number, audit_id, reason = TAMPERING[sql]
    assert (bad.number, bad.audit_id) == (number, audit_id)
    assert reason in bad.reason


async def test_a_chain_whose_end_was_cut_off_misses_its_noted_head(bench: Workbench, base: Database) -> None:
    await act(base, times=8)
    await chain(base)
    noted = await verify(base)
    await act(base, times=2)
    await chain(base)
    assert (await verify(base, known=[(noted.links, noted.head)])).bad is None
    await as_superuser(
        bench, "DELETE FROM scoring.audit WHERE id > 6; DELETE FROM scoring.audit_link WHERE number > 6"
    )
    assert (await verify(base)).bad is None, "the chain alone cannot know"
    bad = (await verify(base, known=[(noted.links, noted.head)])).bad
    assert bad is not None
    assert (bad.number, "bị cắt" in bad.reason) == (8, True)
    both = (await verify(base, known=[(noted.links - 3, FIRST), (noted.links - 3, await head(base, 5))])).bad
    assert both is not None, "of two heads noted for one number one is wrong"
    other = (await verify(base, known=[(3, FIRST)])).bad
    assert other is not None
    assert other.number == 3


async def test_rows_that_commit_late_and_chains_that_meet_leave_nothing_out(
    bench: Workbench, base: Database
) -> None:
    """Smaller ids commit after larger ones were chained; three workers chain at once."""
    done = asyncio.Event()

    async def keep_chaining() -> None:
        while not done.is_set():
            await chain(base, limit=4)
            await asyncio.sleep(random.random() * 0.004)

    workers = [asyncio.create_task(keep_chaining()) for _ in range(3)]
    await asyncio.gather(*(act(base, times=5, pause=random.random() * 0.05) for _ in range(8)))
    done.set()
    await asyncio.gather(*workers)
    while await chain(base):
        pass
    report = await verify(base)
    assert (report.links, report.unlinked, report.bad) == (40, 0, None)


async def test_a_row_far_behind_is_chained_by_the_thorough_look(bench: Workbench, base: Database) -> None:
    """Its transaction was open while thousands of others came and went."""
    table = load_service("scoring").audit
    async with base.writing() as slow:
        await record_act(slow, table, Who(), "thing.done", "2022", {})
        await as_superuser(bench, "SELECT setval(pg_get_serial_sequence('scoring.audit', 'id'), 50000)")
        await act(base)
        assert await chain(base) == 1
    assert await chain(base) == 0
    assert (await verify(base)).unlinked == 1
    assert await chain(base, thorough=True) == 1
    assert (await verify(base)).unlinked == 0


MANY = (
    "INSERT INTO scoring.audit"
    " (subject, role, action, object, details, business_at, recorded_at, trace_id)"
    " SELECT 'quan-tri', 'administrator', 'unit.registered', 'don-vi-' || n, '{{}}', now(), now(), ''"
    " FROM generate_series(1, {}) n"
)


async def test_many_rows_of_one_transaction_are_chained_in_the_same_turn(
    bench: Workbench, base: Database
) -> None:
    """More than are looked back for: a register that was imported, a worker that was away for a day."""
    await act(base)
    work = {one.name: one for one in housekeeping(load_service("scoring"), base)}["chain_audit"]
    await work.run()
    await bench.fetch(MANY.format(12_000))
    await work.run()
    report = await verify(base)
    assert (report.links, report.unlinked, report.bad) == (12_001, 0, None)


async def test_verifying_takes_bounded_memory(bench: Workbench, base: Database) -> None:
    """Twenty chunks take no more memory than a few."""
    await bench.fetch(MANY.format(20_000))
    await chain(base, limit=20_000)
    await verify(base)
    tracemalloc.start()
    try:
        report = await verify(base)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (report.links, report.bad) == (20_000, None)
    assert peak < 8_000_000


@pytest.mark.parametrize("service", SERVICES)
async def test_the_service_itself_cannot_rewrite_the_chain(bench: Workbench, service: str) -> None:
    base = database(bench, service)
    await act(base, service)
    await chain(base, service)
    for verb in (
        "UPDATE {}.audit_link SET digest = ''",
        "DELETE FROM {}.audit_link",
        "TRUNCATE {}.audit_link",
    ):
        async with base.writing() as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.exec_driver_sql(verb.format(service))
            await connection.rollback()
    await base.close()


async def test_the_command_says_what_it_found(bench: Workbench, base: Database) -> None:
    await act(base, times=2)
    await chain(base)
    await act(base)

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["verify-audit", *words])

    found = await asyncio.to_thread(run)
    assert found.exit_code == 0, found.output
    assert "scoring: đúng, 2 dòng" in found.output
    assert "còn 1 dòng chưa vào chuỗi" in found.output
    assert "survey: đúng, 0 dòng" in found.output
    head = found.output.split("đầu chuỗi ")[1].splitlines()
    noted = next(line for line in found.output.splitlines() if line.startswith("scoring: đúng")).rsplit(
        " ", 1
    )[1]
    assert head
    assert (await asyncio.to_thread(run, "scoring", "--head", noted)).exit_code == 0
    await as_superuser(bench, "UPDATE scoring.audit SET subject = 'x' WHERE id = 2")
    spoilt = await asyncio.to_thread(run, "scoring", "--head", noted)
    assert spoilt.exit_code == 1
    assert "SAI ở mắt xích 2, dòng nhật ký 2" in spoilt.output


@pytest.mark.parametrize(
    "words",
    [
        ["nowhere"],
        ["--head", "scoring"],
        ["--head", "scoring:x:sha256:aa"],
        ["scoring", "--head", "survey:1:sha256:aa"],
    ],
)
async def test_the_command_refuses_what_it_cannot_read(bench: Workbench, words: list[str]) -> None:
    found = await asyncio.to_thread(CliRunner().invoke, app, ["verify-audit", *words])
    assert found.exit_code == 2


async def test_the_administrator_reads_rows_by_object_person_and_day(
    bench: Workbench, base: Database
) -> None:
    await act(base, times=3)
    await chain(base, limit=2)
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:

        async def rows(**query: Any) -> list[int]:
            reply = await ok(client.get("/api/v1/scoring-audit", params=query))
            return [row["id"] for row in reply.json()["rows"]]

        assert await rows() == [3, 2, 1]
        assert await rows(object="2022/1") == [2]
        assert await rows(object="2022") == [3, 2, 1]
        assert await rows(object="202") == [], "an object is a whole word"
        assert await rows(object="2022/_") == []
        assert await rows(subject="quan-tri", action="thing.done") == [3, 2, 1]
        assert await rows(subject="ai-do") == []
        today = (system_time() + timedelta(hours=7)).date()
        assert await rows(day=today.isoformat()) == [3, 2, 1]
        assert await rows(day=(today - timedelta(days=1)).isoformat()) == []
        assert await rows(day="2100-12-31") == []
        first = (await ok(client.get("/api/v1/scoring-audit", params={"limit": 2}))).json()
        assert ([row["id"] for row in first["rows"]], first["next"]) == ([3, 2], 2)
        assert [row["link"] for row in first["rows"]] == [None, 2]
        last = (await ok(client.get("/api/v1/scoring-audit", params={"limit": 2, "before": 2}))).json()
        assert ([row["id"] for row in last["rows"]], last["next"]) == ([1], None)
        for bad in (
            "limit=0",
            "limit=1001",
            "before=-1",
            "before=x",
            "day=hom-nay",
            "day=2022-02-30",
            "day=0001-01-01",
            "day=9999-12-31",
            "object=" + "x" * 401,
        ):
            assert await code_of(client.get(f"/api/v1/scoring-audit?{bad}")) == (422, "invalid_request"), bad
        for role in (Role.UNIT_OFFICER, Role.APPRAISER, Role.COUNCIL_CLERK, Role.READER):
            async with api.as_role(role, units=["a"]) as other:
                assert await code_of(other.get("/api/v1/scoring-audit")) == (403, "forbidden"), role
        assert await code_of(api.client().get("/api/v1/scoring-audit")) == (401, "token_required")


@pytest.mark.parametrize("service", ["survey", "report"])
async def test_the_other_services_tell_their_rows_as_well(bench: Workbench, service: str) -> None:
    base = database(bench, service)
    await act(base, service)
    async with bench.api(service) as api, api.as_role(Role.ADMINISTRATOR) as client:
        page = (await ok(client.get(f"/api/v1/{service}-audit"))).json()
        assert [row["object"] for row in page["rows"]] == ["2022/0"]
    await base.close()


async def test_a_real_worker_chains_numbers_and_shows_within_a_second_or_so(
    bench: Workbench, base: Database, tmp_path: Path
) -> None:
    """From the commit of an act to its link and to /changes, on a worker process of its own."""
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [PARINDEX, "worker", "scoring"],
            env={**os.environ, **bench.environment},
            stdout=output,
            stderr=output,
        )
    try:
        for _ in range(400):
            if "worker ready" in log.read_text():
                break
            await asyncio.sleep(0.05)
        waits = []
        async with bench.api("scoring") as api, api.client() as public:
            for place in range(10):
                async with base.writing() as connection:
                    await record_act(
                        connection, load_service("scoring").audit, Who(), "thing.done", "2022", {}
                    )
                    await announce(connection, "unit.changed", f"don-vi-{place}", {}, "public")
                started = time.monotonic()
                while (await verify(base)).links <= place:
                    assert time.monotonic() - started < 10
                    await asyncio.sleep(0.02)
                while len((await ok(public.get("/api/v1/changes"))).json()["changes"]) <= place:
                    assert time.monotonic() - started < 10
                    await asyncio.sleep(0.02)
                waits.append(time.monotonic() - started)
                await asyncio.sleep(random.random() * 0.3)
    finally:
        worker.terminate()
        worker.wait()
    print(f"chained and shown after {sorted(waits)[4]:.2f} s at the median, {max(waits):.2f} s at most")
    assert sorted(waits)[4] < 1.5
