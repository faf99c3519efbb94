"""Settling differences: the second clerk writes the field again, blind; what still differs is decided."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time, system_time
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry
from survey_ingest.ballots.store import BallotRow, Revising, read_ballot
from survey_ingest.ballots.use_cases.revision import Change, revise
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.double_entry.domain.comparing import (
    GROUP,
    UNIT,
    Difference,
    Said,
    explained,
    truth,
    with_values,
)
from survey_ingest.double_entry.domain.receipt import SecondReceipt
from survey_ingest.double_entry.store import differences, entries
from survey_ingest.double_entry.store.differences import Decision
from survey_ingest.double_entry.store.entries import SecondEntry
from survey_ingest.double_entry.use_cases.entering import receipt, renew
from survey_ingest.double_entry.use_cases.progress import stop_bad_sample
from survey_ingest.schema import record

Value = int | str
"""A field as it is written: the number of an answer, or the code of a group or a unit."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the supervisor read on the paper, and why it holds («kết luận của giám sát»)."""

    value: Value
    reason: str


@dataclass(frozen=True, slots=True)
class _Ballot:
    """One ballot with everything that settling looks at; its row and its batch are locked."""

    campaign: Campaign
    batch: Batch
    form: BallotForm
    row: BallotRow
    entry: SecondEntry
    differences: dict[str, Difference]


async def rekey(
    connection: Writing, by: Principal, code: str, entry_id: UUID, values: Mapping[str, Value]
) -> SecondReceipt:
    """The clerk of the second entry writes differing fields once more; the same values again do no harm.

    Raises DomainError `second_entry_unknown`, `foreign_second_entry`, `batch_sealed`, `rekeying_invalid` with
    every fault.
    """
    campaign = await campaigns.read_campaign(connection, code, lock="share")
    entry = await entries.read_entry(connection, campaign.id, entry_id)
    if entry.clerk != by.subject:
        raise DomainError("foreign_second_entry", {"id": str(entry.id)})
    written = {position: str(value) for position, value in values.items()}
    known = await differences.read_differences(connection, campaign.id, entry.ballot_id)
    if written.items() <= {item.position: item.rekeyed for item in known}.items():  # also after the seal
        return receipt(entry, await _states(connection, campaign, entry), repeated=True)
    found = await _lock(connection, by, Action.BALLOT_REKEY, campaign, entry)
    places = {position: f"/values/{position}" for position in values}
    faults = [*_rekeying_faults(found, written, places), *_value_faults(found, values, places)]
    if faults:
        raise DomainError("rekeying_invalid", {"count": len(faults)}, tuple(faults))
    new = {position: value for position, value in written.items() if _is_awaited(found, position)}
    if new:
        at = business_time()
        await differences.insert_rekeyings(connection, campaign.id, found.row.id, new, by.subject, at)
        await renew(connection, campaign, [found.batch.code], by.subject)
        await _apply_truth(connection, by, found, at)
    return receipt(entry, await _states(connection, campaign, entry), repeated=not new)


async def decide(
    connection: Writing, by: Principal, code: str, ballot_id: UUID, position: str, ruling: Ruling
) -> SecondReceipt:
    """The supervisor says what stands on the paper; nobody decides on what they keyed themselves.

    Raises DomainError `difference_unknown`, `decider_keyed`, `difference_settled`,
    `difference_not_rekeyed`, `decision_invalid`.
    """
    campaign = await campaigns.read_campaign(connection, code, lock="share")
    entry = await entries.find_entry_of(connection, campaign.id, ballot_id)
    if entry is None:
        raise DomainError("difference_unknown", {"position": position})
    found = await _lock(connection, by, Action.ENTRY_DECIDE, campaign, entry)
    if by.subject in {found.row.clerk, entry.clerk}:
        raise DomainError("decider_keyed", {"serial": entry.serial})
    _require_undecided((await _states(connection, campaign, entry)).get(position), entry.serial, position)
    faults = tuple(_value_faults(found, {position: ruling.value}, {position: "/value"}))
    if faults:
        raise DomainError("decision_invalid", {"count": len(faults)}, faults)
    made = Decision(position, str(ruling.value), ruling.reason, by.subject, business_time())
    await differences.insert_decision(connection, campaign.id, ballot_id, made)
    what = f"{code}/{entry.serial}/{position}"
    await record(connection, by, "difference.decided", what, value=made.value, reason=made.reason)
    await _apply_truth(connection, by, found, made.at)
    if made.value != found.differences[position].first:
        await stop_bad_sample(connection, by, campaign, found.batch.code)
    return receipt(entry, await _states(connection, campaign, entry), repeated=False)


