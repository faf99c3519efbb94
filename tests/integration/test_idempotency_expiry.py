"""Keys of requests are remembered for seven days, then they go in batches; younger ones still replay."""

import asyncio
from typing import Any

import pytest

from parindex.auth.policy import Role
from parindex.db import Database
from parindex.db.idempotency import Scope, claim, delete_expired
from parindex.kernel.clocks import system_time
from parindex.service import KEYS_KEPT, housekeeping, load_service
from tests.support.scoring_story import load, ok
from tests.support.workbench import Workbench

MANY = (
    "INSERT INTO {0}.idempotency_key (principal, method, path, key, body_digest, created_at)"
    " SELECT 'a', 'POST', '/x', 'k' || n, '', now() - interval '7 days' - n * interval '1 second'"
    " FROM generate_series(1, {1}) n"
)


def database(bench: Workbench, service: str) -> Database:
    return Database(bench.environment[f"PARINDEX_{service.upper()}_DATABASE_URL"], pool_size=4)


async def keys(bench: Workbench, service: str) -> int:
    rows = await bench.fetch(f"SELECT count(*) AS found FROM {service}.idempotency_key")
    return int(rows[0]["found"])


@pytest.mark.parametrize("service", ["scoring", "survey", "report"])
async def test_old_keys_of_every_service_go_in_batches(bench: Workbench, service: str) -> None:
    base = database(bench, service)
    await bench.fetch(MANY.format(service, 2500))
    await bench.fetch(
        f"INSERT INTO {service}.idempotency_key (principal, method, path, key, body_digest, created_at)"
        " VALUES ('a', 'POST', '/x', 'young', '', now() - interval '6 days 23 hours')"
    )
    async with base.writing() as connection:
        before = system_time() - KEYS_KEPT
        assert await delete_expired(connection, load_service(service).idempotency_keys, before, 100) == 100
    assert await keys(bench, service) == 2401
    work = {one.name: one for one in housekeeping(load_service(service), base)}["expire_idempotency_keys"]
    await asyncio.gather(work.run(), work.run())
    assert await keys(bench, service) == 1
    await base.close()


async def test_a_request_replays_until_its_key_has_gone(bench: Workbench) -> None:
    base = database(bench, "scoring")
    work = {one.name: one for one in housekeeping(load_service("scoring"), base)}["expire_idempotency_keys"]
    row = load("units.json")[0]
    names = [{key: row[key] for key in ("name", "short_name", "head_title", "valid_from")}]
    unit = {**{key: row[key] for key in ("code", "level", "kind", "aliases")}, "names": names}
    async with bench.api("scoring") as api, api.as_role(Role.ADMINISTRATOR) as client:
        key = {"Idempotency-Key": "mot"}
        first = await ok(client.post("/api/v1/units", json=unit, headers=key))
        await work.run()
        again = await ok(client.post("/api/v1/units", json=unit, headers=key))
        assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
        await bench.fetch("UPDATE scoring.idempotency_key SET created_at = created_at - interval '7 days'")
        await work.run()
        assert (await client.post("/api/v1/units", json=unit, headers=key)).json()["code"] == "unit_exists"
    await base.close()


async def test_a_key_deleted_between_two_looks_is_free(bench: Workbench) -> None:
    """The insert meets the old row; before the row is read the worker has deleted it."""
    base = database(bench, "scoring")
    await bench.fetch(MANY.format("scoring", 1))
    table = load_service("scoring").idempotency_keys

    class Late:
        """A connection of its own turns: what it finds in its way is gone when it looks."""

        def __init__(self, connection: Any) -> None:
            self.connection, self.asked = connection, 0

        async def execute(self, statement: Any) -> Any:
            self.asked += 1
            if self.asked == 2:
                await bench.fetch("DELETE FROM scoring.idempotency_key")
            return await self.connection.execute(statement)

    async with base.writing() as connection:
        late: Any = Late(connection)
        assert await claim(late, table, Scope("a", "POST", "/x", "k1"), "sha256:moi") is None
        assert late.asked == 3
    await base.close()
