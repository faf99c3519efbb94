"""What the command line needs to know of a service; found by the entry points `parindex.services`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import MetaData

from parindex.bus.recurring import Recurring
from parindex.bus.subscriptions import AnySubscription
from parindex.db.engine import Database
from parindex.settings import ServiceSettings


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


def load_service(name: str) -> Service:
    """Raises KeyError when no installed package offers the service."""
    found: Service = entry_points(group="parindex.services")[name].load()
    return found


def installed_services() -> list[str]:
    return sorted(entry.name for entry in entry_points(group="parindex.services"))
