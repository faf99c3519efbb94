"""Puts report-gen together: routes, handlers, migrations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from parindex.auth.tokens import SigningKey
from parindex.bus.subscriptions import AnySubscription
from parindex.db import Database
from parindex.http.app import create_app as create_shared_app
from parindex.service import Service
from parindex.settings import ServiceSettings
from report_gen import schema
from report_gen.documents import http, jobs
from report_gen.documents.use_cases.opening import PublishedEditions
from report_gen.settings import load_settings


@asynccontextmanager
async def _knowing_editions(app: FastAPI) -> AsyncIterator[None]:
    app.state.published = PublishedEditions(app.state.settings.scoring_url)
    yield


def create_app() -> FastAPI:
    return create_shared_app(
        "report",
        "parindex · report-gen",
        load_settings(),
        [http.asking_router, http.router],
        idempotency_table=schema.idempotency_keys,
        audit_table=schema.audit,
        lifespan=_knowing_editions,
    )


def subscriptions(settings: ServiceSettings, database: Database) -> list[AnySubscription]:
    return jobs.subscriptions(database, SigningKey("report", settings.signing_key))


service = Service(
    name="report",
    metadata=schema.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    settings=load_settings,
    create_app=create_app,
    subscriptions=subscriptions,
)
