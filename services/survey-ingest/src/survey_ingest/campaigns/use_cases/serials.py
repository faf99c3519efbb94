"""Listing serial numbers as they are printed and issued, and marking what became of ballots."""

from collections.abc import Sequence
from uuid import UUID

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import Principal, authorize, authorize_office
from parindex.db import Writing
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.serials import BatchRoom, ListedRange, Mark, check_ranges, expand_marks
from survey_ingest.campaigns.store import batches, campaigns, serials
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.schema import record


async def list_ranges(connection: Writing, by: Principal, code: str, new: Sequence[ListedRange]) -> None:
    """List ranges, all or none. Print runs are the campaign's; a bag's ranges are its office's.

    Raises DomainError `issue_invalid` with every fault, `foreign_office`, `campaign_state`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.DRAFT, CampaignState.OPEN)
    rooms = await _lock_batches(connection, by, found.id, {item.batch for item in new if item.batch})
    scope = authorize(by, Action.SERIAL_WRITE)
    if scope is Scope.OWN_OFFICE and by.offices and any(item.batch is None for item in new):
        raise DomainError("forbidden", {"role": by.role.value, "action": Action.SERIAL_WRITE.value})
    await serials.lock_serials(connection, found.id)
    check_ranges(new, await serials.read_ranges(connection, found.id), rooms)
    await serials.insert_ranges(connection, found.id, by.subject, new)
    for item in new:
        what = f"{code}/{item.batch or ''}"
        await record(connection, by, f"serials.{item.stage}", what, serials=str(item.serials))


async def mark_serials(connection: Writing, by: Principal, code: str, marks: Sequence[Mark]) -> int:
    """Note which ballots came back, spoiled or got lost; how many. A later mark takes an earlier one's place.

    Raises DomainError `marks_invalid` with every fault, `foreign_office`, `batch_sealed`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    listed = await serials.read_ranges(connection, found.id)
    marked = expand_marks(marks, [item for item in listed if item.batch])
    rooms = await _lock_batches(connection, by, found.id, {batch for _, batch, _ in marked})
    for batch, room in rooms.items():
        if not room.is_open:
            raise DomainError("batch_sealed", {"batch": batch})
    await serials.insert_marks(connection, found.id, by.subject, marked)
    for mark in marks:
        details = {"serials": str(mark.serials), "status": mark.status, "reason": mark.reason}
        await record(connection, by, "serials.marked", code, **details)
    return len(marked)


async def _lock_batches(
    connection: Writing, by: Principal, campaign_id: UUID, codes: set[str]
) -> dict[str, BatchRoom]:
    """The batches that there are, under a shared lock: no seal passes a change of its numbers."""
    found = await batches.lock_batches(connection, campaign_id, codes)
    for item in found:
        authorize_office(by, Action.SERIAL_WRITE, item.office)
    return {item.code: _room(item) for item in found}


def _room(item: Batch) -> BatchRoom:
    return BatchRoom(item.issued, item.state == "open")
