"""Replies of the routes of campaigns."""

from typing import Any

from pydantic import BaseModel

from parindex.http.schemas import Moment, exampled
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.quotas import QuotaFill

_DIGEST = "sha256:3b1f6c2e9a4d5870c1e2f3a4b5968778695a4b3c2d1e0f9a8b7c6d5e4f3a2b1c"


class UnitListReply(BaseModel):
    digest: str


class StateReply(BaseModel):
    code: str
    state: str


class Extension(BaseModel):
    """An end that was set later («gia hạn»)."""

    closes_at: Moment
    reason: str
    at: Moment


class ExtensionReply(BaseModel):
    code: str
    closes_at: Moment


class CampaignReply(BaseModel):
    """The campaign with its plan and how far it is filled."""

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
            "extensions": [
                {
                    "closes_at": "2023-02-01T00:00:00+07:00",
                    "reason": "Bưu cục Ninh Giang chưa thu đủ phiếu do mưa lũ",
                    "at": "2023-01-20T09:00:00+07:00",
                }
            ],
            "state": "open",
            "unit_list_digest": _DIGEST,
            "double_entry": {"share": "10", "seed": "hai-duong-2022", "stop_rate": "5", "lease_minutes": 30},
            "questionnaires": [
                {
                    "code": "sipas-huyen",
                    "title": "Phiếu đo lường sự hài lòng của người dân, doanh nghiệp",
                    "level": "district",
                    "layout": "one_unit",
                    "digest": _DIGEST,
                    "state": "published",
                }
            ],
            "quotas": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "quota": 135,
                    "taken": 82,
                    "surplus": 0,
                }
            ],
            "batches": [
                {
                    "code": "sph-thanh-ha",
                    "office": "Bưu điện huyện Thanh Hà",
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "issued": 135,
                    "state": "open",
                }
            ],
        }
    )

    code: str
    title: str
    period: str
    operator: str
    plans: list[dict[str, str]]
    opens_at: Moment
    closes_at: Moment
    extensions: list[Extension]
    state: str
    unit_list_digest: str | None
    double_entry: dict[str, Any]
    questionnaires: list[dict[str, str]]
    quotas: list[QuotaFill]
    batches: list[Batch]
