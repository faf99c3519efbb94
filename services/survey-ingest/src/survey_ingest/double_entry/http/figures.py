"""Routes of how clerks key: their figures, and what a supervisor should look into."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from parindex.http.schemas import Moment, exampled
from survey_ingest.campaigns.store import campaigns
from survey_ingest.double_entry.domain.figures import clerk_figures
from survey_ingest.double_entry.domain.quality import Limits, habits
from survey_ingest.double_entry.http.reviews import offices_of
from survey_ingest.double_entry.use_cases.figures import figures_of

router = APIRouter(prefix="/api/v1/campaigns", tags=["double entry"], route_class=UnitOfWorkRoute)


USUAL = Limits()
MOST_WARNINGS = 1000


class ClerkReply(BaseModel):
    """A clerk's figures («thống kê người nhập»): rate in wrong fields per mille, pace in ballots an hour."""

    model_config = exampled(
        {
            "clerk": "nhap-lieu-01",
            "first_ballots": 135,
            "second_ballots": 0,
            "fields": 2970,
            "compared": 308,
            "errors": 2,
            "error_rate": "6.49",
            "hours": 3,
            "pace": "45.00",
            "busiest_hour": 60,
        }
    )

    clerk: str
    first_ballots: int
    second_ballots: int
    fields: int
    compared: int
    errors: int
    error_rate: Decimal | None
    hours: int
    pace: Decimal | None
    busiest_hour: int


class HabitReply(BaseModel):
    kind: str
    clerk: str
    questionnaire: str
    ballots: int
    of: int
    since: Moment
    until: Moment
    serials: list[str]
    detail: str


class QualityReply(BaseModel):
    """Warnings with the limits they were looked for by; every ballot counts as before."""

    model_config = exampled(
        {
            "limits": {"straight": 30, "run": 5, "pace": 6},
            "warnings": [
                {
                    "kind": "straight_lining",
                    "clerk": "nhap-lieu-01",
                    "questionnaire": "sipas-huyen",
                    "ballots": 12,
                    "of": 32,
                    "since": "2023-01-13T08:09:14+07:00",
                    "until": "2023-01-13T10:41:02+07:00",
                    "serials": ["SPH-0007", "SPH-0011"],
                    "detail": "12 trong 32 phiếu (37,50%) chọn cùng một mức ở mọi câu; nên đối chiếu với"
                    " phiếu giấy.",
                }
            ],
        }
    )

    limits: dict[str, int]
    warnings: list[HabitReply]


def _fields(model: type[BaseModel], found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in model.model_fields}


@router.get("/{code}/clerks", **guarded(Action.ENTRY_REVIEW))
async def get_clerks(code: str, caller: Caller, connection: Read) -> list[ClerkReply]:
    """What each clerk keyed, how often the other entry was right, and how fast ballots came in."""
    found = await campaigns.read_campaign(connection, code)
    bags = await figures_of(connection, found, offices_of(caller, Action.ENTRY_REVIEW))
    return [ClerkReply(**_fields(ClerkReply, item)) for item in clerk_figures(bags)]


@router.get("/{code}/quality", **guarded(Action.ENTRY_REVIEW))
async def get_quality(
    code: str,
    caller: Caller,
    connection: Read,
    straight: Annotated[int, Query(ge=1, le=100)] = USUAL.straight,
    run: Annotated[int, Query(ge=2, le=1000)] = USUAL.run,
    pace: Annotated[int, Query(ge=1, le=1000)] = USUAL.pace,
) -> QualityReply:
    """Straight-lining, copied runs and impossible pace, each with the ballots that show it.

    The serial of a ballot that is still to be keyed blind is told when that is done, or its bag is sealed.
    """
    found = await campaigns.read_campaign(connection, code)
    bags = await figures_of(connection, found, offices_of(caller, Action.ENTRY_REVIEW))
    listed = habits(bags, Limits(straight, run, pace))[:MOST_WARNINGS]
    return QualityReply(
        limits={"straight": straight, "run": run, "pace": pace},
        warnings=[HabitReply(**_fields(HabitReply, habit)) for habit in listed],
    )
