"""Routes of claims: who keys which batch, and what of it still waits for a second entry."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Moment, exampled
from parindex.kernel.clocks import instant_text, system_time
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.double_entry.store import claims, progress
from survey_ingest.double_entry.store.claims import Claim, Stage
from survey_ingest.double_entry.use_cases.claiming import claim_batch, give_back_batch
from survey_ingest.double_entry.use_cases.progress import unsettled

router = APIRouter(prefix="/api/v1/campaigns", tags=["double entry"], route_class=UnitOfWorkRoute)

_CLAIM = {
    "batch": "sph-thanh-ha",
    "stage": "second",
    "clerk": "nhap-lieu-02",
    "claimed_at": "2023-01-13T08:00:00+07:00",
    "expires_at": "2023-01-13T08:30:00+07:00",
}


class ClaimBody(Body):
    """Which entry of the batch the caller takes on («nhận túi để nhập lần một, lần hai»)."""

    model_config = exampled({"stage": "second"})

    stage: Stage


class ClaimReply(BaseModel):
    model_config = exampled(_CLAIM)

    batch: str
    stage: str
    clerk: str
    claimed_at: Moment
    expires_at: Moment


class DoubleEntryReply(BaseModel):
    """How far the second entry of a batch has come («tiến độ nhập lần hai của túi»).

    `needed` of the `ballots` are keyed twice; with `stopped` the sample was so bad that this is all of them.
    `serials`: the papers that wait, from the one after `after`.
    """

    model_config = exampled(
        {
            "batch": "sph-thanh-ha",
            "ballots": 135,
            "needed": 14,
            "entered": 12,
            "missing": 2,
            "stopped": False,
            "to_rekey": 1,
            "to_decide": 0,
            "claims": [_CLAIM],
            "serials": ["SPH-0031", "SPH-0117"],
            "server_time": "2023-01-13T08:12:00+07:00",
        }
    )

    batch: str
    ballots: int
    needed: int
    entered: int
    missing: int
    stopped: bool
    to_rekey: int
    to_decide: int
    claims: list[ClaimReply]
    serials: list[str]
    server_time: str


def _reply(claim: Claim) -> ClaimReply:
    return ClaimReply(**{name: getattr(claim, name) for name in ClaimReply.model_fields})


@router.post("/{code}/batches/{batch}/claims", status_code=201, **guarded(Action.BALLOT_ENTER))
async def post_claim(
    code: str, batch: str, body: ClaimBody, caller: Caller, connection: Write, reply: Response
) -> ClaimReply:
    """Take a batch on for its first or second entry; 200 renews the lease of one that is the caller's."""
    claim, renewed = await claim_batch(connection, caller, code, batch, body.stage)
    reply.status_code = 200 if renewed else 201
    return _reply(claim)


@router.delete("/{code}/batches/{batch}/claims/{stage}", status_code=204, **guarded(Action.BALLOT_ENTER))
async def delete_claim(code: str, batch: str, stage: Stage, caller: Caller, connection: Write) -> Response:
    """Give the batch back before the lease runs out."""
    await give_back_batch(connection, caller, code, batch, stage)
    return Response(status_code=204)


@router.get("/{code}/batches/{batch}/double-entry", **guarded(Action.CAMPAIGN_READ))
async def get_double_entry(
    code: str,
    batch: str,
    connection: Read,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> DoubleEntryReply:
    """What is done and open, who works on it, and the serials that still wait for a second entry."""
    found = await campaigns.read_campaign(connection, code)
    await batches.read_batch(connection, found.id, batch)
    plan, reached = await unsettled(connection, found, batch)
    now = system_time()
    held = await claims.read_claims(connection, found.id, batch)
    waiting = await progress.list_waiting(
        connection,
        found.id,
        batch,
        plan,
        every=reached.is_stopped(plan),
        after=after,
        limit=limit,
    )
    return DoubleEntryReply(
        batch=batch,
        ballots=reached.ballots,
        needed=reached.needed(plan),
        entered=reached.entered,
        missing=reached.missing(plan),
        stopped=reached.is_stopped(plan),
        to_rekey=reached.to_rekey,
        to_decide=reached.to_decide,
        claims=[_reply(claim) for claim in held.values() if claim.is_live(now)],
        serials=waiting,
        server_time=instant_text(now),
    )
