"""What a unit's claims would give: shown while it fills them in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from parindex.auth.policy import Action
from parindex.http.description import reply_example
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, guarded
from scoring_api.results.use_cases.claimed_points import claimed_points

router = APIRouter(prefix="/api/v1/periods", tags=["assessments"], route_class=UnitOfWorkRoute)

_NAME = "Mức độ hoàn thành kế hoạch CCHC năm"
_SUM = {"points": "1.6", "max_points": "2"}
_EXAMPLE = {
    "period": "2022",
    "unit": "so-noi-vu",
    "version": 7,
    **_SUM,
    "areas": [{"key": "I/1", "name": "Công tác chỉ đạo, điều hành cải cách hành chính", **_SUM}],
    "leaves": [
        {
            "leaf": "I/1/1.1/1.1.3",
            "code": "1.1.3",
            "name": _NAME,
            **_SUM,
            "printed": "1.6",
            "status": "scored",
            "sentence": "Tử số 40, mẫu số 50: tỷ lệ 80 %; điểm chuẩn × tỷ lệ: 1,6 điểm (điểm chuẩn 2).",
        }
    ],
}
LeafKey = Annotated[str, Query(max_length=200, description="One leaf alone, by its key")]


@router.get(
    "/{code}/assessments/{unit}/points",
    **guarded(Action.ASSESSMENT_READ),
    responses=reply_example(_EXAMPLE),
)
async def get_claimed_points(
    code: str, unit: str, caller: Caller, connection: Read, leaf: LeafKey = ""
) -> dict[str, Any]:
    """Points that each claim would give if it were confirmed, with the sentence that says how; their sums.

    Only the leaves that the unit scores itself; nothing of what was appraised is in here.
    """
    return await claimed_points(connection, caller, code, unit, leaf)
