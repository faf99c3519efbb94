"""The orphan sweep: what no row speaks of goes after a day, and never what an upload is about to speak of."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from parindex.auth.policy import Role
from parindex.db import Database, Writing
from parindex.service import load_service
from scoring_api.assessment.jobs import ORPHAN_SECONDS, sweep_orphans
from scoring_api.assessment.store import files
from scoring_api.assessment.store.files import keep_file, path_of, write_draft
from tests.support.scoring_story import Clock, Year, ok
from tests.support.workbench import Workbench

BASE = "/api/v1/periods/2022/assessments/so-noi-vu"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n"


@asynccontextmanager
async def database_of(bench: Workbench) -> AsyncIterator[Database]:
    database = Database(bench.servers.app_url("scoring", bench.database))
    try:
        yield database
    finally:
        await database.close()


async def send(client: httpx.AsyncClient, content: bytes) -> httpx.Response:
    return await client.post(f"{BASE}/evidence", data={"title": "A"}, files={"file": ("a.pdf", content)})


async def place(database: Database, folder: Path, content: bytes) -> Path:
    """Bytes in place whose row never came: the transaction was lost after them."""
    draft = write_draft(folder, BytesIO(content))
    async with database.writing() as connection:
        await keep_file(connection, folder, draft)
    return path_of(folder, draft.digest)


def make_old(path: Path, seconds: float = ORPHAN_SECONDS + 60) -> None:
    past = time.time() - seconds
    os.utime(path, (past, past))


async def test_a_day_old_file_without_a_row_goes_and_nothing_else(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    kept = (await ok(send(officer, PDF))).json()
    folder = tmp_path / "evidence"
    stranger = folder / "ghi-chu.txt"  # not ours: left alone
    stranger.write_text("x", encoding="ascii")
    async with database_of(bench) as database:
        old, young = await place(database, folder, b"old"), await place(database, folder, b"young")
        left = write_draft(folder, BytesIO(b"left by a dead process")).path
        under_way = write_draft(folder, BytesIO(b"under way")).path
        for path in (old, left, stranger, path_of(folder, kept["digest"])):
            make_old(path)
        make_old(young, ORPHAN_SECONDS - 60)
        assert await sweep_orphans(database, folder) == 1
        assert [path.exists() for path in (old, left)] == [False, False]
        assert [path.exists() for path in (young, under_way, stranger)] == [True, True, True]
        assert await sweep_orphans(database, folder) == 0
        assert await sweep_orphans(database, tmp_path / "nowhere") == 0
    assert (await ok(officer.get(f"{BASE}/evidence/{kept['id']}"))).content == PDF


async def test_the_worker_sweeps_by_the_clock(bench: Workbench, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    async with database_of(bench) as database:
        orphan = await place(database, folder, b"old")
        make_old(orphan)
        service = load_service("scoring")
        works = {work.name: work for work in service.recurring(service.settings(), database)}
        await works["orphan sweep"].run()
        assert not orphan.exists()


@pytest.mark.parametrize("uploads_first", [True, False])
async def test_an_upload_of_an_orphans_bytes_and_the_sweep_take_turns(
    year: Year,
    clock: Clock,
    bench: Workbench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    uploads_first: bool,
) -> None:
    """The bytes lie there as an orphan. Whoever is second waits for the first at the digest's lock."""
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officer = await year.role(Role.UNIT_OFFICER, units=["so-noi-vu"])
    folder, reached, go_on = tmp_path / "evidence", asyncio.Event(), asyncio.Event()

    async def paused(connection: Writing, digest: str) -> bool:
        taken = await try_lock(connection, digest)
        reached.set()
        await go_on.wait()
        return taken

    async def paused_keep(connection: Writing, folder: Path, draft: files.Draft) -> None:
        await keep_file(connection, folder, draft)
        reached.set()
        await go_on.wait()

    try_lock = files.try_lock
    async with database_of(bench) as database:
        make_old(await place(database, folder, PDF))
        if uploads_first:  # the file is there, its row not yet
            monkeypatch.setattr("scoring_api.assessment.use_cases.evidence.keep_file", paused_keep)
            upload = asyncio.create_task(send(officer, PDF))
            await reached.wait()
            assert await sweep_orphans(database, folder) == 0
            go_on.set()
        else:  # the sweep has looked for a row and found none, the file is still there
            monkeypatch.setattr("scoring_api.assessment.jobs.try_lock", paused)
            sweep = asyncio.create_task(sweep_orphans(database, folder))
            await reached.wait()
            upload = asyncio.create_task(send(officer, PDF))
            await asyncio.sleep(0.5)
            assert not upload.done()
            go_on.set()
            assert await sweep == 1
        kept = (await ok(upload)).json()
    assert (await ok(officer.get(f"{BASE}/evidence/{kept['id']}"))).content == PDF


async def test_uploads_and_sweeps_in_a_crowd_lose_nothing(
    year: Year, clock: Clock, bench: Workbench, tmp_path: Path
) -> None:
    await year.set_up()
    clock.set("2023-01-09T08:00:00+07:00")
    officers = [await year.role(Role.UNIT_OFFICER, units=[unit]) for unit in ("so-noi-vu", "so-y-te")]
    folder, contents = tmp_path / "evidence", [PDF + b"%%%d\n%%%%EOF\n" % number for number in range(12)]
    done = asyncio.Event()

    async def upload(content: bytes, base: str, officer: httpx.AsyncClient) -> None:
        form = {"data": {"title": "A"}, "files": {"file": ("a.pdf", content)}}
        await ok(officer.post(f"{base}/evidence", **form))  # type: ignore[arg-type]

    async def sweep() -> int:
        swept = 0
        while not done.is_set():
            swept += await sweep_orphans(database, folder, seconds=-60)  # every file is old enough
            await asyncio.sleep(0)
        return swept

    async with database_of(bench) as database:
        for content in contents:
            await place(database, folder, content)
        sweeping = asyncio.create_task(sweep())
        for content in contents:
            both = zip((BASE, BASE.replace("so-noi-vu", "so-y-te")), officers, strict=True)
            await asyncio.gather(*(upload(content, base, officer) for base, officer in both))
        done.set()
        assert await sweeping > 0
    rows = await bench.fetch("SELECT digest FROM scoring.evidence")
    assert len(rows) == 2 * len(contents)
    assert {path_of(folder, row["digest"]).read_bytes() for row in rows} == set(contents)
