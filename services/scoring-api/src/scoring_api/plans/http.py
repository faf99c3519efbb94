"""Routes of plans."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import AfterValidator, Field, StrictInt

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Words, exampled
from parindex.kernel.days import calendar_day
from parindex.kernel.errors import DomainError
from scoring_api.plans import store
from scoring_api.plans.domain import Plan
from scoring_api.plans.use_cases import write_plan

router = APIRouter(prefix="/api/v1/plans", tags=["plans"], route_class=UnitOfWorkRoute)


class PlanBody(Body):
    """The plan of the year after the one assessed («kế hoạch CCHC»)."""

    model_config = exampled(
        {
            "year": 2023,
            "number": "3776/KH-UBND",
            "date": "2022-12-26",
            "tasks": 51,
            "activities": 82,
            "areas": [
                "Công tác chỉ đạo điều hành",
                "Cải cách thể chế",
                "Cải cách thủ tục hành chính",
                "Cải cách tổ chức bộ máy",
                "Cải cách chế độ công vụ",
                "Cải cách tài chính công",
                "Xây dựng và phát triển Chính quyền điện tử, Chính quyền số",
            ],
            "measures": ["Tiếp tục đẩy mạnh công tác tuyên truyền về thực hiện CCHC."],
        }
    )

    year: Annotated[StrictInt, Field(ge=2010, le=2100)]
    number: Label
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(calendar_day)]
    tasks: Annotated[StrictInt, Field(le=1_000_000)]
    activities: Annotated[StrictInt, Field(le=1_000_000)]
    areas: Annotated[list[Label], Field(max_length=50)]
    measures: Annotated[list[Words], Field(max_length=200)]


@router.put("/{code}", **guarded(Action.PLAN_WRITE))
async def put_plan(code: Code, body: PlanBody, caller: Caller, connection: Write) -> dict[str, Any]:
    """Write the plan of a year."""
    values = body.model_dump() | {"areas": tuple(body.areas), "measures": tuple(body.measures)}
    new = Plan(code=code, **values)
    await write_plan(connection, caller, new)
    return asdict(new)


@router.get("/{code}", **guarded(Action.PLAN_READ))
async def get_plan(code: str, connection: Read) -> dict[str, Any]:
    """One plan."""
    found = await store.find_plan(connection, code)
    if found is None:
        raise DomainError("plan_unknown", {"plan": code})
    return asdict(found)
