"""Routes of contact data: no address and no reply that is kept names a person."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, model_validator

from parindex.auth.policy import Action
from parindex.http.routing import NEVER_REPLAYED, Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, exampled
from parindex.kernel.text import nfc
from survey_ingest.campaigns.store import campaigns
from survey_ingest.respondents.domain import Contact, deletion_due
from survey_ingest.respondents.store import contacts
from survey_ingest.respondents.store.encryption import Keyring, keyring
from survey_ingest.respondents.use_cases import erase_contact, keep_contact, read_contact, require_keys

router = APIRouter(prefix="/api/v1/campaigns", tags=["respondents"], route_class=UnitOfWorkRoute)

Serial = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]*$")]
Line = Annotated[str, Field(max_length=500)]


class ContactBody(Body):
    """How a respondent can be reached («thông tin liên hệ»), and what they signed for («ký nhận»)."""

    model_config = exampled(
        {
            "serial": "SPH-0001",
            "batch": "sph-thanh-ha",
            "name": "(họ và tên)",
            "phone": "(số điện thoại)",
            "address": "(địa chỉ)",
            "payment": "Đã ký nhận 30.000 đồng",
        }
    )

    serial: Serial
    batch: Code
    name: Line = ""
    phone: Line = ""
    address: Line = ""
    payment: Line = ""

    @model_validator(mode="after")
    def _says_something(self) -> "ContactBody":
        if not (self.name or self.phone or self.address or self.payment):
            raise ValueError("phải có ít nhất một thông tin liên hệ")
        return self

    def contact(self) -> Contact:
        return Contact(
            self.serial, *(nfc(text) for text in (self.name, self.phone, self.address, self.payment))
        )


class ReasonBody(Body):
    """Whose contact, and why («lý do xem hoặc xóa»)."""

    model_config = exampled({"serial": "SPH-0001", "reason": "Phúc tra 05 % phiếu theo kế hoạch."})

    serial: Serial
    reason: Label


class ContactReply(BaseModel):
    serial: str
    name: str
    phone: str
    address: str
    payment: str


class RetentionReply(BaseModel):
    """How many contacts are kept and until when («thời hạn lưu trữ»)."""

    model_config = exampled(
        {
            "contacts": 1620,
            "retention_days": 90,
            "handed_over_at": "2023-02-03T10:00:00+07:00",
            "deleted_at": "2023-05-04T10:00:00+07:00",
        }
    )

    contacts: int
    retention_days: int | None
    handed_over_at: Moment | None
    deleted_at: Moment | None


def _ring(request: Request) -> Keyring:
    return require_keys(keyring(request.app.state.settings.personal_key))


@router.put("/{code}/respondents", status_code=204, **guarded(Action.CONTACT_WRITE))
async def put_contact(
    request: Request, code: str, body: ContactBody, caller: Caller, connection: Write
) -> None:
    """Keep the contact of a ballot's serial, or replace it; it is encrypted and apart from the answers."""
    await keep_contact(connection, caller, _ring(request), code, body.batch, body.contact())


@router.post("/{code}/respondents/reading", **guarded(Action.CONTACT_READ, **NEVER_REPLAYED))
async def post_reading(
    request: Request, code: str, body: ReasonBody, caller: Caller, connection: Write, reply: Response
) -> ContactReply:
    """Read one contact for a reason that is put on record."""
    found = await read_contact(connection, caller, _ring(request), code, body.serial, body.reason)
    reply.headers["Cache-Control"] = "no-store"
    return ContactReply(
        serial=found.serial,
        name=found.name,
        phone=found.phone,
        address=found.address,
        payment=found.payment,
    )


@router.post("/{code}/respondents/erasure", status_code=204, **guarded(Action.CONTACT_READ))
async def post_erasure(
    request: Request, code: str, body: ReasonBody, caller: Caller, connection: Write
) -> None:
    """Delete one contact at the person's request; the ballot and the counts stay."""
    await erase_contact(connection, caller, _ring(request), code, body.serial, body.reason)


@router.get("/{code}/respondents", **guarded(Action.CONTACT_READ))
async def get_retention(code: str, connection: Read) -> RetentionReply:
    """How many contacts the campaign keeps, and when they are deleted."""
    found = await campaigns.read_campaign(connection, code)
    kept = await contacts.count(connection, found.id)
    due = None
    if found.retention_days is not None:
        due = deletion_due(found.closes_at, kept.handed_over_at, found.retention_days)
    return RetentionReply(
        contacts=kept.contacts,
        retention_days=found.retention_days,
        handed_over_at=kept.handed_over_at,
        deleted_at=due,
    )
