"""Editing the questionnaires of a draft campaign one by one, and publishing them."""

from collections.abc import Callable
from uuid import UUID

from parindex.auth.principal import Principal
from parindex.db import Writing
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.questionnaire import Questionnaire
from survey_ingest.campaigns.domain.questionnaire_rules import MOST_QUESTIONNAIRES, check_questionnaire
from survey_ingest.campaigns.store import campaigns, questionnaires
from survey_ingest.campaigns.store.questionnaires import StoredQuestionnaire
from survey_ingest.schema import record

RequireMatch = Callable[[StoredQuestionnaire | None], None]
"""Raises unless the caller knows the version there is; None where there is none."""


async def put_questionnaire(
    connection: Writing, by: Principal, code: str, new: Questionnaire, require_match: RequireMatch
) -> tuple[StoredQuestionnaire, bool]:
    """Draft a questionnaire or replace its draft; (what is stored now, whether it is a new one).

    Raises DomainError `questionnaire_invalid` with every fault, `questionnaire_published`.
    """
    campaign_id = await _lock_draft(connection, code)
    current = await questionnaires.find_questionnaire(connection, campaign_id, new.code)
    if current is not None:
        _require_draft(current)
    elif len(await questionnaires.list_questionnaires(connection, campaign_id)) >= MOST_QUESTIONNAIRES:
        detail = f"một đợt điều tra có không quá {MOST_QUESTIONNAIRES} mẫu phiếu"
        raise DomainError("questionnaire_invalid", {"count": 1}, (Fault("", "too_many", detail),))
    require_match(current)
    check_questionnaire(new)
    digest = await questionnaires.put_questionnaire(connection, campaign_id, new)
    await record(connection, by, "questionnaire.drafted", f"{code}/{new.code}", digest=digest)
    return await questionnaires.read_questionnaire(connection, campaign_id, new.code), current is None


async def publish_questionnaire(
    connection: Writing, by: Principal, code: str, questionnaire: str
) -> StoredQuestionnaire:
    """Freeze a questionnaire. Raises DomainError `questionnaire_unknown`, `questionnaire_published`."""
    campaign_id = await _lock_draft(connection, code)
    current = await questionnaires.read_questionnaire(connection, campaign_id, questionnaire)
    _require_draft(current)
    await questionnaires.publish(connection, campaign_id, [questionnaire])
    what = f"{code}/{questionnaire}"
    await record(connection, by, "questionnaire.published", what, digest=current.digest)
    return await questionnaires.read_questionnaire(connection, campaign_id, questionnaire)


async def remove_questionnaire(
    connection: Writing, by: Principal, code: str, questionnaire: str, require_match: RequireMatch
) -> None:
    """Take a questionnaire out of a draft campaign, a published one too: its plan may not fit the units.

    Raises DomainError `campaign_not_draft`, `questionnaire_unknown`.
    """
    campaign_id = await _lock_draft(connection, code)
    current = await questionnaires.read_questionnaire(connection, campaign_id, questionnaire)
    require_match(current)
    await questionnaires.remove_questionnaire(connection, campaign_id, questionnaire)
    what = f"{code}/{questionnaire}"
    await record(connection, by, "questionnaire.removed", what, digest=current.digest)


async def publish_all(connection: Writing, campaign: str, campaign_id: UUID) -> None:
    """Freeze what came with the campaign as it opens; what was edited on its own is published on its own.

    Raises DomainError `campaign_without_questionnaires`, `questionnaire_not_published`.
    """
    listed = await questionnaires.list_questionnaires(connection, campaign_id)
    if not listed:
        raise DomainError("campaign_without_questionnaires", {"campaign": campaign})
    drafts = [item for item in listed if item.published_at is None]
    if edited := [item.code for item in drafts if item.edited_at is not None]:
        raise DomainError("questionnaire_not_published", {"questionnaires": ", ".join(edited)})
    if drafts:
        await questionnaires.publish(connection, campaign_id, [item.code for item in drafts])


async def _lock_draft(connection: Writing, code: str) -> UUID:
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.DRAFT)
    return found.id


def _require_draft(current: StoredQuestionnaire) -> None:
    if current.published_at is not None:
        raise DomainError("questionnaire_published", {"questionnaire": current.code})
