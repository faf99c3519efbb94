"""Routes: create, open, extend and read periods."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StrictInt

from parindex.auth.policy import Action
from parindex.http.routing import Caller, Read, UnitOfWorkRoute, Write, guarded
from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled
from parindex.kernel.clocks import instant_text
from scoring_api.assessment.domain.period import PHASE_NAMES, Window
from scoring_api.assessment.http.bodies import LegalBody
from scoring_api.assessment.store import periods as store
from scoring_api.assessment.store import snapshots
from scoring_api.assessment.store.acts import read_session_number
from scoring_api.assessment.use_cases import periods as use_cases

router = APIRouter(prefix="/api/v1/periods", tags=["periods"], route_class=UnitOfWorkRoute)


class PhaseBody(Body):
    """A phase's window: closes at its last instant, exclusive («24 giờ ngày 10/01» is 00:00 of the 11th)."""

    phase: str
    opens_at: Moment
    closes_at: Moment


class BindingBody(Body):
    unit: Code
    framework: Code
    version: StrictInt = 1
    form: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,4}$")]
    rank_group: Code


class SurveyBody(Body):
    """The period's campaign: whose counts are awaited, and which questionnaire rates which level."""

    campaign: Code
    operator: Label
    plans: list[LegalBody] = []
    questionnaire_levels: dict[str, str]


class PeriodBody(Body):
    """A period («kỳ đánh giá») with its windows, its units and the survey it waits for."""

    model_config = exampled(
        {
            "code": "2022",
            "year": 2022,
            "title": "Đánh giá, xác định Chỉ số CCHC năm 2022",
            "province": "tỉnh Hải Dương",
            "owner_name": "UBND tỉnh Hải Dương",
            "secretariat_name": "Sở Nội vụ",
            "legal_basis": [
                {
                    "number": "3396/QĐ-UBND",
                    "date": "2022-12-15",
                    "issuer": "Chủ tịch Ủy ban nhân dân tỉnh",
                    "subject": "Quy định đánh giá, xác định Chỉ số cải cách hành chính",
                }
            ],
            "previous": "2021",
            "plan": "2023",
            "survey": {
                "campaign": "hai-duong-2022",
                "operator": "Bưu điện tỉnh",
                "plans": [{"number": "3685/KH-UBND", "date": "2022-12-16", "issuer": "UBND tỉnh"}],
                "questionnaire_levels": {"to-chuc-so": "department", "sipas-so": "department"},
            },
            "phases": [
                {
                    "phase": "self_assessment",
                    "opens_at": "2022-12-25T00:00:00+07:00",
                    "closes_at": "2023-01-11T00:00:00+07:00",
                },
                {
                    "phase": "appraisal",
                    "opens_at": "2023-01-11T00:00:00+07:00",
                    "closes_at": "2023-01-17T00:00:00+07:00",
                },
            ],
            "units": [
                {
                    "unit": "so-noi-vu",
                    "framework": "hai-duong-2022-so",
                    "version": 1,
                    "form": "A4",
                    "rank_group": "department",
                }
            ],
        }
    )

    code: Code
    year: Annotated[StrictInt, Field(ge=2010, le=2100)]
    title: Label
    province: Label
    owner_name: Label
    secretariat_name: Label
    legal_basis: list[LegalBody] = []
    previous: Annotated[str, Field(max_length=80)] = ""
    plan: Annotated[str, Field(max_length=80)] = ""
    survey: SurveyBody | None = None
    phases: Annotated[list[PhaseBody], Field(min_length=1, max_length=10)]
    units: Annotated[list[BindingBody], Field(min_length=1, max_length=2000)]


class ExtensionBody(Body):
    """A phase kept open for one unit («gia hạn»)."""

    model_config = exampled(
        {
            "unit": "so-y-te",
            "phase": "self_assessment",
            "opens_at": "2023-01-11T00:00:00+07:00",
            "closes_at": "2023-01-14T00:00:00+07:00",
            "reason": "Mất kết nối mạng tại trụ sở ngày 10/01/2023.",
        }
    )

    unit: Code
    phase: str
    opens_at: Moment
    closes_at: Moment
    reason: Label


