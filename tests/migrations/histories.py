"""The four Alembic histories and what the tests do with them on a database of their own."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import asyncpg
from alembic.config import Config
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from parindex.bus.tables import metadata as bus_metadata
from parindex.db.migrations import BUS_MIGRATIONS, alembic_config, migrate
from parindex.service import installed_services, load_service
from tests.support.workbench import Servers, with_database

T = TypeVar("T")
SERVICES = ("scoring", "survey", "report")
SCHEMAS = ("bus", *SERVICES)


def folder(schema: str) -> Path:
    return BUS_MIGRATIONS if schema == "bus" else load_service(schema).migrations


def metadata(schema: str) -> MetaData:
    return bus_metadata if schema == "bus" else load_service(schema).metadata


def config(schema: str) -> Config:
    return alembic_config(schema, folder(schema))


class Base:
    """One database of a test, as its administrator."""

    def __init__(self, servers: Servers, name: str, engine: AsyncEngine) -> None:
        self.servers = servers
        self.name = name
        self.engine = engine

    @property
    def admin_url(self) -> str:
        return with_database(self.servers.postgres.url, self.name)

    async def migrate(self) -> None:
        await migrate(self.admin_url, [self.servers.plan(name, self.name) for name in installed_services()])

    async def run(self, schema: str, step: Callable[[Config, str], None], revision: str) -> None:
        """An Alembic command as the owner of the schema, in one transaction, as `parindex migrate` does it."""

        def work(connection: Connection) -> None:
            chosen = config(schema)
            chosen.attributes["connection"] = connection
            step(chosen, revision)

        async with self.engine.begin() as connection:
            await connection.execute(text(f"SET LOCAL ROLE {schema}_owner"))
            await connection.run_sync(work)

    async def look(self, question: Callable[[Connection], T]) -> T:
        async with self.engine.connect() as connection:
            return await connection.run_sync(question)

    async def rows(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.admin_url)
        try:
            return list(await connection.fetch(sql, *arguments))
        finally:
            await connection.close()

    async def shape(self, schema: str) -> list[tuple[object, ...]]:
        """Columns, constraints, indexes, policies and grants of a schema: equal shapes are equal schemas."""
        found = await self.rows(
            """
            SELECT 'column' AS kind, table_name::text AS place, column_name::text AS name,
                   concat_ws(' ', data_type, is_nullable, column_default, is_identity) AS text
            FROM information_schema.columns WHERE table_schema = $1
            UNION ALL
            SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
            FROM pg_constraint WHERE connamespace = $1::regnamespace
            UNION ALL
            SELECT 'index', tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = $1
            UNION ALL
            SELECT 'policy', tablename::text, policyname::text, concat_ws(' ', cmd, qual, with_check)
            FROM pg_policies WHERE schemaname = $1
            UNION ALL
            SELECT 'grant', relname::text, '', coalesce(relacl::text, '')
            FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p')
            UNION ALL
            SELECT 'trigger', tgrelid::regclass::text, tgname::text, pg_get_triggerdef(t.oid)
            FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
            WHERE c.relnamespace = $1::regnamespace AND NOT tgisinternal
            ORDER BY 1, 2, 3, 4
            """,
            schema,
        )
        return [tuple(row) for row in found]

    @asynccontextmanager
    async def as_app(self, service: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the role that serves."""
        url = self.servers.app_url(service, self.name).replace("+asyncpg", "")
        connection = await asyncpg.connect(url)
        try:
            yield connection
        finally:
            await connection.close()


@asynccontextmanager
async def base(servers: Servers, name: str) -> AsyncIterator[Base]:
    engine = create_async_engine(
        with_database(servers.postgres.url, name).replace("postgresql:", "postgresql+asyncpg:"),
        poolclass=NullPool,
    )
    try:
        yield Base(servers, name, engine)
    finally:
        await engine.dispose()
        await servers.drop(name)


async def empty_database(servers: Servers) -> str:
    name = f"m_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(servers.postgres.url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return name
