"""Puts the rooms of survey-ingest together: routes, the ballot writer, handlers, migrations."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from fastapi import FastAPI

from parindex.bus.recurring import Recurring
from parindex.bus.subscriptions import AnySubscription
from parindex.db import Database
from parindex.http.app import create_app as create_shared_app
from parindex.service import Service
from parindex.settings import ServiceSettings
from survey_ingest import schema
from survey_ingest.ballots import http as ballots
from survey_ingest.ballots.http import remarks, serials
from survey_ingest.ballots.http import stored as stored_ballots
from survey_ingest.ballots.use_cases.definitions import Definitions
from survey_ingest.ballots.use_cases.writer import BallotWriter
from survey_ingest.campaigns import http as campaigns
from survey_ingest.campaigns import jobs as campaigns_jobs
from survey_ingest.campaigns.http import fill, questionnaires, samples
from survey_ingest.custody.http import corrections, handovers, numbers, seals
from survey_ingest.double_entry import http as double_entry
from survey_ingest.imports import http as imports
from survey_ingest.imports import jobs as imports_jobs
from survey_ingest.imports.http import declared as imports_declared
from survey_ingest.imports.http import reports as imports_reports
from survey_ingest.respondents import http as respondents
from survey_ingest.respondents import jobs as respondents_jobs
from survey_ingest.respondents.store.encryption import keyring
from survey_ingest.settings import load_settings
from survey_ingest.tallies import http as tallies


@asynccontextmanager
async def _writing_ballots(app: FastAPI) -> AsyncIterator[None]:
    """Requests have ended when the lifespan does: no ballot waits when the writer stops."""
    app.state.definitions = Definitions(app.state.database)
    app.state.writer = BallotWriter(app.state.database)
    task = asyncio.create_task(app.state.writer.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def create_app() -> FastAPI:
    return create_shared_app(
        "survey",
        "parindex · survey-ingest",
        load_settings(),
        [
            ballots.router,  # first, since routes are tried in order and these are asked most
            stored_ballots.router,
            remarks.router,  # its «findings» would pass for the code of a campaign
            campaigns.router,
            campaigns.fetching_router,
            questionnaires.router,
            fill.router,
            serials.router,
            samples.drawing_router,
            samples.router,
            *double_entry.routers,
            imports.router,
            imports_declared.router,
            imports_reports.router,
            tallies.router,
            tallies.internal_router,
            respondents.router,
            seals.router,
            corrections.router,
            numbers.router,
            handovers.router,
            handovers.internal_router,
        ],
        idempotency_table=schema.idempotency_keys,
        audit_table=schema.audit,
        lifespan=_writing_ballots,
    )


def subscriptions(_settings: ServiceSettings, database: Database) -> list[AnySubscription]:
    return [campaigns_jobs.period_finalized, *imports_jobs.subscriptions(database)]


def recurring(_settings: ServiceSettings, database: Database) -> list[Recurring]:
    return respondents_jobs.recurring(database, keyring(load_settings().personal_key))


service = Service(
    name="survey",
    metadata=schema.metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    settings=load_settings,
    create_app=create_app,
    subscriptions=subscriptions,
    recurring=recurring,
)
