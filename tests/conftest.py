"""Fixtures on the real servers: started once a test process, a fresh database each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings

from tests.support.workbench import (
    Servers,
    Workbench,
    restore_environment,
    running_servers,
    set_environment,
)

# How long an example takes says something of the machine, not of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def bare_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """PostgreSQL and Valkey, nothing in them."""
    with running_servers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers


@pytest_asyncio.fixture(scope="session")
async def servers(bare_servers: Servers) -> Servers:
    """The servers with a migrated template database."""
    await bare_servers.prepare_template()
    return bare_servers


@pytest_asyncio.fixture
async def bench(servers: Servers, tmp_path: Path) -> AsyncIterator[Workbench]:
    """A fresh migrated database with its environment in place."""
    database = await servers.clone()
    environment = servers.environment(database, tmp_path / "evidence")
    before = set_environment(environment)
    try:
        yield Workbench(servers, database, environment)
    finally:
        restore_environment(before)
        await servers.drop(database)
