"""Databases of the migration tests: an empty one, and one at head."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.migrations.histories import Base, base, empty_database
from tests.support.workbench import Servers


@pytest_asyncio.fixture
async def empty(bare_servers: Servers) -> AsyncIterator[Base]:
    async with base(bare_servers, await empty_database(bare_servers)) as found:
        yield found


@pytest_asyncio.fixture
async def at_head(servers: Servers) -> AsyncIterator[Base]:
    async with base(servers, await servers.clone()) as found:
        yield found
