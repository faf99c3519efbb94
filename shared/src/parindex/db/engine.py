"""The engine and the only two ways to a connection: `writing` commits at its end, `reading` cannot write."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NewType
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

Writing = NewType("Writing", AsyncConnection)
"""A connection whose transaction commits when its unit of work ends: what writing store functions take."""

Reading = AsyncConnection
"""Any connection will do for reading; a `Writing` too."""


COMMAND_SECONDS = 300
SERVER_SETTINGS = {
    "application_name": "parindex",
    "timezone": "UTC",
    # A lock that is not had in time is an outage to the caller, who may send again; a forgotten
    # transaction lets go of what it holds.
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "120s",
}


class Database:
    """One pool of connections of one service's `_app` role."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={"command_timeout": COMMAND_SECONDS, "server_settings": SERVER_SETTINGS},
        )

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        """One unit of work: commits when the block ends, rolls back when it raises."""
        async with self.engine.begin() as connection:
            yield Writing(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """A consistent view that PostgreSQL itself keeps from writing."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    async def ping(self) -> None:
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self.engine.dispose()


def plain_dsn(url: str) -> str:
    """The URL as asyncpg and psql read it: without SQLAlchemy's driver name."""
    parts = urlsplit(url)
    return urlunsplit(("postgresql", *parts[1:]))


async def connect_directly(url: str) -> asyncpg.Connection:
    """A connection of its own, outside the pool: LISTEN and COPY need one."""
    return await asyncpg.connect(plain_dsn(url), timeout=10)
