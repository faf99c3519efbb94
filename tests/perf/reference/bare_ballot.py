"""The yardstick of a ballot: one bare FastAPI route, a pydantic body, one asyncpg INSERT; no token, no check."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request
from pydantic import BaseModel

DATABASE_VARIABLE = "BARE_BALLOT_DATABASE_URL"
TABLE = """
CREATE SCHEMA IF NOT EXISTS bare;
CREATE TABLE bare.ballot (
    id uuid PRIMARY KEY, serial text NOT NULL, batch text NOT NULL, questionnaire text NOT NULL,
    respondent_group text NOT NULL, unit text NOT NULL, answers smallint[] NOT NULL
)
"""
INSERT = "INSERT INTO bare.ballot VALUES ($1, $2, $3, $4, $5, $6, $7)"


class Ballot(BaseModel):
    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str
    unit: str
    answers: list[int]


@asynccontextmanager
async def _pool(app: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ[DATABASE_VARIABLE], min_size=10, max_size=10) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=_pool)


@app.post("/ballots", status_code=201)
async def post_ballot(ballot: Ballot, request: Request) -> dict[str, str]:
    await request.app.state.pool.execute(
        INSERT,
        ballot.id,
        ballot.serial,
        ballot.batch,
        ballot.questionnaire,
        ballot.group,
        ballot.unit,
        ballot.answers,
    )
    return {"id": str(ballot.id)}
