"""Routes of stored ballots, for the supervisor: which there are, what one says, letting a held one count."""

from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import authorize
from parindex.db import Reading
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, exampled
from survey_ingest.ballots.store import BallotRow, remarks
from survey_ingest.ballots.store.listing import BallotFilter, ListedBallot, list_ballots
from survey_ingest.ballots.store.remarks import Explained
from survey_ingest.ballots.use_cases.promotion import promote_ballot, show_ballot
from survey_ingest.campaigns.store import batches, campaigns

router = APIRouter(prefix="/api/v1/campaigns", tags=["ballots"], route_class=UnitOfWorkRoute)


class StoredBallotReply(BaseModel):
    """A ballot in the books («phiếu đã ghi») with who keyed it, when and how.

    Where ballots are keyed twice nobody sees what one says before its bag is sealed: those fields are null,
    and of the status only whether it is held is told.
    """

    model_config = exampled(
        {
            "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
            "serial": "SPH-0001",
            "batch": "sph-thanh-pho-hai-duong",
            "questionnaire": "sipas-huyen",
            "group": "nguoi-dan-doanh-nghiep",
            "unit": "ubnd-thanh-pho-hai-duong",
            "answers": [4, 5, 3, 5, 4, 5, 4, 5, 4, 4, 4, 3, 4, 5, 5, 4, 4, 5, 5, 3],
            "status": "held",
            "reason": None,
            "digest": "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c",
            "entry_mode": "manual",
            "clerk": "nhap-lieu-01",
            "accepted_at": "2023-01-12T09:14:03.127000+07:00",
            "collected_at": "2023-01-10",
            "comments": {"mong-doi": "Mong cơ quan nhắn tin khi hồ sơ xong."},
            "explanations": [
                {
                    "warning": "W002",
                    "explanation": "Phiếu gốc bỏ trống trang sau.",
                    "explained_by": "nhap-lieu-01",
                    "explained_at": "2023-01-12T09:14:03.127000+07:00",
                }
            ],
        }
    )

    id: UUID
    serial: str
    batch: str
    questionnaire: str
    group: str | None
    unit: str | None
    answers: list[int] | None
    status: str | None
    reason: str | None
    digest: str | None
    entry_mode: str
    clerk: str
    accepted_at: Moment
    collected_at: date | None
    comments: dict[str, str]
    explanations: list[Explained]


class BallotsReply(BaseModel):
    """Ballots by serial; the serial of the last one, sent as `after`, gives the next page."""

    model_config = exampled(
        {
            "ballots": [
                {
                    "id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
                    "serial": "SPH-0136",
                    "batch": "sph-thanh-ha",
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "status": "held",
                    "reason": None,
                    "entry_mode": "manual",
                    "clerk": "nhap-lieu-01",
                    "accepted_at": "2023-01-12T09:14:03.127000+07:00",
                }
            ]
        }
    )

    ballots: list[ListedBallot]


class PromotionBody(Body):
    """Why a ballot beyond the quota counts («lý do đưa phiếu dôi dư vào tổng hợp»)."""

    model_config = exampled({"reason": "Đơn vị có thêm 01 phiếu hợp lệ theo biên bản kiểm phiếu."})

    reason: Label


async def _reply(connection: Reading, code: str, row: BallotRow) -> StoredBallotReply:
    found = await campaigns.read_campaign(connection, code)
    batch = await batches.read_batch(connection, found.id, row.batch)
    is_blind = batch.state == "open" and Decimal(found.double_entry["share"]) > 0
    hidden = dict.fromkeys(("group", "unit", "answers", "reason", "digest")) if is_blind else {}
    if is_blind and row.status != "held":
        hidden["status"] = None
    return StoredBallotReply(
        **(asdict(row) | hidden),
        comments=await remarks.read_comments(connection, found.id, row.id),
        explanations=await remarks.read_explanations(connection, found.id, row.id),
    )


@router.get("/{code}/ballots", **guarded(Action.BATCH_SEAL))
async def get_ballots(
    code: str,
    caller: Caller,
    connection: Read,
    batch: Annotated[Code | None, Query(max_length=80)] = None,
    status: Literal["valid", "invalid", "held"] | None = None,
    after: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> BallotsReply:
    """The ballots of the own offices, the held ones among them, without their answers."""
    found = await campaigns.read_campaign(connection, code)
    bounded = authorize(caller, Action.BATCH_SEAL) is Scope.OWN_OFFICE and caller.offices
    wanted = BallotFilter(caller.offices if bounded else None, batch, status)
    return BallotsReply(ballots=await list_ballots(connection, found.id, wanted, after, limit))


@router.get("/{code}/ballots/{ballot_id}", **guarded(Action.BATCH_SEAL))
async def get_ballot(code: str, ballot_id: UUID, caller: Caller, connection: Read) -> StoredBallotReply:
    """One ballot of the own office as it stands in the books."""
    return await _reply(connection, code, await show_ballot(connection, caller, code, ballot_id))


@router.post("/{code}/ballots/{ballot_id}/promotion", **guarded(Action.BATCH_SEAL))
async def post_promotion(
    code: str, ballot_id: UUID, body: PromotionBody, caller: Caller, connection: Write
) -> StoredBallotReply:
    """Let a held ballot count, with a reason, before its bag is sealed; it is counted as surplus."""
    row = await promote_ballot(connection, caller, code, ballot_id, body.reason)
    return await _reply(connection, code, row)
