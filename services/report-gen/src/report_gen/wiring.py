"""Puts report-gen together: routes, handlers, migrations."""

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
from report_gen.settings import load_settings


def create_app() -> FastAPI:
    return create_shared_app(
        "report",
        "parindex · report-gen",
        load_settings(),
        [http.router],
        idempotency_table=schema.idempotency_keys,
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
