"""Request bodies of periods: what a year is made of, an extension, the passages of its report."""

from datetime import UTC, date, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictInt, model_validator

from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled
from parindex.kernel.days import calendar_day
from scoring_api.assessment.domain.deadlines import end_of_day, start_of_day
from scoring_api.assessment.domain.period import PUBLICATION_MINIMUM, Window


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


def _in_calendar(text: str) -> str:
    if not 2000 <= date.fromisoformat(calendar_day(text)).year <= 2200:
        raise ValueError(text)
    return text


Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_in_calendar)]
"""A day in Việt Nam."""


class WindowBody(Body):
    """A phase's window, to the second or by days.

    `closes_at` is the first instant that is too late; `closes_on` a last whole day: `2023-01-10` is «24 giờ
    ngày 10/01/2023», told back as `2023-01-11T00:00:00+07:00`.
    """

    phase: str
    opens_at: PeriodMoment | None = None
    opens_on: Day | None = None
    closes_at: PeriodMoment | None = None
    closes_on: Day | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.closes_at is None) == (self.closes_on is None):
            raise ValueError("ghi một trong hai: closes_at hoặc closes_on")
        if self.opens_at is not None and self.opens_on is not None:
            raise ValueError("chỉ ghi một trong hai: opens_at hoặc opens_on")
        return self

    def window(self, now: datetime, unit: str = "", reason: str = "") -> Window:
        """The window meant; one without a beginning takes writes from now on."""
        opens = start_of_day(date.fromisoformat(self.opens_on)) if self.opens_on else self.opens_at or now
        closes = end_of_day(date.fromisoformat(self.closes_on)) if self.closes_on else self.closes_at
        assert closes is not None
        return Window(self.phase, opens.astimezone(UTC), closes.astimezone(UTC), unit, reason)


class PhaseBody(WindowBody):
    """A phase of a new period: it says when it opens."""

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if self.opens_at is None and self.opens_on is None:
            raise ValueError("ghi một trong hai: opens_at hoặc opens_on")
        return self


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
    """A period («kỳ đánh giá») with its windows, its units and the survey it waits for.

    `owner_unit` is the district that ranks its communes; empty, the province ranks its own. Phases and units
    may follow until the period opens.
    """

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
                    "opens_on": "2022-12-25",
                    "closes_on": "2023-01-10",
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
    owner_unit: Annotated[str, Field(max_length=80)] = ""
    phases: Annotated[list[PhaseBody], Field(max_length=10)] = []
    units: Annotated[list[BindingBody], Field(max_length=2000)] = []


class ExtensionBody(WindowBody):
    """A phase kept open («gia hạn») for one unit, or for everybody where no unit is named; from now on unless
    it says when it opens.
    """

    model_config = exampled(
        {
            "unit": "so-y-te",
            "phase": "self_assessment",
            "closes_on": "2023-01-13",
            "reason": "Mất kết nối mạng tại trụ sở ngày 10/01/2023.",
        }
    )

    unit: Code | None = None
    reason: Label


class AdditionBody(WindowBody):
    """A phase that the period did not have («bổ sung giai đoạn»), as the one for complaints."""

    model_config = exampled(
        {
            "phase": "complaint",
            "opens_on": "2023-02-21",
            "closes_on": "2023-02-24",
            "reason": "Tiếp nhận kiến nghị theo Thông báo kết quả dự kiến.",
        }
    )

    reason: Label


class PreviousBody(Body):
    """The year to compare with: a period of this system, or one that was taken over; empty for none."""

    model_config = exampled({"previous": "2021"})

    previous: Annotated[str, Field(max_length=80)]


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
