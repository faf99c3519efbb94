"""Announcements commit with their fact; public ones are numbered without gaps and never missed by a reader."""

import asyncio
import random
from typing import Any

import httpx
import pytest

from parindex.db import Database
from scoring_api.announcements.domain import TOPICS
from scoring_api.announcements.store import number_announcements
from scoring_api.announcements.use_cases import announce
from tests.support.scoring_story import Year, code_of, ok
from tests.support.workbench import Workbench


def database(bench: Workbench) -> Database:
    return Database(bench.environment["PARINDEX_SCORING_DATABASE_URL"], pool_size=8)


async def number(base: Database) -> int:
    async with base.writing() as connection:
        return await number_announcements(connection)


async def tell(base: Database, topic: str, what: str, audience: Any, **data: Any) -> None:
    async with base.writing() as connection:
        await announce(connection, topic, what, data, audience)


async def page(client: httpx.AsyncClient, since: int = 0, **more: Any) -> Any:
    return (await ok(client.get("/api/v1/changes", params={"since": since, **more}))).json()


async def test_changes_are_read_page_by_page_in_their_order(year: Year) -> None:
    base, public = database(year.api.bench), year.api.client()
    for place in range(5):
        await tell(base, "unit.changed", f"don-vi-{place}", "public", unit=f"don-vi-{place}")
        await tell(base, "period.opened", f"ky-{place}", "staff")
    assert (await page(public))["changes"] == [], "what has no number yet is not there"
    assert await number(base) == 10
    first = await page(public, limit=3)
    assert [row["object"] for row in first["changes"]] == ["don-vi-0", "don-vi-1", "don-vi-2"]
    assert [row["serial"] for row in first["changes"]] == [1, 2, 3], "no gap tells of what is not public"
    assert (first["next"], first["more"]) == (3, True)
    rest = await page(public, first["next"])
    assert [row["serial"] for row in rest["changes"]] == [4, 5]
    assert rest["changes"][0]["title"] == TOPICS["unit.changed"].title
    assert (rest["next"], rest["more"]) == (5, False)
    assert await page(public, 5) == {"changes": [], "next": 5, "more": False}
    await base.close()


async def test_a_reader_who_has_seen_a_serial_has_missed_no_smaller_one(year: Year) -> None:
    """Twenty writers whose transactions end in any order, three numbering workers, a reader who only follows."""
    base, public = database(year.api.bench), year.api.client()
    writers, facts = 20, 6
    done = asyncio.Event()

    async def write(name: int) -> None:
        for place in range(facts):
            async with base.writing() as connection:
                await announce(connection, "unit.changed", f"{name}/{place}", {}, "public")
                await announce(connection, "period.changed", f"{name}/{place}", {}, "staff")
                await asyncio.sleep(random.random() * 0.05)

    async def number_on() -> None:
        while not done.is_set():
            await number(base)
            await asyncio.sleep(random.random() * 0.005)

    async def follow() -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        while len(seen) < writers * facts:
            found = await page(public, seen[-1]["serial"] if seen else 0, limit=7)
            seen += found["changes"]
        return seen

    workers = [asyncio.create_task(number_on()) for _ in range(3)]
    reader = asyncio.create_task(follow())
    await asyncio.gather(*(write(name) for name in range(writers)))
    seen = await asyncio.wait_for(reader, 60)
    done.set()
    await asyncio.gather(*workers)
    assert [row["serial"] for row in seen] == list(range(1, writers * facts + 1))
    assert len({row["object"] for row in seen}) == writers * facts
    await base.close()


async def test_what_is_rolled_back_was_never_said(year: Year) -> None:
    base = database(year.api.bench)
    async with base.writing() as connection:
        await announce(connection, "unit.changed", "so-noi-vu", {}, "public")
        await connection.rollback()
    assert await number(base) == 0
    await base.close()


async def test_said_facts_are_not_rewritten(year: Year) -> None:
    base = database(year.api.bench)
    await tell(base, "unit.changed", "so-noi-vu", "public")
    for statement in ("UPDATE scoring.announcement SET object = 'x'", "DELETE FROM scoring.announcement"):
        async with base.writing() as connection:
            with pytest.raises(Exception, match="permission denied"):
                await connection.exec_driver_sql(statement)
            await connection.rollback()
    await base.close()


async def test_who_has_the_page_gets_no_body(year: Year) -> None:
    base, public = database(year.api.bench), year.api.client()
    await tell(base, "unit.changed", "so-noi-vu", "public")
    await number(base)
    first = await ok(public.get("/api/v1/changes"))
    assert first.headers["cache-control"] == "no-cache"
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await public.get("/api/v1/changes", headers=tag)).status_code == 304
    await tell(base, "unit.changed", "so-y-te", "public")
    await number(base)
    assert (await public.get("/api/v1/changes", headers=tag)).status_code == 200
    await base.close()


BAD_QUESTIONS = (
    "since=-1", "since=x", "since=1.5", f"since={2**63}", "limit=0", "limit=1001", "limit=x", "since=",
)  # fmt: skip


async def test_bad_questions_are_refused(year: Year) -> None:
    public = year.api.client()
    for query in BAD_QUESTIONS:
        assert await code_of(public.get(f"/api/v1/changes?{query}")) == (422, "invalid_request"), query