class PassagesBody(Body):
    """What the report says of strengths, weaknesses and their causes, in its authors' words."""

    model_config = exampled(
        {
            "strengths": ["Thủ trưởng một số cơ quan, đơn vị đã nêu cao tinh thần trách nhiệm."],
            "weaknesses": ["Tài liệu kiểm chứng của một số cơ quan, đơn vị còn thiếu, sơ sài."],
            "causes": ["Một số cơ quan, đơn vị có sự thay đổi người đứng đầu."],
        }
    )

    strengths: list[Words] = []
    weaknesses: list[Words] = []
    causes: list[Words] = []


@router.post("", status_code=201, **guarded(Action.PERIOD_WRITE))
async def post_period(body: PeriodBody, caller: Caller, connection: Write) -> dict[str, Any]:
    """Create a period as a draft: windows, units, frameworks, campaign."""
    facts = body.model_dump(include={"title", "province", "owner_name", "secretariat_name", "legal_basis"})
    new = use_cases.NewPeriod(
        code=body.code,
        year=body.year,
        facts=facts,
        previous=body.previous,
        plan=body.plan,
        survey=body.survey.model_dump() if body.survey else None,
        windows=tuple(
            Window(phase.phase, phase.opens_at.astimezone(UTC), phase.closes_at.astimezone(UTC))
            for phase in body.phases
        ),
        bindings=tuple(use_cases.Binding(**binding.model_dump()) for binding in body.units),
    )
    await use_cases.create_period(connection, caller, new)
    return {"code": body.code, "state": "draft", "units": len(body.units)}


@router.post("/{code}/open", **guarded(Action.PERIOD_WRITE))
async def post_open(code: str, caller: Caller, connection: Write) -> dict[str, str]:
    """Open the period for writes inside its windows."""
    await use_cases.open_period(connection, caller, code)
    return {"code": code, "state": "open"}


@router.post("/{code}/extensions", status_code=201, **guarded(Action.PERIOD_WRITE))
async def post_extension(code: str, body: ExtensionBody, caller: Caller, connection: Write) -> dict[str, str]:
    """Extend a phase for one unit, with the reason."""
    window = Window(
        body.phase, body.opens_at.astimezone(UTC), body.closes_at.astimezone(UTC), body.unit, body.reason
    )
    await use_cases.extend_window(connection, caller, code, window)
    return {"unit": body.unit, "phase": body.phase, "closes_at": instant_text(body.closes_at)}


@router.put("/{code}/passages", **guarded(Action.PERIOD_WRITE))
async def put_passages(code: str, body: PassagesBody, caller: Caller, connection: Write) -> dict[str, int]:
    """The judgement passages of the report, as their authors wrote them."""
    await use_cases.write_passages(connection, caller, code, body.model_dump())
    return {name: len(rows) for name, rows in body.model_dump().items()}


@router.get("/{code}", **guarded(Action.PERIOD_READ))
async def get_period(code: str, connection: Read) -> dict[str, Any]:
    """State, windows, progress of the units, and what the council waits for."""
    period = await store.read_period(connection, code)
    units = await store.read_units(connection, period.id)
    by_status: dict[str, int] = {}
    for unit in units:
        by_status[unit.status] = by_status.get(unit.status, 0) + 1
    return {
        "code": period.code,
        "year": period.year,
        "state": period.state,
        "title": period.facts["title"],
        "phases": [
            {
                "phase": window.phase,
                "name": PHASE_NAMES[window.phase],
                "unit": window.unit,
                "opens_at": instant_text(window.opens_at),
                "closes_at": instant_text(window.closes_at),
            }
            for window in period.windows
        ],
        "progress": by_status,
        "units": [
            {"unit": unit.unit, "name": unit.facts["name"], "form": unit.form, "status": unit.status}
            for unit in units
        ],
        "tally": await snapshots.latest_tally_digest(connection, code),
        "handed_over": await snapshots.has_handover(connection, code),
        "pinned_tally": period.pinned_tally,
        "council_session": await read_session_number(connection, period.id),
    }
