"""Puts the rooms of scoring-api together: routes, handlers, migrations."""

from pathlib import Path
from uuid import UUID

from fastapi import FastAPI

from parindex.auth.revocations import FetchRevoked
from parindex.auth.tokens import SigningKey
from parindex.bus.recurring import Recurring
from parindex.bus.subscriptions import AnySubscription
from parindex.db import Database
from parindex.http.app import create_app as create_shared_app
from parindex.kernel.clocks import system_time
from parindex.service import Service
from parindex.settings import ServiceSettings
from scoring_api import schema
from scoring_api.access import http as access
from scoring_api.access.store import read_revoked
from scoring_api.announcements import http as announcements
from scoring_api.announcements import jobs as announcements_jobs
from scoring_api.assessment import http as assessment
from scoring_api.assessment import jobs as assessment_jobs
from scoring_api.assessment.http.owners import of_owners
from scoring_api.frameworks import http as frameworks
from scoring_api.plans import http as plans
from scoring_api.publication import http as publication
from scoring_api.publication import jobs as publication_jobs
from scoring_api.results import http as results
from scoring_api.results import jobs as results_jobs
from scoring_api.settings import load_settings, parted
from scoring_api.units import http as units
from scoring_api.webhooks import http as webhooks
from scoring_api.webhooks import jobs as webhooks_jobs
from scoring_api.webhooks.domain import guard_of


def own_revocations(database: Database) -> FetchRevoked:
    """What the other services ask of us."""

    async def fetch() -> frozenset[UUID]:
        async with database.reading() as connection:
            return await read_revoked(connection, system_time())

    return fetch


def create_app() -> FastAPI:
    return create_shared_app(
        "scoring",
        "parindex · scoring-api",
        load_settings(),
        [
            access.router,
            access.internal_router,
            announcements.router,
            webhooks.router,
            *units.routers,
            *frameworks.routers,
            of_owners(*assessment.routers, *results.routers, *publication.routers),
            plans.router,
        ],
        idempotency_table=schema.idempotency_keys,
        audit_table=schema.audit,
        revocations=own_revocations,
    )


def subscriptions(settings: ServiceSettings, database: Database) -> list[AnySubscription]:
    key = SigningKey("scoring", settings.signing_key)
    return [*results_jobs.subscriptions(database, key), *publication_jobs.subscriptions()]


def _sending(database: Database) -> list[Recurring]:
    settings = load_settings()
    hosts, networks = parted(settings.webhook_hosts), parted(settings.webhook_networks)
    guard = guard_of(hosts, networks, plain_http=settings.webhook_plain_http)
    return webhooks_jobs.recurring(database, guard, settings.webhook_seed)


def recurring(settings: ServiceSettings, database: Database) -> list[Recurring]:
    return [
        *announcements_jobs.recurring(database),
        *assessment_jobs.recurring(database, settings.evidence_dir),
        *publication_jobs.recurring(database),
        *_sending(database),
    ]


service = Service(
    name="scoring",
    metadata=schema.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    settings=load_settings,
    create_app=create_app,
    subscriptions=subscriptions,
    recurring=recurring,
)
