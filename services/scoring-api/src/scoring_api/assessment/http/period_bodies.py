"""Request bodies of periods: what a year is made of, an extension, the passages of its report."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StrictInt

from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled
from parindex.kernel.days import calendar_day
from scoring_api.assessment.domain.period import PUBLICATION_MINIMUM


def _within_reach(instant: datetime) -> datetime:
    if not 2000 <= instant.year <= 2200:
        raise ValueError(instant.isoformat())
    return instant


PeriodMoment = Annotated[Moment, AfterValidator(_within_reach)]
"""An instant of a year that a period can have anything to do with."""


class LegalBody(Body):
    """A legal document; number and date may be missing where none was printed."""

    number: Label
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$"), AfterValidator(calendar_day)] = ""
    issuer: Words = ""
    subject: Words = ""


class PhaseBody(Body):
    """A phase's window: closes at its last instant, exclusive («24 giờ ngày 10/01» is 00:00 of the 11th)."""

    phase: str
    opens_at: PeriodMoment
    closes_at: PeriodMoment


class BindingBody(Body):
    unit: Code
    framework: Code
    version: Annotated[StrictInt, Field(ge=1, le=100_000)] = 1
    form: Annotated[str, Field(pattern=r"^[A-Z][0-9]{1,4}$")]
    rank_group: Code


class SurveyBody(Body):
    """The period's campaign: whose counts are awaited, and which questionnaire rates which level.

    Counts of fewer answers than `publication_minimum` are not published («số phiếu dưới ngưỡng công bố»).
    """

    campaign: Code
    operator: Label
    plans: list[LegalBody] = []
    questionnaire_levels: dict[str, str]
    publication_minimum: Annotated[StrictInt, Field(ge=1, le=1000)] = PUBLICATION_MINIMUM


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
    opens_at: PeriodMoment
    closes_at: PeriodMoment
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
