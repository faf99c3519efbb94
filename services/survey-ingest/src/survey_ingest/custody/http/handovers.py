"""Routes of the hand-over, and the minutes that the other services fetch by their digest."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictInt

from parindex.auth.policy import Action
from parindex.http.conditional import represent
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled, normal
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.store import campaigns
from survey_ingest.custody.store import handovers, seals
from survey_ingest.custody.store.handovers import Part
from survey_ingest.custody.use_cases.handing_over import BrokenSeal, Handing, Taking, deliver, receive

router = APIRouter(prefix="/api/v1/campaigns", tags=["custody"], route_class=UnitOfWorkRoute)
internal_router = APIRouter(prefix="/internal/handovers", tags=["internal"], route_class=UnitOfWorkRoute)

_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"


class DeliveryBody(Body):
    """Who hands the sealed bags to whom («biên bản bàn giao»); all that are due unless some are named."""

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
    batches: Annotated[list[Code], Field(min_length=1, max_length=1000)] | None = None


class DeliveryReply(BaseModel):
    campaign: str
    delivered_at: str
    revision: int
    batches: int


class BrokenSealBody(Body):
    """A bag found with a broken seal («túi không còn nguyên niêm phong»), and which seal if known."""

    batch: Code
    bag_seal: Annotated[str, Field(max_length=500), BeforeValidator(normal)] = ""
    what: Label


class ReceiptBody(Body):
    """What the receiving side found («xác nhận đã nhận»), or why it refuses («từ chối nhận»).

    Each bag of `broken_seals` opens an incident. `delivery` names the delivery that is answered, so that a
    repeated request never answers a later one.
    """

    model_config = exampled(
        {
            "delivery": 1,
            "seals_intact": False,
            "broken_seals": [
                {"batch": "sph-thanh-ha", "bag_seal": "HD22-028", "what": "Dây niêm phong đứt một bên."}
            ],
            "accepted_because": "Hai bên đã kiểm đếm lại tại chỗ, đủ 135 phiếu.",
        }
    )

    seals_intact: StrictBool
    note: Words = ""
    accepted: StrictBool = True
    accepted_because: Words = ""
    broken_seals: Annotated[list[BrokenSealBody], Field(max_length=1000)] = []
    delivery: Annotated[StrictInt, Field(ge=1, le=1_000_000)] | None = None

    def taking(self) -> Taking:
        told = self.model_dump(exclude={"broken_seals"})
        broken = [BrokenSeal(**item.model_dump()) for item in self.broken_seals]
        return Taking(**told, broken_seals=broken)


class HandoverReply(BaseModel):
    """The digest of the minutes; None while bags are still due or the delivery was refused."""

    model_config = exampled({"campaign": "hai-duong-2022", "digest": _DIGEST, "revision": 1})

    campaign: str
    digest: str | None
    revision: int | None


class PartReply(BaseModel):
    """One delivery and what became of it («lần giao nhận»)."""

    model_config = exampled(
        {
            "revision": 1,
            "state": "received",
            "batches": ["sph-thanh-ha"],
            "from_party": "Bưu điện tỉnh",
            "to_party": "Sở Nội vụ",
            "delivered_at": "2023-02-03T09:00:00+07:00",
            "received_at": "2023-02-03T10:00:00+07:00",
            "seals_intact": True,
            "note": "Niêm phong còn nguyên vẹn.",
            "accepted_because": "",
        }
    )

    revision: int
    state: str
    batches: list[str]
    from_party: str
    to_party: str
    delivered_at: Moment
    received_at: Moment | None
    seals_intact: bool | None
    note: str
    accepted_because: str = ""


@router.post("/{code}/handover", status_code=201, **guarded(Action.HANDOVER_DELIVER))
async def post_handover(code: str, body: DeliveryBody, caller: Caller, connection: Write) -> DeliveryReply:
    """The post office hands sealed bags over: all that are due, or those named."""
    made = await deliver(connection, caller, code, Handing(**body.model_dump()))
    return DeliveryReply(
        campaign=code,
        delivered_at=instant_text(made.delivered_at),
        revision=made.revision,
        batches=len(made.entries),
    )


@router.post("/{code}/handover/receipt", status_code=201, **guarded(Action.HANDOVER_RECEIVE))
async def post_receipt(
    request: Request, code: str, body: ReceiptBody, caller: Caller, connection: Write
) -> HandoverReply:
    """The department takes or refuses the delivery; with the last bag the minutes are complete."""
    url = request.app.state.settings.survey_url
    made = await receive(connection, caller, code, url, body.taking())
    return HandoverReply(
        campaign=code, digest=made.digest if made else None, revision=made.revision if made else None
    )


@router.get("/{code}/handover", **guarded(Action.CAMPAIGN_READ))
async def get_handovers(code: str, connection: Read) -> list[PartReply]:
    """Every delivery of the campaign, first to last."""
    found = await campaigns.read_campaign(connection, code)
    bags = {entry.entry: entry.batch for entry in await seals.read_ledger(connection, found.id)}
    return [_told(part, bags) for part in await handovers.list_parts(connection, found.id)]


def _told(part: Part, bags: dict[str, str]) -> PartReply:
    given, taken = part.delivery, part.receipt
    state = "delivered" if taken is None else "received" if taken.accepted else "refused"
    told: dict[str, Any] = {"received_at": None, "seals_intact": None, "note": given.note}
    if taken is not None:
        told = {
            "received_at": taken.received_at,
            "seals_intact": taken.seals_intact,
            "note": "\n".join(text for text in (given.note, taken.note) if text),
            "accepted_because": taken.accepted_because,
        }
    return PartReply(
        revision=given.revision,
        state=state,
        batches=[bags.get(entry, entry) for entry in given.entries],
        from_party=given.from_party,
        to_party=given.to_party,
        delivered_at=given.delivered_at,
        **told,
    )


@internal_router.get("/{digest}", **guarded(Action.INTERNAL_READ))
async def get_handover(request: Request, digest: str, connection: Read) -> Response:
    """The immutable record behind a digest."""
    content = await handovers.read_handover(connection, digest)
    if content is None:
        raise DomainError("snapshot_unknown", {"digest": digest})
    return represent(request, content)
