"""Routes of campaigns and the batches issued in them."""

from fastapi import APIRouter, Request, Response

from parindex.auth.policy import Action
from parindex.http.client import fetch_internal
from parindex.http.conditional import represent_tagged
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, Transactions, UnitOfWorkRoute, Write, guarded
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.questionnaire import read_questionnaire
from survey_ingest.campaigns.http.bodies import BatchBody, CampaignBody, ExtensionBody
from survey_ingest.campaigns.http.replies import CampaignReply, ExtensionReply, StateReply, UnitListReply
from survey_ingest.campaigns.store import batches, campaigns, quotas
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import NewCampaign
from survey_ingest.campaigns.store.extensions import list_extensions
from survey_ingest.campaigns.store.questionnaires import list_questionnaires
from survey_ingest.campaigns.use_cases.planning import (
    draft_campaign,
    extend_campaign,
    freeze_unit_list,
    issue_batch,
    open_campaign,
)

router = APIRouter(prefix="/api/v1/campaigns", tags=["campaigns"], route_class=UnitOfWorkRoute)
_UNIT_LIST = {
    "period": "2022",
    "units": [
        {
            "code": "ubnd-huyen-thanh-ha",
            "name": "UBND huyện Thanh Hà",
            "short_name": "Thanh Hà",
            "level": "district",
            "kind": "huyen",
            "aliases": [],
        }
    ],
}
fetching_router = APIRouter(prefix="/api/v1/campaigns", tags=["campaigns"])
"""Routes that call another service first: no transaction is held open while they wait."""


@router.post("", status_code=201, **guarded(Action.CAMPAIGN_WRITE))
async def post_campaign(body: CampaignBody, caller: Caller, connection: Write, reply: Response) -> StateReply:
    """Draft a campaign; every fault of its questionnaires is named at once."""
    data = body.model_dump()
    forms = [read_questionnaire(item) for item in data.pop("questionnaires")]
    await draft_campaign(connection, caller, NewCampaign(**data), forms)
    reply.headers["Location"] = f"/api/v1/campaigns/{body.code}"
    return StateReply(code=body.code, state="draft")


@fetching_router.post("/{code}/units", **guarded(Action.CAMPAIGN_WRITE))
async def post_units(
    request: Request, code: str, caller: Caller, transactions: Transactions
) -> UnitListReply:
    """Fetch the period's units and keep a frozen copy; a draft may do so again."""
    async with transactions.reading() as connection:
        period = (await campaigns.read_campaign(connection, code)).period
    url = f"{request.app.state.settings.scoring_url}/internal/periods/{period}/units"
    unknown = DomainError("period_unknown", {"period": period})
    fetched = await fetch_internal(url, request.app.state.signing_key, missing=unknown)
    async with transactions.writing() as writing:
        return UnitListReply(digest=await freeze_unit_list(writing, caller, code, fetched.content))


@router.get(
    "/{code}/units",
    response_class=Response,
    responses=reply_example(_UNIT_LIST),
    **guarded(Action.CAMPAIGN_READ),
)
async def get_units(request: Request, code: str, connection: Read) -> Response:
    """The frozen list byte by byte: its SHA-256 is the campaign's digest, and the ETag."""
    content, digest = await campaigns.read_unit_list(connection, code)
    return represent_tagged(request, content, f'"{digest}"')


@router.post("/{code}/open", **guarded(Action.CAMPAIGN_WRITE))
async def post_open(code: str, caller: Caller, connection: Write) -> StateReply:
    """Fix quotas and forms; from now on ballots are taken."""
    await open_campaign(connection, caller, code)
    return StateReply(code=code, state="open")


@router.post("/{code}/extensions", status_code=201, **guarded(Action.CAMPAIGN_WRITE))
async def post_extension(code: str, body: ExtensionBody, caller: Caller, connection: Write) -> ExtensionReply:
    """Take ballots until a later instant, with the reason; the end is never moved forward."""
    await extend_campaign(connection, caller, code, body.closes_at, body.reason)
    return ExtensionReply(code=code, closes_at=body.closes_at)


@router.post("/{code}/batches", status_code=201, **guarded(Action.BATCH_WRITE))
async def post_batch(code: str, body: BatchBody, caller: Caller, connection: Write) -> Batch:
    """Issue a batch to an office."""
    new = Batch(body.code, body.office, body.questionnaire, body.group, body.issued)
    await issue_batch(connection, caller, code, new)
    return new


@router.get("/{code}", **guarded(Action.CAMPAIGN_READ))
async def get_campaign(code: str, connection: Read) -> CampaignReply:
    """The plan, the quotas with the places taken, and the batches with their states."""
    found = await campaigns.read_campaign(connection, code)
    forms = await list_questionnaires(connection, found.id)
    return CampaignReply(
        code=found.code,
        title=found.title,
        period=found.period,
        operator=found.operator,
        plans=found.plans,
        opens_at=found.opens_at,
        closes_at=found.closes_at,
        extensions=await list_extensions(connection, found.id),
        state=found.state,
        unit_list_digest=found.unit_list_digest,
        double_entry=found.double_entry,
        questionnaires=[
            {
                "code": item.code,
                "title": item.data["title"],
                "level": item.data["level"],
                "layout": item.data["layout"],
                "digest": item.digest,
                "state": item.state,
            }
            for item in forms
        ],
        quotas=await quotas.read_fill(connection, found.id),
        batches=await batches.list_batches(connection, found.id),
    )
