"""Request bodies of campaigns and of the batches issued in them."""

from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt

from parindex.http.schemas import Body, Code, Label, Moment, Words, exampled

OptionCode = Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9._-]+$")]

Places = Annotated[StrictInt, Field(ge=0, le=1_000_000)]
"""A number of ballots."""


WarningNumber = Literal["W001", "W002", "W003", "W004", "W005", "W006"]


class LegalDocumentBody(Body):
    number: Label
    date: Annotated[str, Field(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    issuer: Words = ""
    subject: Words = ""


class OptionBody(Body):
    code: OptionCode
    text: Label


class ScaleBody(Body):
    """Both ends of a scale; its options are made from them."""

    least: Annotated[StrictInt, Field(ge=0, le=100)]
    most: Annotated[StrictInt, Field(ge=0, le=100)]
    least_text: Label
    most_text: Label


class QuestionBody(Body):
    """A question; a multiple choice and a comment are asked for their shares and words, never for points."""

    code: Code
    text: Label
    kind: Literal["single", "scale", "multiple", "comment"] = "single"
    factor: Code | None = None
    options: Annotated[list[OptionBody], Field(max_length=50)] = []
    use: Literal["index", "share"] | None = None
    scale: ScaleBody | None = None


class GroupBody(Body):
    code: Code
    name: Label
    quota: Places
    quota_per_unit: Places | None = None


_CONTENT = {
    "title": "Phiếu đo lường sự hài lòng của người dân, doanh nghiệp",
    "layout": "one_unit",
    "level": "district",
    "groups": [
        {
            "code": "nguoi-dan-doanh-nghiep",
            "name": "Người dân và doanh nghiệp",
            "quota": 1620,
            "quota_per_unit": 135,
        }
    ],
    "questions": [
        {
            "code": "q01",
            "text": "Nơi tiếp nhận, trả kết quả dễ tìm, có biển hiệu rõ ràng",
            "factor": "tiep-can",
            "options": [
                {"code": "1", "text": "Rất không hài lòng"},
                {"code": "2", "text": "Không hài lòng"},
                {"code": "3", "text": "Bình thường"},
                {"code": "4", "text": "Hài lòng"},
                {"code": "5", "text": "Rất hài lòng"},
            ],
        }
    ],
}


class QuestionnaireContentBody(Body):
    """A questionnaire («mẫu phiếu») whose code stands in the address."""

    model_config = exampled(_CONTENT)

    title: Label
    layout: Literal["one_unit", "matrix"]
    level: str
    groups: Annotated[list[GroupBody], Field(max_length=100)]
    questions: Annotated[list[QuestionBody], Field(max_length=1000)]


class QuestionnaireBody(QuestionnaireContentBody):
    """A questionnaire with its code."""

    model_config = exampled({"code": "sipas-huyen", **_CONTENT})

    code: Code


class DoubleEntryBody(Body):
    """How much of each batch two clerks key («nhập hai lần độc lập»).

    `share`: percent of the batch's ballots. `seed`: anybody draws the same sample with it; without one the
    campaign's code is the seed. `stop_rate`: more wrong fields per mille of the sample than these and the
    whole batch is keyed twice; null: never.
    """

    share: Annotated[str, Field(pattern=r"^(100|[0-9]{1,2}([.][0-9]{1,2})?)$")] = "100"
    seed: Annotated[str, Field(max_length=200)] = ""
    stop_rate: Annotated[str, Field(pattern=r"^[0-9]{1,3}([.][0-9]{1,2})?$")] | None = "5"
    lease_minutes: Annotated[StrictInt, Field(ge=1, le=1440)] = 30


class CampaignBody(Body):
    """A survey of one period («đợt điều tra xã hội học»).

    `publication_minimum`: fewer valid ballots than these are shown to nobody outside the survey.
    `late_entry_hours`: how long after its end what was collected within the window may still be keyed.
    `issued_serials_only`: a ballot whose serial was not issued to its batch is refused.
    `explained_warnings`: warnings of the catalogue of findings that want an explanation, and are looked for;
    W006 always is.
    `retention_days`: how long contact data stay after the hand-over; without it none are taken.
    """

    model_config = exampled(
        {
            "code": "hai-duong-2022",
            "title": "Điều tra xã hội học xác định Chỉ số CCHC năm 2022",
            "period": "2022",
            "operator": "Bưu điện tỉnh",
            "plans": [
                {
                    "number": "3686/KH-UBND",
                    "date": "2022-12-16",
                    "issuer": "UBND tỉnh",
                    "subject": "công tác điều tra xã hội học",
                }
            ],
            "opens_at": "2022-12-20T00:00:00+07:00",
            "closes_at": "2023-02-01T00:00:00+07:00",
            "publication_minimum": 5,
            "retention_days": 90,
            "late_entry_hours": 48,
            "issued_serials_only": False,
            "explained_warnings": ["W001", "W002", "W004"],
            "double_entry": {"share": "10", "seed": "hai-duong-2022", "stop_rate": "5", "lease_minutes": 30},
            "questionnaires": [{"code": "sipas-huyen", **_CONTENT}],
        }
    )

    code: Code
    title: Label
    period: Code
    operator: Label
    plans: Annotated[list[LegalDocumentBody], Field(max_length=20)] = []
    opens_at: Moment
    closes_at: Moment
    publication_minimum: Places = 5
    retention_days: Annotated[StrictInt, Field(ge=1, le=3650)] | None = None
    late_entry_hours: Annotated[StrictInt, Field(ge=0, le=720)] = 0
    issued_serials_only: StrictBool = False
    explained_warnings: Annotated[list[WarningNumber], Field(max_length=20)] = []
    double_entry: DoubleEntryBody = DoubleEntryBody()
    questionnaires: Annotated[list[QuestionnaireBody], Field(max_length=50)] = []


class ExtensionBody(Body):
    """Until when ballots are taken now («gia hạn điều tra»), and why."""

    model_config = exampled(
        {
            "closes_at": "2023-02-08T00:00:00+07:00",
            "reason": "Bưu cục Ninh Giang chưa thu đủ phiếu do mưa lũ.",
        }
    )

    closes_at: Moment
    reason: Label


class BatchBody(Body):
    """A bag issued to an office («túi phiếu phát ra»); without a group it may hold several groups."""

    model_config = exampled(
        {
            "code": "sph-thanh-ha",
            "office": "Bưu điện huyện Thanh Hà",
            "questionnaire": "sipas-huyen",
            "group": "nguoi-dan-doanh-nghiep",
            "issued": 135,
        }
    )

    code: Code
    office: Label
    questionnaire: Code
    group: Code | None = None
    issued: Places
