"""Routes of the campaign's tally, and the snapshot that scoring-api fetches by its digest."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.store import campaigns
from survey_ingest.tallies import store
from survey_ingest.tallies.use_cases import seal_tally

router = APIRouter(prefix="/api/v1/campaigns", tags=["tallies"], route_class=UnitOfWorkRoute)
internal_router = APIRouter(prefix="/internal/tallies", tags=["internal"], route_class=UnitOfWorkRoute)


class TallyReply(BaseModel):
    campaign: str
    revision: int
    digest: str


@router.post("/{code}/tally", **guarded(Action.TALLY_SEAL))
async def post_tally(request: Request, code: str, caller: Caller, connection: Write) -> TallyReply:
    """Make the campaign's tally once every batch is sealed; again the same while nothing changed."""
    made = await seal_tally(connection, caller, code, request.app.state.settings.survey_url)
    return TallyReply(campaign=code, revision=made.revision, digest=made.digest)


@router.get("/{code}/tally", **guarded(Action.CAMPAIGN_READ))
async def get_tally(request: Request, code: str, connection: Read) -> Response:
    """The latest revision as scoring-api gets it."""
    found = await campaigns.read_campaign(connection, code)
    latest = await store.latest_tally(connection, found.id)
    if latest is None:
        raise DomainError("tally_missing", {"campaign": code})
    return represent(request, latest.content)


@internal_router.get("/{digest}", **guarded(Action.INTERNAL_READ))
async def get_tally_snapshot(request: Request, digest: str, connection: Read) -> Response:
    """The immutable snapshot behind a digest."""
    content = await store.read_tally(connection, digest)
    if content is None:
        raise DomainError("snapshot_unknown", {"digest": digest})
    return represent(request, content)
