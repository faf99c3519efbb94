"""Routes of the campaign's tally and its revisions, and the snapshot that scoring-api fetches by digest."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from parindex.auth.policy import Action, Role
from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import TallySnapshot
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Moment, exampled
from parindex.kernel.canonical import canonical_bytes
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.store import campaigns
from survey_ingest.tallies import store
from survey_ingest.tallies.domain.publishing import changes_between, shown
from survey_ingest.tallies.use_cases import seal_tally

router = APIRouter(prefix="/api/v1/campaigns", tags=["tallies"], route_class=UnitOfWorkRoute)
internal_router = APIRouter(prefix="/internal/tallies", tags=["internal"], route_class=UnitOfWorkRoute)

_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"
Revision = Annotated[int, Path(ge=1, le=1_000_000)]


class TallyReply(BaseModel):
    campaign: str
    revision: int
    digest: str


class RevisionReply(BaseModel):
    """One revision of the tally («lần tổng hợp»)."""

    model_config = exampled({"revision": 2, "digest": _DIGEST, "sealed_at": "2023-02-03T09:00:00+07:00"})

    revision: int
    digest: str
    sealed_at: Moment


class CellChangeReply(BaseModel):
    questionnaire: str
    group: str
    unit: str
    question: str
    before: dict[str, int]
    after: dict[str, int]


class ChangesReply(BaseModel):
    """What a later revision counts otherwise («ô tổng hợp thay đổi»)."""

    model_config = exampled(
        {
            "before": 1,
            "after": 2,
            "cells": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "question": "q01",
                    "before": {"option:4": 60, "option:5": 75, "blank": 0, "double": 0, "answered": 135},
                    "after": {"option:4": 61, "option:5": 74, "blank": 0, "double": 0, "answered": 135},
                }
            ],
        }
    )

    before: int
    after: int
    cells: list[CellChangeReply]


@router.post("/{code}/tally", **guarded(Action.TALLY_SEAL))
async def post_tally(request: Request, code: str, caller: Caller, connection: Write) -> TallyReply:
    """Make the campaign's tally once every batch is sealed; again the same while nothing changed."""
    made = await seal_tally(connection, caller, code, request.app.state.settings.survey_url)
    return TallyReply(campaign=code, revision=made.revision, digest=made.digest)


@router.get("/{code}/tally", **guarded(Action.CAMPAIGN_READ))
async def get_tally(request: Request, code: str, caller: Caller, connection: Read) -> Response:
    """The latest revision: as scoring-api gets it for the manager, without its small cells for others."""
    found = await campaigns.read_campaign(connection, code)
    revisions = await store.list_tallies(connection, found.id)
    if not revisions:
        raise DomainError("tally_missing", {"campaign": code})
    if caller.role is Role.SURVEY_MANAGER:
        return represent(request, revisions[0].content)
    snapshots = [parse_snapshot(TallySnapshot, item.content) for item in reversed(revisions)]
    return represent(request, _withheld(snapshots, found.publication_minimum))


def _withheld(revisions: Sequence[TallySnapshot], minimum: int) -> bytes:
    """The last revision without the cells that may not be shown, which are named.

    Without its salt too: with it the counts held back could be tried until the public digest fits.
    """
    visible = shown(revisions, minimum)
    told: dict[str, Any] = asdict(revisions[-1])
    del told["salt"]
    told["cells"] = [asdict(cell) for cell in visible.cells]
    told["choices"] = [asdict(cell) for cell in visible.choices]
    names = ("questionnaire", "group", "unit", "question")
    told["withheld"] = [dict(zip(names, place, strict=True)) for place in visible.withheld]
    return canonical_bytes(told)


@router.get("/{code}/tallies", **guarded(Action.CAMPAIGN_READ))
async def get_tallies(code: str, connection: Read) -> list[RevisionReply]:
    """The revisions of the tally, latest first."""
    found = await campaigns.read_campaign(connection, code)
    return [
        RevisionReply(revision=item.revision, digest=item.digest, sealed_at=item.sealed_at)
        for item in await store.list_tallies(connection, found.id)
    ]


@router.get("/{code}/tallies/{revision}", **guarded(Action.TALLY_COMPARE))
async def get_tally_revision(request: Request, code: str, revision: Revision, connection: Read) -> Response:
    """One revision as scoring-api got it. Only the manager: two revisions subtracted show single ballots."""
    found = await campaigns.read_campaign(connection, code)
    return represent(request, (await store.read_revision(connection, found.id, revision)).content)


@router.get("/{code}/tallies/{revision}/changes", **guarded(Action.TALLY_COMPARE))
async def get_tally_changes(
    code: str,
    revision: Revision,
    connection: Read,
    since: Annotated[int, Query(ge=1, le=1_000_000)],
) -> ChangesReply:
    """The cells that the revision counts otherwise than the one named by `since`."""
    found = await campaigns.read_campaign(connection, code)
    before, after = [
        parse_snapshot(TallySnapshot, (await store.read_revision(connection, found.id, number)).content)
        for number in (since, revision)
    ]
    names = ("questionnaire", "group", "unit", "question")
    cells = [
        CellChangeReply(
            **dict(zip(names, change.place, strict=True)),
            before=dict(change.before),
            after=dict(change.after),
        )
        for change in changes_between(before, after)
    ]
    return ChangesReply(before=since, after=revision, cells=cells)


@internal_router.get("/{digest}", **guarded(Action.INTERNAL_READ))
async def get_tally_snapshot(request: Request, digest: str, connection: Read) -> Response:
    """The immutable snapshot behind a digest."""
    content = await store.read_tally(connection, digest)
    if content is None:
        raise DomainError("snapshot_unknown", {"digest": digest})
    return represent(request, content)
