"""Planning a survey: draft, freeze the units, open, issue batches, close with the period."""

from collections.abc import Sequence
from datetime import datetime

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import UnitList
from parindex.db import Writing
from parindex.kernel.canonical import digest_bytes
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.campaign import (
    CampaignState,
    check_extension,
    check_window,
    require_state,
    window_faults,
)
from survey_ingest.campaigns.domain.form import quota_plan
from survey_ingest.campaigns.domain.questionnaire import Questionnaire
from survey_ingest.campaigns.domain.questionnaire_rules import check_questionnaires
from survey_ingest.campaigns.store import batches, campaigns, extensions, quotas
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import NewCampaign
from survey_ingest.campaigns.use_cases.questionnaires import publish_all
from survey_ingest.schema import SYSTEM, record

RESERVED = {"findings"}
"""Names that stand where the code of a campaign stands in an address."""


async def draft_campaign(
    connection: Writing, by: Principal, new: NewCampaign, questionnaires: Sequence[Questionnaire]
) -> None:
    """Store a campaign that still needs its units. Raises DomainError with every fault of its forms."""
    if new.code in RESERVED:
        fault = Fault("/code", "code_reserved", f"mã «{new.code}» là tên của một địa chỉ")
        raise DomainError("invalid_request", {"count": 1}, (fault,))
    check_questionnaires(questionnaires, window_faults(new.opens_at, new.closes_at))
    check_window(new.opens_at, new.closes_at)
    if not await campaigns.insert_campaign(connection, new, questionnaires):
        raise DomainError("campaign_exists", {"campaign": new.code})
    await record(connection, by, "campaign.drafted", new.code, period=new.period)


async def freeze_unit_list(connection: Writing, by: Principal, code: str, content: bytes) -> str:
    """Keep the period's unit list as fetched; its digest. A draft may fetch it anew, an open campaign not."""
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.DRAFT)
    listed = parse_snapshot(UnitList, content)
    if listed.period != found.period:
        raise DomainError("snapshot_unreadable", {"kind": "UnitList", "reason": listed.period})
    await campaigns.freeze_units(connection, found.id, content)
    digest = digest_bytes(content)
    await record(connection, by, "campaign.units_frozen", code, digest=digest, units=len(listed.units))
    return digest


async def open_campaign(connection: Writing, by: Principal, code: str) -> None:
    """Publish what came with the campaign, fix the plan, let ballots in.

    Raises DomainError `campaign_without_units`, `plan_does_not_fit`, and as `publish_all` does.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.DRAFT)
    if not found.units:
        raise DomainError("campaign_without_units", {"campaign": code})
    await publish_all(connection, code, found.id)
    stored = await campaigns.read_questionnaires(connection, found.id)
    plan = quota_plan([item for item, _ in stored.values()], found.units_by_level)
    await quotas.insert_plan(connection, found.id, plan)
    await campaigns.set_state(connection, found.id, CampaignState.OPEN)
    await record(connection, by, "campaign.opened", code, units=found.unit_list_digest)


async def extend_campaign(
    connection: Writing, by: Principal, code: str, closes_at: datetime, reason: str
) -> None:
    """Take ballots until a later instant («gia hạn điều tra»); bags that are sealed stay so.

    Raises DomainError `campaign_not_open`, `campaign_window` when that is not later than the end there is.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.OPEN)
    check_extension(found.closes_at, closes_at)
    await extensions.insert_extension(connection, found.id, closes_at, reason, by.subject)
    await record(connection, by, "campaign.extended", code, closes_at=instant_text(closes_at), reason=reason)


async def issue_batch(connection: Writing, by: Principal, code: str, new: Batch) -> None:
    """Hand a numbered bag of ballots to an office. Raises DomainError `batch_invalid`, `batch_exists`."""
    authorize_office(by, Action.BATCH_WRITE, new.office)
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    stored = await campaigns.read_questionnaires(connection, found.id)
    form = stored.get(new.questionnaire)
    if form is None:
        raise _batch_invalid("/questionnaire", "questionnaire_unknown", f"không có mẫu {new.questionnaire}")
    if new.group is not None and form[0].group(new.group) is None:
        raise _batch_invalid("/group", "group_unknown", f"mẫu phiếu không có đối tượng «{new.group}»")
    if not await batches.insert_batch(connection, found.id, new):
        raise DomainError("batch_exists", {"batch": new.code})
    await record(connection, by, "batch.issued", f"{code}/{new.code}", office=new.office, issued=new.issued)


def _batch_invalid(pointer: str, code: str, detail: str) -> DomainError:
    return DomainError("batch_invalid", {}, (Fault(pointer, code, detail),))


async def close_campaigns(connection: Writing, period: str) -> None:
    """The period is final: its campaigns take no further revision.

    One that was not handed over stays as it is, so that it still can be; the audit tells of it.
    """
    for code in await campaigns.close_handed_over(connection, period):
        await record(connection, SYSTEM, "campaign.closed", code, period=period)
    for code, state in await campaigns.list_unfinished(connection, period):
        await record(connection, SYSTEM, "campaign.left_unfinished", code, period=period, state=state)
