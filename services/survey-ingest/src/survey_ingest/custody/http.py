"""Routes of seals and of the hand-over, and the record that the other services fetch by its digest."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StrictBool, StrictInt

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Label, Words, exampled
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.store import campaigns
from survey_ingest.custody.domain.ledger import LedgerEntry
from survey_ingest.custody.store import handovers, seals
from survey_ingest.custody.use_cases.handing_over import deliver, receive
from survey_ingest.custody.use_cases.sealing import SealRequest, seal_batch

router = APIRouter(prefix="/api/v1/campaigns", tags=["custody"], route_class=UnitOfWorkRoute)
internal_router = APIRouter(prefix="/internal/handovers", tags=["internal"], route_class=UnitOfWorkRoute)

Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]


class SealBody(Body):
    """The bag's seal number and its ballots as counted by hand («biên bản niêm phong»)."""

    model_config = exampled({"bag_seal": "HD22-028", "returned": 135, "spoiled": 0, "missing": 0})

    bag_seal: Label
    returned: Count
    spoiled: Count = 0
    missing: Count = 0


class SealReply(BaseModel):
    sequence: int
    entry: str
    previous: str
    facts: dict[str, Any]


class DeliveryBody(Body):
    """Who hands the sealed bags to whom («biên bản bàn giao»)."""

    model_config = exampled(
        {
            "from_party": "Bưu điện tỉnh",
            "to_party": "Sở Nội vụ",
            "note": "Bàn giao toàn bộ túi phiếu đã niêm phong.",
        }
    )

    from_party: Label
    to_party: Label
    note: Words = ""


class DeliveryReply(BaseModel):
    campaign: str
    delivered_at: str


class ReceiptBody(Body):
    """What the receiving side found («xác nhận đã nhận»)."""

    model_config = exampled({"seals_intact": True, "note": "Niêm phong còn nguyên vẹn."})

    seals_intact: StrictBool
    note: Words = ""


class HandoverReply(BaseModel):
    campaign: str
    digest: str


def _reply(entry: LedgerEntry) -> SealReply:
    return SealReply(
        sequence=entry.sequence, entry=entry.entry, previous=entry.previous, facts=dict(entry.facts)
    )


@router.post("/{code}/batches/{batch}/seal", **guarded(Action.BATCH_SEAL))
async def post_seal(code: str, batch: str, body: SealBody, caller: Caller, connection: Write) -> SealReply:
    """Seal a batch whose ballots add up; held ballots are told and stay outside the tally."""
    return _reply(await seal_batch(connection, caller, code, batch, SealRequest(**body.model_dump())))


@router.get("/{code}/seals", **guarded(Action.CAMPAIGN_READ))
async def get_seals(code: str, connection: Read) -> list[SealReply]:
    """The ledger of seals, first to last."""
    found = await campaigns.read_campaign(connection, code)
    return [_reply(entry) for entry in await seals.read_ledger(connection, found.id)]


@router.post("/{code}/handover", status_code=201, **guarded(Action.HANDOVER_DELIVER))
async def post_handover(code: str, body: DeliveryBody, caller: Caller, connection: Write) -> DeliveryReply:
    """The post office hands the sealed bags over."""
    made = await deliver(connection, caller, code, **body.model_dump())
    return DeliveryReply(campaign=code, delivered_at=instant_text(made.delivered_at))


@router.post("/{code}/handover/receipt", status_code=201, **guarded(Action.HANDOVER_RECEIVE))
async def post_receipt(
    request: Request, code: str, body: ReceiptBody, caller: Caller, connection: Write
) -> HandoverReply:
    """The department confirms the bags; the record is complete."""
    url = request.app.state.settings.survey_url
    digest = await receive(connection, caller, code, url, **body.model_dump())
    return HandoverReply(campaign=code, digest=digest)


@internal_router.get("/{digest}", **guarded(Action.INTERNAL_READ))
async def get_handover(request: Request, digest: str, connection: Read) -> Response:
    """The immutable record behind a digest."""
    content = await handovers.read_handover(connection, digest)
    if content is None:
        raise DomainError("snapshot_unknown", {"digest": digest})
    return represent(request, content)
