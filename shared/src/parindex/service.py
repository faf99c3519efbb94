"""What the command line needs to know of a service; found by the entry points `parindex.services`."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import entry_points
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import MetaData, Table

from parindex.bus.recurring import Recurring
from parindex.bus.subscriptions import AnySubscription
from parindex.db.audit_chain import CHUNK, chain_rows
from parindex.db.engine import Database
from parindex.db.idempotency import delete_expired
from parindex.kernel.clocks import system_time
from parindex.settings import ServiceSettings

CHAIN_SECONDS = 0.5
THOROUGH_SECONDS = 300.0
EXPIRE_SECONDS = 600.0
KEYS_KEPT = timedelta(days=7)
"""How long a reply waits for its request to be sent again."""


def nothing_recurring(_settings: ServiceSettings, _database: Database) -> Sequence[Recurring]:
    return ()


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its schema, its API, and what its worker does with events and by the clock."""

    name: str
    metadata: MetaData
    migrations: Path
    settings: Callable[[], ServiceSettings]
    create_app: Callable[[], FastAPI]
    subscriptions: Callable[[ServiceSettings, Database], Sequence[AnySubscription]]
    recurring: Callable[[ServiceSettings, Database], Sequence[Recurring]] = nothing_recurring

    @property
    def audit(self) -> Table:
        return self.metadata.tables[f"{self.metadata.schema}.audit"]

    @property
    def idempotency_keys(self) -> Table:
        return self.metadata.tables[f"{self.metadata.schema}.idempotency_key"]


def housekeeping(service: Service, database: Database) -> list[Recurring]:
    """What the worker of every service does by the clock: chain its audit rows, let old keys go."""
    thorough_at = 0.0

    async def link(*, thorough: bool) -> None:
        while True:
            async with database.writing() as connection:
                if await chain_rows(connection, service.audit, thorough=thorough) < CHUNK:
                    return

    async def chain() -> None:
        nonlocal thorough_at
        await link(thorough=False)
        if time.monotonic() >= thorough_at:  # looks through all rows: what is new is linked by now
            await link(thorough=True)
            thorough_at = time.monotonic() + THOROUGH_SECONDS

    async def expire() -> None:
        before = system_time() - KEYS_KEPT
        while True:
            async with database.writing() as connection:
                if await delete_expired(connection, service.idempotency_keys, before, CHUNK) < CHUNK:
                    return

    return [
        Recurring("chain_audit", CHAIN_SECONDS, chain),
        Recurring("expire_idempotency_keys", EXPIRE_SECONDS, expire),
    ]


def load_service(name: str) -> Service:
    """Raises KeyError when no installed package offers the service."""
    found: Service = entry_points(group="parindex.services")[name].load()
    return found


def installed_services() -> list[str]:
    return sorted(entry.name for entry in entry_points(group="parindex.services"))
