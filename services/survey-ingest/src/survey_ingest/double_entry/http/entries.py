"""Routes of the second clerk: keying ballots again, and writing differing fields once more, blind."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StrictInt, TypeAdapter, ValidationError

from parindex.auth.policy import Action
from parindex.http.problems import faults_of
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Moment, exampled
from parindex.kernel.clocks import instant_text, system_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Entry
from survey_ingest.ballots.http import Serial, Short
from survey_ingest.campaigns.store import campaigns
from survey_ingest.double_entry.domain.receipt import SecondReceipt
from survey_ingest.double_entry.store.differences import AwaitedRekeying, list_awaited
from survey_ingest.double_entry.use_cases.entering import Outcome, enter_again
from survey_ingest.double_entry.use_cases.settling import rekey

router = APIRouter(prefix="/api/v1/campaigns", tags=["double entry"], route_class=UnitOfWorkRoute)

_ENTRY = {
    "id": "019b0a53-9f10-7c44-8a2b-0d1c2e3f4a5b",
    "serial": "SPH-0001",
    "batch": "sph-thanh-pho-hai-duong",
    "questionnaire": "sipas-huyen",
    "group": "nguoi-dan-doanh-nghiep",
    "unit": "ubnd-thanh-pho-hai-duong",
    "answers": [4, 5, 3, 5, 4, 5, 4, 5, 4, 4, 4, 3, 4, 5, 5, 4, 4, 5, 5, 2],
}
_RECEIPT = {
    "id": _ENTRY["id"],
    "serial": "SPH-0001",
    "digest": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
    "keyed_at": "2023-01-13T08:09:14.127000+07:00",
    "state": "to_rekey",
    "to_rekey": ["19"],
    "repeated": False,
    "server_time": "2023-01-13T08:09:14.131000+07:00",
}


class SecondEntryBody(Body):
    """A ballot keyed again from its paper («nhập lần hai»), without a look at the first entry.

    The client makes the id and repeats the request until it has a receipt.
    """

    model_config = exampled(_ENTRY)

    id: UUID
    serial: Serial
    batch: Short
    questionnaire: Short
    group: Short
    unit: Short | None = None
    answers: Annotated[list[StrictInt], Field(max_length=20_000)]

    def entry(self) -> Entry:
        return Entry(
            self.id, self.serial, self.batch, self.questionnaire, self.group, self.unit, self.answers
        )


class SecondEntriesBody(Body):
    """Up to 500 second entries as a single one is sent; each has its own outcome."""

    model_config = exampled({"entries": [_ENTRY]})

    entries: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)]


class SecondReceiptReply(BaseModel):
    """What was stored and which fields to write once more; never what somebody else wrote."""

    model_config = exampled(_RECEIPT)

    id: UUID
    serial: str
    digest: str
    keyed_at: Moment
    state: str
    to_rekey: list[str]
    repeated: bool
    server_time: str


class SecondEntriesReply(BaseModel):
    model_config = exampled({"results": [{"status": "created", "receipt": _RECEIPT}]})

    results: list[dict[str, Any]]


Answer = Annotated[StrictInt, Field(ge=-1, le=32_767)] | Short
"""The number of an answer, or the code of a group or a unit."""
Position = Annotated[str, Field(pattern=r"^(group|unit|[0-9]{1,5})$")]


class RekeyingBody(Body):
    """Differing fields as the paper says them («nhập lại chỗ lệch»)."""

    model_config = exampled({"values": {"19": 3}})

    values: Annotated[dict[Position, Answer], Field(min_length=1, max_length=20_000)]


def reply_of(receipt: SecondReceipt) -> SecondReceiptReply:
    return SecondReceiptReply(
        id=receipt.id,
        serial=receipt.serial,
        digest=receipt.digest,
        keyed_at=receipt.keyed_at,
        state=receipt.state,
        to_rekey=receipt.to_rekey,
        repeated=receipt.repeated,
        server_time=instant_text(system_time()),
    )


@router.post("/{code}/second-entries", status_code=201, **guarded(Action.BALLOT_REKEY))
async def post_second_entry(
    code: str, body: SecondEntryBody, caller: Caller, connection: Write, reply: Response
) -> SecondReceiptReply:
    """Take one second entry: 201 with its receipt, 200 with the same receipt when it is repeated."""
    outcome = (await enter_again(connection, caller, code, [body.entry()]))[0]
    if isinstance(outcome, DomainError):
        raise outcome
    reply.status_code = 200 if outcome.repeated else 201
    return reply_of(outcome)


_ONE = TypeAdapter(SecondEntryBody)


@router.post("/{code}/second-entries/bulk", **guarded(Action.BALLOT_REKEY))
async def post_second_entries(
    code: str, body: SecondEntriesBody, caller: Caller, connection: Write
) -> SecondEntriesReply:
    """Take up to 500 second entries; results in order: created, repeated or refused with a code."""
    read = [_read(item) for item in body.entries]
    good = [item for item in read if isinstance(item, Entry)]
    written = iter(await enter_again(connection, caller, code, good))
    outcomes = [next(written) if isinstance(item, Entry) else item for item in read]
    return SecondEntriesReply(results=[_result(outcome) for outcome in outcomes])


def _read(item: dict[str, Any]) -> Entry | DomainError:
    try:
        return _ONE.validate_python(item).entry()
    except ValidationError as error:
        faults = faults_of(error.errors())
        return DomainError("invalid_request", {"count": len(faults)}, faults)


def _result(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, SecondReceipt):
        status = "repeated" if outcome.repeated else "created"
        return {"status": status, "receipt": reply_of(outcome).model_dump(mode="json")}
    return {
        "status": "refused",
        "code": outcome.code,
        "errors": [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in outcome.faults],
    }


@router.get("/{code}/second-entries", **guarded(Action.BALLOT_REKEY))
async def get_second_entries(
    code: str, batch: Annotated[Code, Query()], caller: Caller, connection: Read
) -> list[AwaitedRekeying]:
    """The caller's own second entries of a batch that have fields to write once more, and which."""
    found = await campaigns.read_campaign(connection, code)
    return await list_awaited(connection, found.id, batch, caller.subject, system_time())


@router.post("/{code}/second-entries/{entry_id}/rekeyings", **guarded(Action.BALLOT_REKEY))
async def post_rekeyings(
    code: str, entry_id: UUID, body: RekeyingBody, caller: Caller, connection: Write
) -> SecondReceiptReply:
    """Write differing fields of an own second entry once more; each field once."""
    return reply_of(await rekey(connection, caller, code, entry_id, body.values))