def _require_undecided(state: str | None, serial: str, position: str) -> None:
    params = {"serial": serial, "position": position}
    if state is None:
        raise DomainError("difference_unknown", params)
    if state == "settled":
        raise DomainError("difference_settled", params)
    if state == "to_rekey":
        raise DomainError("difference_not_rekeyed", params)


async def _lock(
    connection: Writing, by: Principal, action: Action, campaign: Campaign, entry: SecondEntry
) -> _Ballot:
    """The batch shared, the ballot alone: two who settle its fields come one after the other."""
    require_state(campaign.code, campaign.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, campaign.id, entry.batch, lock="share")
    authorize_office(by, action, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch.code})
    row = await read_ballot(connection, campaign.id, entry.ballot_id, lock=True)
    found = await differences.read_differences(connection, campaign.id, row.id)
    form = (await campaigns.read_forms(connection, campaign))[batch.questionnaire]
    return _Ballot(campaign, batch, form, row, entry, {item.position: item for item in found})


async def _states(connection: Writing, campaign: Campaign, entry: SecondEntry) -> dict[str, str]:
    states = await differences.read_states(connection, campaign.id, [entry.ballot_id], system_time())
    return states.get(entry.id, {})


def _is_awaited(found: _Ballot, position: str) -> bool:
    return found.differences[position].rekeyed is None


def _rekeying_faults(found: _Ballot, values: Mapping[str, str], places: Mapping[str, str]) -> Iterable[Fault]:
    for position, value in values.items():
        known = found.differences.get(position)
        if known is None:
            detail = f"vị trí «{position}» không phải chỗ lệch của phiếu {found.row.serial}"
            yield Fault(places[position], "position_does_not_differ", detail)
        elif known.rekeyed not in {None, value}:
            yield Fault(places[position], "already_rekeyed", "chỗ này đã nhập lại rồi, không nhập lần nữa")
        elif known.rekeyed is None and known.decided is not None:
            yield Fault(places[position], "already_decided", "giám sát đã kết luận chỗ này")


def _value_faults(found: _Ballot, values: Mapping[str, Value], places: Mapping[str, str]) -> Iterable[Fault]:
    """What is wrong with values as such: their kind, and what form and batch allow."""
    for position, value in values.items():
        wanted = str if position in {GROUP, UNIT} else int
        if not isinstance(value, wanted):
            detail = "phải là mã đối tượng hoặc mã đơn vị" if wanted is str else "phải là số của câu trả lời"
            yield Fault(places[position], "value_of_other_kind", detail)
        elif position in found.differences:
            yield from _form_faults(found, {position: str(value)}, places[position])


def _form_faults(found: _Ballot, values: Mapping[str, str], place: str) -> list[Fault]:
    row, bag = found.row, Bag(found.batch.questionnaire, found.batch.group)
    said = with_values(Said(row.group, row.unit, row.answers), values)
    entry = Entry(row.id, row.serial, row.batch, row.questionnaire, said.group, said.unit, said.answers)
    try:
        check_entry(found.form, bag, entry)
    except DomainError as error:
        return [Fault(place, fault.code, fault.detail) for fault in error.faults]
    return []


async def _apply_truth(connection: Writing, by: Principal, found: _Ballot, at: datetime) -> None:
    """Once all differences of the ballot are settled, one revision corrects its first entry."""
    row = found.row
    settled = await differences.read_differences(connection, found.campaign.id, row.id)
    values = truth(settled)
    if not values or any(item.settled is None for item in settled):
        return
    said = with_values(Said(row.group, row.unit, row.answers), values)
    change = Change(group=said.group, unit=said.unit, answers=tuple(said.answers))
    why = Revising("double_entry", explained(settled), by.subject, at)
    await revise(connection, found.campaign.id, found.form, row, change, why)
    await record(connection, by, "ballot.revised", f"{found.campaign.code}/{row.serial}", values=values)
