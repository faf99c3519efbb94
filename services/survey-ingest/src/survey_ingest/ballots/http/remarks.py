"""Routes of the catalogue of findings and of what respondents wrote in their own words."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import authorize
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.http.schemas import Code, exampled
from survey_ingest.ballots.domain.findings import FINDINGS, Finding
from survey_ingest.ballots.store.remarks import Comment, CommentFilter, list_comments
from survey_ingest.campaigns.store import campaigns

router = APIRouter(prefix="/api/v1/campaigns", tags=["ballots"], route_class=UnitOfWorkRoute)

FIRST = UUID(int=0)


class FindingsReply(BaseModel):
    """Every fault and warning that a ballot can have («danh mục lỗi, cảnh báo của phiếu»)."""

    findings: list[Finding]


class CommentsReply(BaseModel):
    """Comments in the order of ballot ids; the ids of the last one, sent as `after`, give the next page."""

    model_config = exampled(
        {
            "comments": [
                {
                    "ballot_id": "019b0a53-7c3e-7a10-9d2e-5f3c8e1b6a42",
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "question": "mong-doi",
                    "comment": "Mong cơ quan nhắn tin khi hồ sơ xong.",
                }
            ]
        }
    )

    comments: list[Comment]


@router.get("/findings", **guarded(Action.CAMPAIGN_READ))
async def get_findings() -> FindingsReply:
    """The catalogue of faults (F…) and warnings (W…): what each means and what to do."""
    return FindingsReply(findings=list(FINDINGS))


@router.get("/{code}/comments", **guarded(Action.COMMENT_READ))
async def get_comments(
    code: str,
    caller: Caller,
    connection: Read,
    unit: Annotated[Code | None, Query(max_length=80)] = None,
    question: Annotated[Code | None, Query(max_length=80)] = None,
    after: UUID = FIRST,
    after_question: Annotated[str, Query(max_length=80)] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> CommentsReply:
    """What respondents wrote, for the survey alone; a supervisor sees those of the own offices."""
    found = await campaigns.read_campaign(connection, code)
    bounded = authorize(caller, Action.COMMENT_READ) is Scope.OWN_OFFICE and caller.offices
    wanted = CommentFilter(caller.offices if bounded else None, unit, question)
    listed = await list_comments(connection, found.id, wanted, (after, after_question), limit)
    return CommentsReply(comments=listed)
