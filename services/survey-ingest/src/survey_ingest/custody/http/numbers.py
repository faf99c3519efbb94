"""Routes of what the numbers of a campaign add up to: reconciliation and statistics."""

from fastapi import APIRouter
from pydantic import BaseModel

from parindex.auth.policy import Action
from parindex.http.routing import Read, UnitOfWorkRoute, guarded
from parindex.http.schemas import exampled
from survey_ingest.custody.use_cases.reconciling import (
    BatchLine,
    QuotaLine,
    read_statistics,
    reconcile,
)
from survey_ingest.tallies.domain.statistics import Coverage, Response

router = APIRouter(prefix="/api/v1/campaigns", tags=["custody"], route_class=UnitOfWorkRoute)


class ReconciliationReply(BaseModel):
    """Bags and quotas held against what was keyed («đối chiếu phiếu»)."""

    model_config = exampled(
        {
            "closes": True,
            "batches": [
                {
                    "batch": "sph-thanh-ha",
                    "office": "Bưu điện huyện Thanh Hà",
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "state": "sealed",
                    "issued": 135,
                    "returned": 134,
                    "spoiled": 0,
                    "missing": 0,
                    "keyed": 134,
                    "valid": 134,
                    "invalid": 0,
                    "held": 0,
                    "differences": [
                        {
                            "code": "issued_not_accounted",
                            "detail": "phát ra 135 phiếu, thu về, hỏng và thất lạc cộng lại 134 phiếu",
                            "reason": "01 phiếu in trùng số, đã hủy có biên bản.",
                        }
                    ],
                }
            ],
            "quotas": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "quota": 135,
                    "valid": 134,
                    "invalid": 0,
                    "held": 0,
                    "short": 1,
                }
            ],
        }
    )

    closes: bool
    batches: list[BatchLine]
    quotas: list[QuotaLine]


class StatisticsReply(BaseModel):
    """How the survey went («tỷ lệ thu về, tỷ lệ hoàn thành, sai số»); percents as text."""

    model_config = exampled(
        {
            "responses": [
                {
                    "questionnaire": "sipas-huyen",
                    "issued": 1620,
                    "returned": 1620,
                    "response_percent": "100.00",
                }
            ],
            "coverage": [
                {
                    "questionnaire": "sipas-huyen",
                    "group": "nguoi-dan-doanh-nghiep",
                    "unit": "ubnd-huyen-thanh-ha",
                    "quota": 135,
                    "valid": 135,
                    "invalid": 0,
                    "held": 0,
                    "coverage_percent": "100.00",
                    "issued": 135,
                    "response_percent": "100.00",
                    "margin_of_error": "8.43",
                }
            ],
        }
    )

    responses: list[Response]
    coverage: list[Coverage]


@router.get("/{code}/reconciliation", **guarded(Action.CAMPAIGN_READ))
async def get_reconciliation(code: str, connection: Read) -> ReconciliationReply:
    """Issued, returned, spoiled, missing and keyed of each bag and quota, every disagreement named."""
    found = await reconcile(connection, code)
    return ReconciliationReply(closes=found.closes, batches=found.batches, quotas=found.quotas)


@router.get("/{code}/statistics", **guarded(Action.CAMPAIGN_READ))
async def get_statistics(code: str, connection: Read) -> StatisticsReply:
    """Response, coverage and margin of error by questionnaire, group and unit."""
    found = await read_statistics(connection, code)
    return StatisticsReply(responses=found.responses, coverage=found.coverage)
