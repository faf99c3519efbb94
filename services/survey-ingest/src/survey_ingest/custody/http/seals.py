"""Routes of seals and of the incidents with them."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StrictInt, model_validator

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, exampled
from survey_ingest.campaigns.store import campaigns
from survey_ingest.custody.domain.ledger import LedgerEntry
from survey_ingest.custody.store import incidents, seals
from survey_ingest.custody.store.incidents import Case
from survey_ingest.custody.use_cases.incidents import Seen, report_incident, resolve_incident
from survey_ingest.custody.use_cases.sealing import SealRequest, seal_batch

router = APIRouter(prefix="/api/v1/campaigns", tags=["custody"], route_class=UnitOfWorkRoute)

Count = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
Numbers = Annotated[list[Label], Field(max_length=50)]
DifferenceCode = Annotated[
    str,
    Field(pattern="^(issued_not_accounted|keyed_differs|serials_(issued|returned|spoiled|missing)_differ)$"),
]
Explanations = dict[DifferenceCode, Label]


class SealBody(Body):
    """The bag's seal numbers and its ballots as counted by hand («biên bản niêm phong»).

    Numbers that do not add up need a reason each, by the code of the difference.
    """

    model_config = exampled(
        {
            "bag_seals": ["HD22-028", "HD22-029"],
            "returned": 134,
            "spoiled": 0,
            "missing": 0,
            "explanations": {"issued_not_accounted": "01 phiếu in trùng số, đã hủy có biên bản."},
        }
    )

    bag_seal: Label | None = None
    bag_seals: Numbers = []
    returned: Count
    spoiled: Count = 0
    missing: Count = 0
    explanations: Explanations = {}

    @model_validator(mode="after")
    def _has_a_seal(self) -> "SealBody":
        if (self.bag_seal is None) == (not self.bag_seals):
            raise ValueError("phải ghi số niêm phong, hoặc ở bag_seal hoặc ở bag_seals")
        if len(set(self.bag_seals)) < len(self.bag_seals):
            raise ValueError("một số niêm phong ghi hai lần")
        return self

    @property
    def numbers(self) -> list[str]:
        return [self.bag_seal] if self.bag_seal else self.bag_seals


class SealReply(BaseModel):
    sequence: int
    entry: str
    previous: str
    facts: dict[str, Any]


class IncidentBody(Body):
    """A seal found broken or wrong: what, by whom, when («sự cố niêm phong»)."""

    model_config = exampled(
        {
            "batch": "sph-thanh-ha",
            "bag_seal": "HD22-028",
            "what": "Dây niêm phong đứt một bên, tem còn nguyên.",
            "observed_by": "Tổ tiếp nhận của Sở Nội vụ",
            "observed_at": "2023-02-03T09:00:00+07:00",
        }
    )

    batch: Code
    bag_seal: Label
    what: Label
    observed_by: Label
    observed_at: Moment


class FindingBody(Body):
    """What the incident turned out to be («kết luận»)."""

    model_config = exampled({"finding": "Kiểm đếm lại trước hai bên: đủ 135 phiếu, đã niêm phong bổ sung."})

    finding: Label


class IncidentReply(BaseModel):
    """An incident with its finding once there is one."""

    model_config = exampled(
        {
            "number": 1,
            "state": "open",
            "batch": "sph-thanh-ha",
            "bag_seal": "HD22-028",
            "what": "Dây niêm phong đứt một bên, tem còn nguyên.",
            "observed_by": "Tổ tiếp nhận của Sở Nội vụ",
            "observed_at": "2023-02-03T09:00:00+07:00",
            "reported_by": "phu-trach-dieu-tra",
            "reported_at": "2023-02-03T09:05:00+07:00",
            "finding": None,
        }
    )

    number: int
    state: str
    batch: str
    bag_seal: str
    what: str
    observed_by: str
    observed_at: Moment
    reported_by: str
    reported_at: Moment
    finding: str | None


def seal_reply(entry: LedgerEntry) -> SealReply:
    return SealReply(
        sequence=entry.sequence, entry=entry.entry, previous=entry.previous, facts=dict(entry.facts)
    )


def _told(case: Case) -> IncidentReply:
    known = case.incident
    return IncidentReply(
        number=known.number,
        state="open" if case.is_open else "resolved",
        batch=known.batch,
        bag_seal=known.bag_seal,
        what=known.what,
        observed_by=known.observed_by,
        observed_at=known.observed_at,
        reported_by=known.reported_by,
        reported_at=known.reported_at,
        finding=case.finding.finding if case.finding else None,
    )


@router.post("/{code}/batches/{batch}/seal", **guarded(Action.BATCH_SEAL))
async def post_seal(code: str, batch: str, body: SealBody, caller: Caller, connection: Write) -> SealReply:
    """Seal a batch whose ballots add up or are explained; held ballots stay outside the tally."""
    stated = SealRequest(body.numbers, body.returned, body.spoiled, body.missing, body.explanations)
    return seal_reply(await seal_batch(connection, caller, code, batch, stated))


@router.get("/{code}/seals", **guarded(Action.CAMPAIGN_READ))
async def get_seals(code: str, connection: Read) -> list[SealReply]:
    """The ledger first to last: seals, bags sealed again, incidents and findings."""
    found = await campaigns.read_campaign(connection, code)
    return [seal_reply(entry) for entry in await seals.read_ledger(connection, found.id)]


@router.post("/{code}/incidents", status_code=201, **guarded(Action.INCIDENT_REPORT))
async def post_incident(code: str, body: IncidentBody, caller: Caller, connection: Write) -> IncidentReply:
    """Report a broken seal; while the incident is open its bag is received only with a reason."""
    return _told(await report_incident(connection, caller, code, Seen(**body.model_dump())))


@router.post("/{code}/incidents/{number}/finding", **guarded(Action.INCIDENT_RESOLVE))
async def post_finding(
    code: str,
    number: Annotated[int, Path(ge=1, le=1_000_000)],
    body: FindingBody,
    caller: Caller,
    connection: Write,
) -> IncidentReply:
    """Close an incident with its finding."""
    return _told(await resolve_incident(connection, caller, code, number, body.finding))


@router.get("/{code}/incidents", **guarded(Action.CAMPAIGN_READ))
async def get_incidents(code: str, connection: Read) -> list[IncidentReply]:
    """Every incident of the campaign, open or resolved."""
    found = await campaigns.read_campaign(connection, code)
    return [_told(case) for case in await incidents.list_cases(connection, found.id)]
