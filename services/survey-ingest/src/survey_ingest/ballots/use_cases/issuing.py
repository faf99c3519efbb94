"""Listing serial numbers as they are printed and issued, taking them back, marking what became of ballots."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from parindex.auth.policy import Action, Scope
from parindex.auth.principal import Principal, authorize, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store.serials import count_used, find_entered
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.marks import Mark, check_written_off, expand_marks
from survey_ingest.campaigns.domain.serials import BatchRoom, ListedRange, check_ranges
from survey_ingest.campaigns.domain.withdrawals import check_withdrawals
from survey_ingest.campaigns.store import batches, campaigns, marks, serials
from survey_ingest.campaigns.store.marks import SerialMark
from survey_ingest.schema import record


async def list_ranges(connection: Writing, by: Principal, code: str, new: Sequence[ListedRange]) -> None:
    """List ranges, all or none. Print runs are the campaign's; a bag's ranges are its office's.

    Raises DomainError `issue_invalid` with every fault, `foreign_office`, `campaign_state`.
    """
    campaign_id = await _lock_serials(connection, code, "share", CampaignState.DRAFT, CampaignState.OPEN)
    rooms = await _lock_batches(connection, by, campaign_id, _bags(new))
    _require_prints_right(by, new)
    check_ranges(new, await serials.read_ranges(connection, campaign_id), rooms)
    await serials.insert_ranges(connection, campaign_id, by.subject, new)
    for item in new:
        what = f"{code}/{item.batch or ''}"
        await record(connection, by, f"serials.{item.stage}", what, serials=str(item.serials))


async def withdraw_ranges(
    connection: Writing, by: Principal, code: str, asked: Sequence[ListedRange], reason: str
) -> None:
    """Take back ranges that were listed by mistake, all or none; they stay on record and may be listed anew.

    No ballot of the campaign is written meanwhile. Raises DomainError as listing does.
    """
    campaign_id = await _lock_serials(connection, code, "update", CampaignState.DRAFT, CampaignState.OPEN)
    rooms = await _lock_batches(connection, by, campaign_id, _bags(asked))
    _require_prints_right(by, asked)
    issued = [item for item in asked if item.batch is not None]
    used = await count_used(connection, campaign_id, issued)
    check_withdrawals(asked, await serials.read_ranges(connection, campaign_id), rooms, used)
    await serials.withdraw_ranges(connection, campaign_id, by.subject, asked, reason)
    await campaigns.mark_amended(connection, campaign_id)
    for item in asked:
        what = f"{code}/{item.batch or ''}"
        await record(connection, by, "serials.withdrawn", what, serials=str(item.serials), reason=reason)


async def mark_serials(connection: Writing, by: Principal, code: str, said: Sequence[Mark]) -> int:
    """Note which ballots came back, spoiled or got lost; how many. A later mark takes an earlier one's place.

    While ballots are written off none of the campaign is written. Raises DomainError `marks_invalid` with
    every fault, `foreign_office`, `batch_sealed`.
    """
    writes_off = any(mark.is_written_off for mark in said)
    campaign_id = await _lock_serials(
        connection, code, "update" if writes_off else "share", CampaignState.OPEN
    )
    listed = await serials.read_ranges(connection, campaign_id)
    marked = expand_marks(said, [item for item in listed if item.batch])
    rooms = await _lock_batches(connection, by, campaign_id, {batch for _, batch, _ in marked})
    if sealed := [batch for batch, room in rooms.items() if not room.is_open]:
        raise DomainError("batch_sealed", {"batch": sealed[0]})
    if writes_off:
        entered = await find_entered(connection, campaign_id, [serial for serial, _, _ in marked])
        check_written_off(said, marked, entered)
        await campaigns.mark_amended(connection, campaign_id)
    at = business_time()
    rows = [SerialMark(serial, bag, mark.status, mark.reason, by.subject, at) for serial, bag, mark in marked]
    await marks.insert_marks(connection, campaign_id, rows)
    for mark in said:
        details = {"serials": str(mark.serials), "status": mark.status, "reason": mark.reason}
        await record(connection, by, "serials.marked", code, **details)
    return len(marked)


async def _lock_serials(connection: Writing, code: str, lock: str, *states: CampaignState) -> UUID:
    """The campaign's id; nobody else changes its serials until this transaction has ended."""
    found = await campaigns.read_campaign(connection, code, lock=lock)
    require_state(code, found.state, *states)
    await serials.lock_serials(connection, found.id)
    return found.id


def _bags(ranges: Iterable[ListedRange]) -> set[str]:
    return {item.batch for item in ranges if item.batch}


async def _lock_batches(
    connection: Writing, by: Principal, campaign_id: UUID, codes: set[str]
) -> dict[str, BatchRoom]:
    """The batches that there are: no seal passes a change of their numbers."""
    found = await batches.lock_batches(connection, campaign_id, codes)
    for item in found:
        authorize_office(by, Action.SERIAL_WRITE, item.office)
    return {item.code: BatchRoom(item.issued, item.state == "open") for item in found}


def _require_prints_right(by: Principal, ranges: Iterable[ListedRange]) -> None:
    scope = authorize(by, Action.SERIAL_WRITE)
    if scope is Scope.OWN_OFFICE and by.offices and any(item.batch is None for item in ranges):
        raise DomainError("forbidden", {"role": by.role.value, "action": Action.SERIAL_WRITE.value})
