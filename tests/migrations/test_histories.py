"""Each schema has one history with one head, goes down and up again, and makes the tables the code knows."""

import asyncio
import re

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from tests.migrations.histories import SCHEMAS, SERVICES, Base, config, folder, metadata

_PARTITIONS = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relispartition AND n.nspname = '{}'"
)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_history_has_one_head_and_no_branches(schema: str) -> None:
    script = ScriptDirectory.from_config(config(schema))
    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


@pytest.mark.parametrize("schema", SCHEMAS)
def test_steps_are_dated_numbered_and_named(schema: str) -> None:
    script = ScriptDirectory.from_config(config(schema))
    steps = list(reversed(list(script.walk_revisions())))
    for number, step in enumerate(steps, start=1):
        assert step.revision == f"{schema}_{number:04d}"
        assert step.doc, "the first line says what changes"
    names = sorted(path.name for path in (folder(schema) / "versions").glob("*.py"))
    assert all(re.fullmatch(r"\d{8}_(?:[a-z]+_)?\d{4}_[a-z0-9_]+\.py", name) for name in names), names


async def test_down_and_up_again_gives_the_same_schema(empty: Base) -> None:
    await empty.migrate()
    before = {schema: await empty.shape(schema) for schema in SCHEMAS}
    for schema in reversed(SCHEMAS):
        await empty.run(schema, command.downgrade, "base")
        left = await empty.rows("SELECT tablename FROM pg_tables WHERE schemaname = $1", schema)
        assert {row["tablename"] for row in left} <= {"alembic_version"}, "downgrade leaves tables behind"
    await empty.migrate()
    assert {schema: await empty.shape(schema) for schema in SCHEMAS} == before


async def test_every_step_can_be_taken_back(empty: Base) -> None:
    await empty.migrate()
    for schema in reversed(SCHEMAS):
        for _ in ScriptDirectory.from_config(config(schema)).walk_revisions():
            await empty.run(schema, command.downgrade, "-1")
            await empty.run(schema, command.upgrade, "+1")
            await empty.run(schema, command.downgrade, "-1")


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_the_tables_in_the_code_are_the_tables_in_the_database(at_head: Base, schema: str) -> None:
    tables = metadata(schema)
    partitions = {row["relname"] for row in await at_head.rows(_PARTITIONS.format(schema))}

    def difference(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: name == schema if kind == "schema" else True,
                "include_object": lambda thing, name, kind, *_: (
                    not (kind == "table" and name in partitions)
                    and not (kind == "index" and thing.table.name in partitions)
                ),
                "version_table": "alembic_version",
                "version_table_schema": schema,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        return list(compare_metadata(context, tables))

    assert await at_head.look(difference) == []


@pytest.mark.parametrize("schema", SCHEMAS)
async def test_every_table_lives_in_the_schema_of_its_service(at_head: Base, schema: str) -> None:
    assert metadata(schema).schema == schema
    strays = await at_head.rows(
        "SELECT schemaname, tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'bus', 'scoring', 'survey', 'report')"
    )
    assert not strays


async def test_a_history_leaves_foreign_schemas_alone(empty: Base) -> None:
    await empty.rows("CREATE SCHEMA neighbour")
    await empty.rows("CREATE TABLE neighbour.kept (id integer PRIMARY KEY, note text NOT NULL DEFAULT 'x')")
    await empty.migrate()
    neighbour = await empty.shape("neighbour")
    for schema in SERVICES:
        others = [name for name in (*SCHEMAS, "neighbour") if name != schema]
        before = {name: await empty.shape(name) for name in others}
        await empty.run(schema, command.downgrade, "base")
        assert {name: await empty.shape(name) for name in others} == before
        await empty.run(schema, command.upgrade, "head")
        assert {name: await empty.shape(name) for name in others} == before
    assert await empty.shape("neighbour") == neighbour


async def test_no_key_crosses_the_border_between_schemas(at_head: Base) -> None:
    crossing = await at_head.rows(
        """
        SELECT c.conname FROM pg_constraint c
        JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
        WHERE c.contype = 'f' AND a.relnamespace <> b.relnamespace
        """
    )
    assert not crossing
    views = await at_head.rows(
        "SELECT viewname FROM pg_views WHERE schemaname IN ('bus', 'scoring', 'survey', 'report')"
    )
    assert not views


async def test_migrating_twice_and_at_once_is_harmless(empty: Base) -> None:
    await asyncio.gather(empty.migrate(), empty.migrate())
    before = {schema: await empty.shape(schema) for schema in SCHEMAS}
    await empty.migrate()
    assert {schema: await empty.shape(schema) for schema in SCHEMAS} == before


async def test_no_column_takes_the_servers_clock(at_head: Base) -> None:
    """Time is given by the two clocks of the kernel, never by a default."""
    defaults = await at_head.rows(
        "SELECT table_schema, table_name, column_name FROM information_schema.columns"
        " WHERE table_schema IN ('bus', 'scoring', 'survey', 'report')"
        " AND column_default ~* 'now\\(|current_|clock_timestamp|statement_timestamp'"
    )
    assert not defaults


async def test_points_are_exact_and_instants_have_their_zone(at_head: Base) -> None:
    wrong = await at_head.rows(
        "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns"
        " WHERE table_schema IN ('bus', 'scoring', 'survey', 'report')"
        " AND data_type IN ('real', 'double precision', 'timestamp without time zone', 'money')"
    )
    assert not wrong
