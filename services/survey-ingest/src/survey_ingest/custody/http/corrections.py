"""Routes of corrections after the seal: one side asks, the other decides."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StrictBool, StrictInt

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import authorize
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled
from survey_ingest.ballots.http import Remark, Serial
from survey_ingest.ballots.use_cases.revision import Change
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.custody.http.seals import Count, Explanations, Numbers
from survey_ingest.custody.store import corrections
from survey_ingest.custody.store.corrections import DecidedCorrection
from survey_ingest.custody.use_cases.correcting import decide_correction
from survey_ingest.custody.use_cases.requesting import (
    Asked,
    BallotChange,
    FoundBallot,
    request_correction,
)

router = APIRouter(prefix="/api/v1/campaigns", tags=["custody"], route_class=UnitOfWorkRoute)

Answers = Annotated[list[StrictInt], Field(max_length=20_000)]
_BALLOT = "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42"
_CHANGES = {
    "batch": "sph-thanh-ha",
    "ballots": [{"ballot": _BALLOT, "answers": [4, 5, 3, 5, 4, 5, 4, 5, 4, 4, 4, 3, 4, 5, 5, 4, 4, 5, 5, 3]}],
    "reason": "Nhập nhầm câu 3 so với phiếu giấy, phát hiện khi phúc tra.",
    "legal_act": "Biên bản phúc tra số 02/BB-SNV ngày 05/02/2023",
}


class BallotChangeBody(Body):
    """What is to be otherwise in one ballot; what is left out stays.

    `invalid_reason` strikes the ballot out, empty takes it in again; `beyond_quota` lets it count as surplus.
    """

    ballot: UUID
    group: Code | None = None
    unit: Code | None = None
    answers: Answers | None = None
    invalid_reason: Annotated[str, Field(max_length=40, pattern="^([a-z][a-z_]*)?$")] | None = None
    beyond_quota: StrictBool = False


class FoundBallotBody(Body):
    """A ballot that turned up after the seal («phiếu tìm thấy sau niêm phong»), as it would be keyed.

    The id is the client's. It takes a place of its quota, is held where none is free, or counts as surplus by
    `beyond_quota`. Unless `counts` say otherwise it was among the missing.
    """

    id: UUID
    serial: Serial
    group: Code
    unit: Code | None = None
    answers: Answers
    comments: Annotated[dict[Code, Remark], Field(max_length=200)] = {}
    beyond_quota: StrictBool = False


class CountsBody(Body):
    returned: Count | None = None
    spoiled: Count | None = None
    missing: Count | None = None


class CorrectionBody(Body):
    """A correction of a sealed bag («đính chính sau niêm phong») with the act that decided it.

    A bag that was opened for it gets new seals: name every number that is on it now.
    """

    model_config = exampled(_CHANGES)

    batch: Code
    ballots: Annotated[list[BallotChangeBody], Field(max_length=500)] = []
    added: Annotated[list[FoundBallotBody], Field(max_length=500)] = []
    counts: CountsBody = CountsBody()
    explanations: Explanations = {}
    bag_seals: Numbers = []
    reason: Label
    legal_act: Label

    def asked(self) -> Asked:
        changes = [
            BallotChange(
                item.ballot,
                Change(
                    item.group,
                    item.unit,
                    None if item.answers is None else tuple(item.answers),
                    item.invalid_reason,
                    beyond_quota=item.beyond_quota,
                ),
            )
            for item in self.ballots
        ]
        return Asked(
            self.batch,
            changes,
            [FoundBallot(**item.model_dump()) for item in self.added],
            self.counts.model_dump(exclude_none=True),
            self.explanations,
            self.bag_seals,
            self.reason,
            self.legal_act,
        )


class DecisionBody(Body):
    """Whether the correction passes, and why («quyết định đính chính»)."""

    model_config = exampled({"approved": True, "note": "Đã đối chiếu phiếu giấy."})

    approved: StrictBool
    note: Words = ""


class CorrectionReply(BaseModel):
    """A correction and what became of it: requested, applied or refused."""

    model_config = exampled(
        {
            "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a43",
            "state": "requested",
            "batch": "sph-thanh-ha",
            "changes": {**_CHANGES, "added": [], "counts": {}, "explanations": {}, "bag_seals": []},
            "reason": _CHANGES["reason"],
            "legal_act": _CHANGES["legal_act"],
            "requested_by": "giam-sat-01",
            "requested_at": "2023-02-05T09:00:00+07:00",
            "decided_by": None,
            "decided_at": None,
            "note": "",
        }
    )

    id: UUID
    state: str
    batch: str
    changes: dict[str, Any]
    reason: str
    legal_act: str
    requested_by: str
    requested_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    note: str


def _told(found: DecidedCorrection) -> CorrectionReply:
    asked, decided = found.correction, found.decision
    return CorrectionReply(
        id=asked.id,
        state=found.state,
        batch=asked.batch,
        changes=asked.changes,
        reason=asked.reason,
        legal_act=asked.legal_act,
        requested_by=asked.requested_by,
        requested_at=asked.requested_at,
        decided_by=decided.decided_by if decided else None,
        decided_at=decided.decided_at if decided else None,
        note=decided.note if decided else "",
    )


@router.post("/{code}/corrections", status_code=201, **guarded(Action.CORRECTION_WRITE))
async def post_correction(
    code: str, body: CorrectionBody, caller: Caller, connection: Write
) -> CorrectionReply:
    """Ask for a correction of a sealed bag; nothing changes until the other side has decided."""
    return _told(await request_correction(connection, caller, code, body.asked()))


@router.post("/{code}/corrections/{correction}/decision", **guarded(Action.CORRECTION_WRITE))
async def post_decision(
    request: Request, code: str, correction: UUID, body: DecisionBody, caller: Caller, connection: Write
) -> CorrectionReply:
    """Let it pass or refuse it: ballots, seal, tally and hand-over get their next revision."""
    url = request.app.state.settings.survey_url
    return _told(
        await decide_correction(
            connection, caller, code, correction, url, approved=body.approved, note=body.note
        )
    )


@router.get("/{code}/corrections", **guarded(Action.CORRECTION_WRITE))
async def get_corrections(code: str, caller: Caller, connection: Read) -> list[CorrectionReply]:
    """Every correction asked for, with its decision; an office sees those of its own bags."""
    found = await campaigns.read_campaign(connection, code)
    listed = await corrections.list_corrections(connection, found.id)
    if authorize(caller, Action.CORRECTION_WRITE) is Scope.OWN_OFFICE and caller.offices:
        own = await batches.list_batches(connection, found.id)
        bags = {batch.code for batch in own if batch.office in caller.offices}
        listed = [item for item in listed if item.correction.batch in bags]
    return [_told(item) for item in listed]
