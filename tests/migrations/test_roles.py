"""What PostgreSQL itself refuses: a service sees its own schema and its own deliveries, and rewrites no history."""

import secrets
from itertools import permutations

import asyncpg
import pytest

from parindex.bus import publish
from parindex.contracts.events import PeriodFinalized
from parindex.db.engine import Database
from tests.migrations.histories import SCHEMAS, SERVICES, Base, metadata

APPEND_ONLY = {
    "scoring": (
        "act",
        "audit",
        "computation",
        "standing",
        "tally_snapshot",
        "handover",
        "edition_document",
        "edition_sheet",
        "tally_choice",
        "complaint",
        "complaint_answer",
        "correction",
        "correction_end",
        "submission",
        "withdrawal",
        "evidence",
        "evidence_revision",
        "evidence_removal",
        "assignment",
        "assignment_end",
        "conflict",
        "conflict_end",
        "supplement",
        "supplement_end",
    ),
    "survey": (
        "audit",
        "campaign_extension",
        "ballot_revision",
        "bag_seal",
        "batch_recount",
        "correction",
        "correction_decision",
        "contact_timer",
        "handover_receipt",
        "incident",
        "incident_finding",
        "seal",
        "tally",
        "tally_cell",
        "handover",
        "handover_delivery",
        "serial_range",
        "serial_withdrawal",
        "serial_status",
        "sample",
        "sample_item",
        "second_entry",
        "entry_difference",
        "entry_rekeying",
        "entry_decision",
        "sample_stop",
        "bag_figures",
        "ballot_comment",
        "ballot_warning",
        "import_mapping",
    ),
    "report": ("audit", "document"),
}
EVENT = PeriodFinalized(
    period="2022",
    edition=1,
    digest="sha256:" + "a" * 64,
    url="http://scoring-api:8000/internal/editions/2022/1",
)


@pytest.mark.parametrize(("reader", "owner"), list(permutations(SERVICES, 2)))
async def test_a_service_cannot_read_another_ones_tables(at_head: Base, reader: str, owner: str) -> None:
    tables = [table.name for table in metadata(owner).sorted_tables]
    assert tables
    async with at_head.as_app(reader) as connection:
        for table in tables:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch(f"SELECT * FROM {owner}.{table} LIMIT 1")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_reads_its_own_tables(at_head: Base, service: str) -> None:
    async with at_head.as_app(service) as connection:
        for table in metadata(service).sorted_tables:
            await connection.fetch(f"SELECT * FROM {service}.{table.name} LIMIT 1")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_change_what_is_append_only(at_head: Base, service: str) -> None:
    known = {table.name for table in metadata(service).sorted_tables}
    assert set(APPEND_ONLY[service]) <= known
    async with at_head.as_app(service) as connection:
        for table in APPEND_ONLY[service]:
            column = list(metadata(service).tables[f"{service}.{table}"].columns)[-1].name
            for sql in (
                f"UPDATE {service}.{table} SET {column} = {column}",
                f"DELETE FROM {service}.{table}",
                f"TRUNCATE {service}.{table}",
            ):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(sql)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_owns_nothing(at_head: Base, service: str) -> None:
    """A role that owned its tables could give itself every right back."""
    owned = await at_head.rows("SELECT tablename FROM pg_tables WHERE tableowner = $1", f"{service}_app")
    assert not owned
    async with at_head.as_app(service) as connection:
        for schema in (*SCHEMAS, "public"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"CREATE TABLE {schema}.mine (id integer)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"SET ROLE {service}_owner")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("ALTER TABLE bus.delivery DISABLE ROW LEVEL SECURITY")


@pytest.mark.parametrize("service", SERVICES)
async def test_a_serving_role_has_no_special_powers(at_head: Base, service: str) -> None:
    (role,) = await at_head.rows(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication FROM pg_roles WHERE rolname = $1",
        f"{service}_app",
    )
    assert not any(role)


async def _publish(base: Base) -> None:
    database = Database(base.servers.app_url("scoring", base.name))
    try:
        async with database.writing() as connection:
            await publish(connection, "scoring", EVENT)
    finally:
        await database.close()


async def test_a_role_sees_its_own_deliveries_only(at_head: Base) -> None:
    await _publish(at_head)
    seen = {}
    for service in SERVICES:
        async with at_head.as_app(service) as connection:
            rows = await connection.fetch("SELECT subscriber FROM bus.delivery")
            events = await connection.fetchval("SELECT count(*) FROM bus.event")
            seen[service] = ([row["subscriber"] for row in rows], events)
    # The producer sees the event it published, and nobody's delivery of it.
    assert seen == {"scoring": ([], 1), "survey": (["survey"], 1), "report": (["report"], 1)}


async def test_a_role_cannot_finish_another_ones_delivery(at_head: Base) -> None:
    await _publish(at_head)
    async with at_head.as_app("survey") as connection:
        assert await connection.execute("UPDATE bus.delivery SET attempts = 99") == "UPDATE 1"
    rows = await at_head.rows("SELECT subscriber, attempts FROM bus.delivery ORDER BY subscriber")
    assert [tuple(row) for row in rows] == [("report", 0), ("survey", 99)]


async def test_nobody_speaks_for_another_producer(at_head: Base) -> None:
    insert = (
        "INSERT INTO bus.event (id, topic, producer, payload, trace_id, occurred_at)"
        " VALUES ($1, 'period.finalized.v1', 'scoring', '{}', '', '2023-03-01T00:00:00Z')"
    )
    async with at_head.as_app("survey") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(insert, secrets.token_hex(16))


@pytest.mark.parametrize(
    ("service", "topic"), [("report", "tally.sealed.v1"), ("survey", "scoring.index_requested.v1")]
)
async def test_a_topic_belongs_to_the_service_of_its_fact(at_head: Base, service: str, topic: str) -> None:
    insert = (
        "INSERT INTO bus.event (id, topic, producer, payload, trace_id, occurred_at)"
        " VALUES ($1, $2, $3, '{}', '', '2023-03-01T00:00:00Z')"
    )
    async with at_head.as_app(service) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(insert, secrets.token_hex(16), topic, service)


async def test_a_delivery_is_made_for_an_event_of_ones_own_only(at_head: Base) -> None:
    await _publish(at_head)
    async with at_head.as_app("survey") as connection:
        event = await connection.fetchval("SELECT id FROM bus.event")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "INSERT INTO bus.delivery (event_id, subscriber) VALUES ($1, 'scoring')", event
            )


@pytest.mark.parametrize("service", SERVICES)
async def test_what_happened_cannot_be_unsaid(at_head: Base, service: str) -> None:
    async with at_head.as_app(service) as connection:
        for sql in ("DELETE FROM bus.event", "DELETE FROM bus.delivery", "UPDATE bus.event SET topic = 'x'"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(sql)


async def test_strangers_cannot_connect(empty: Base) -> None:
    await empty.migrate()
    await empty.rows(
        "DO $$ BEGIN CREATE ROLE stranger LOGIN PASSWORD 'x'; EXCEPTION WHEN duplicate_object THEN END $$"
    )
    url = empty.servers.app_url("scoring", empty.name).replace("+asyncpg", "")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(url.replace("scoring_app:test-password", "stranger:x"))
