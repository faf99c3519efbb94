"""Asking for a correction of a sealed bag: every fault is named at once, nothing changes yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError, Fault
from parindex.kernel.ids import uuid7
from survey_ingest.ballots import store as ballots
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.ballots.use_cases.revision import Change, revised_entry
from survey_ingest.campaigns.domain.campaign import require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns, serials
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.correction import CORRECTABLE
from survey_ingest.custody.store import corrections
from survey_ingest.custody.store.corrections import Correction, DecidedCorrection
from survey_ingest.schema import record


@dataclass(frozen=True, slots=True)
class BallotChange:
    """What is to be otherwise in one ballot."""

    ballot: UUID
    change: Change


@dataclass(frozen=True, slots=True)
class FoundBallot:
    """A ballot that turned up after the seal, as it is keyed now («phiếu tìm thấy sau niêm phong»)."""

    id: UUID
    serial: str
    group: str
    unit: str | None
    answers: Sequence[int]
    comments: dict[str, str]
    beyond_quota: bool

    def entry(self, batch: Batch) -> Entry:
        place = (self.id, self.serial, batch.code, batch.questionnaire, self.group, self.unit)
        return Entry(*place, self.answers, comments=self.comments)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a correction asks for: ballots changed or found, counts restated, or new seals on the bag."""

    batch: str
    ballots: Sequence[BallotChange]
    added: Sequence[FoundBallot]
    counts: dict[str, int]
    explanations: dict[str, str]
    bag_seals: Sequence[str]
    reason: str
    legal_act: str


async def request_correction(
    connection: Writing, by: Principal, code: str, asked: Asked
) -> DecidedCorrection:
    """Ask for a correction of a sealed bag. Raises DomainError `batch_not_sealed`, `correction_invalid`."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, *CORRECTABLE)
    batch = await batches.read_batch(connection, found.id, asked.batch, lock="share")
    authorize_office(by, Action.CORRECTION_WRITE, batch.office)
    if batch.state != "sealed":
        raise DomainError("batch_not_sealed", {"batch": batch.code})
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    digests, faults = await _check_changes(connection, found.id, form, asked)
    faults += await _check_added(connection, found, form, batch, asked.added)
    if not (asked.ballots or asked.added or asked.counts or asked.bag_seals):
        faults.append(Fault("/ballots", "correction_empty", "phải nêu ít nhất một nội dung đính chính"))
    if faults:
        raise DomainError("correction_invalid", {"count": len(faults)}, tuple(faults))
    new = Correction(
        uuid7(),
        batch.code,
        _plain(asked, digests),
        asked.reason,
        asked.legal_act,
        by.subject,
        by.role.value,
        business_time(),
    )
    await corrections.insert_correction(connection, found.id, new)
    await record(connection, by, "correction.requested", f"{code}/{batch.code}", id=str(new.id))
    return DecidedCorrection(new, None)


async def _check_changes(
    connection: Reading, campaign_id: UUID, form: BallotForm, asked: Asked
) -> tuple[dict[UUID, str], list[Fault]]:
    """Ballot → its digest now, and every fault of every ballot that is to be changed."""
    faults: list[Fault] = []
    digests: dict[UUID, str] = {}
    for index, item in enumerate(asked.ballots):
        at = f"/ballots/{index}"
        if item.ballot in digests:
            faults.append(Fault(f"{at}/ballot", "ballot_repeated", "phiếu nêu hai lần"))
            continue
        try:
            row = await ballots.read_ballot(connection, campaign_id, item.ballot)
            digests[item.ballot] = row.digest
            if row.batch == asked.batch:
                revised_entry(form, row, item.change)
                continue
            faults.append(Fault(f"{at}/ballot", "ballot_of_other_batch", f"phiếu thuộc túi «{row.batch}»"))
        except DomainError as error:
            found = error.faults or (Fault("/ballot", error.code, "không có phiếu này trong đợt điều tra"),)
            faults += [Fault(f"{at}{fault.pointer}", fault.code, fault.detail) for fault in found]
    return digests, faults


async def _check_added(
    connection: Reading, found: Campaign, form: BallotForm, batch: Batch, added: Sequence[FoundBallot]
) -> list[Fault]:
    """Every fault of every ballot that is to come in: as if it were keyed, and against those in the books."""
    if not added:
        return []
    known = await ballots.find_same(
        connection, found.id, [item.id for item in added], [item.serial for item in added]
    )
    ids, numbers = {row[0] for row in known}, {row[1] for row in known}
    listed = [item.serials for item in await serials.read_ranges(connection, found.id, [batch.code])]
    faults: list[Fault] = []
    for index, item in enumerate(added):
        beside = list(_met(item, ids, numbers))
        if found.issued_serials_only and not any(item.serial in serial_range for serial_range in listed):
            detail = f"số phiếu {item.serial} không nằm trong dải số nào đã phát cho túi"
            beside.append(Fault("/serial", "serial_not_issued", detail))
        try:
            check_entry(form, Bag(batch.questionnaire, batch.group), item.entry(batch), beside)
        except DomainError as error:
            faults += [
                Fault(f"/added/{index}{fault.pointer}", fault.code, fault.detail) for fault in error.faults
            ]
        ids.add(item.id)
        numbers.add(item.serial)
    return faults


def _met(item: FoundBallot, ids: set[UUID], numbers: set[str]) -> Iterator[Fault]:
    if item.id in ids:
        yield Fault("/id", "ballot_known", "mã phiếu đã dùng; phiếu đã ghi thì nêu ở «ballots»")
    if item.serial in numbers:
        yield Fault("/serial", "serial_taken", f"số phiếu {item.serial} đã thuộc về phiếu khác")


def _plain(asked: Asked, digests: dict[UUID, str]) -> dict[str, Any]:
    return {
        "ballots": [
            {
                "ballot": str(item.ballot),
                "digest": digests[item.ballot],
                "group": item.change.group,
                "unit": item.change.unit,
                "answers": None if item.change.answers is None else list(item.change.answers),
                "invalid_reason": item.change.invalid_reason,
                "beyond_quota": item.change.beyond_quota,
            }
            for item in asked.ballots
        ],
        "added": [
            {
                "id": str(item.id),
                "serial": item.serial,
                "group": item.group,
                "unit": item.unit,
                "answers": list(item.answers),
                "comments": item.comments,
                "beyond_quota": item.beyond_quota,
            }
            for item in asked.added
        ],
        "counts": asked.counts,
        "explanations": asked.explanations,
        "bag_seals": list(asked.bag_seals),
    }
