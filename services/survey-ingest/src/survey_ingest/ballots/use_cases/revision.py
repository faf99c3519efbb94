"""Changing a ballot that is in the books: what it said is kept, its status and its quota place follow."""

from dataclasses import dataclass, replace
from uuid import UUID

from parindex.db import Writing
from parindex.kernel.errors import DomainError
from survey_ingest.ballots import store
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry, entry_digest, invalid_reason
from survey_ingest.ballots.store import BallotContent, BallotRow, Keyed, Revising, places, remarks
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import quotas


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be otherwise; None stays. `invalid_reason` strikes a ballot out, empty takes it in again."""

    group: str | None = None
    unit: str | None = None
    answers: tuple[int, ...] | None = None
    invalid_reason: str | None = None
    beyond_quota: bool = False  # a held ballot counts as surplus


def revised_entry(form: BallotForm, row: BallotRow, change: Change) -> Entry:
    """The ballot as it would be keyed. Raises DomainError `ballot_invalid` with every fault."""
    entry = Entry(
        row.id,
        row.serial,
        row.batch,
        row.questionnaire,
        row.group if change.group is None else change.group,
        row.unit if change.unit is None else change.unit,
        row.answers if change.answers is None else change.answers,
        row.collected_at,
    )
    check_entry(form, Bag(row.questionnaire, None), entry)
    return entry


async def revise(
    connection: Writing, campaign_id: UUID, form: BallotForm, row: BallotRow, change: Change, why: Revising
) -> int:
    """Make the change and move the ballot's place in its quota; the number of the ballot's change.

    The batch is locked by the caller, `row` was read under its lock. A ballot that counted and still counts
    for the same quota keeps its place; one that comes to another quota needs a free place there, else it is
    held. Raises DomainError `ballot_invalid`, `ballot_unchanged`.
    """
    comments = await remarks.read_comments(connection, campaign_id, row.id)
    entry = replace(revised_entry(form, row, change), comments=comments)
    before = (row.questionnaire, row.group, form.quota_unit(row.group, row.unit))
    after = (row.questionnaire, entry.group, form.quota_unit(entry.group, entry.unit))
    reason = _reason(row, entry, change)
    await quotas.lock(connection, campaign_id, {before, after})
    status = "invalid" if reason else "valid"
    if status == "valid" and (row.status != "valid" or before != after):
        status = await take_place(connection, campaign_id, after, beyond=change.beyond_quota)
    content = BallotContent(
        entry.group, entry.unit, list(entry.answers), status, reason or None, entry_digest(entry)
    )
    if content == _content(row):
        raise DomainError("ballot_unchanged", {"serial": row.serial})
    if row.status == "valid" and (status != "valid" or before != after):
        await quotas.release_place(connection, campaign_id, *before)
    return await store.revise_ballot(connection, campaign_id, row, content, why)


async def take_in(connection: Writing, new: Keyed, *, beyond: bool) -> bool:
    """Write a checked ballot into a locked batch that takes no more; its place in the quota as of any other.

    False when its id or serial is in the books.
    """
    if not await store.insert_ballots(connection, [new]):
        return False
    await remarks.insert_comments(connection, [new])
    quota = new.quota[1:]
    if not new.reason and await take_place(connection, new.campaign_id, quota, beyond=beyond) == "held":
        await store.hold(connection, [new.key])
    return True


def _reason(row: BallotRow, entry: Entry, change: Change) -> str:
    if change.invalid_reason is not None:
        return change.invalid_reason or invalid_reason(entry.answers)
    struck_out = row.reason is not None and row.reason != invalid_reason(row.answers)
    return str(row.reason) if struck_out else invalid_reason(entry.answers)


def _content(row: BallotRow) -> BallotContent:
    content = BallotContent(row.group, row.unit, row.answers, row.status, row.reason, row.digest)
    return replace(content, answers=list(row.answers))


async def take_place(
    connection: Writing, campaign_id: UUID, quota: tuple[str, str, str], *, beyond: bool
) -> str:
    """A place of the quota if one is free, else as surplus where that was decided, else held."""
    taken = await places.take_places(connection, {(campaign_id, *quota): 1})
    if taken[(campaign_id, *quota)]:
        return "valid"
    if not beyond:
        return "held"
    await quotas.add_surplus(connection, campaign_id, *quota)
    return "valid"
