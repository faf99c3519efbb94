"""Keying ballots a second time: many at once, in one transaction, each with its own outcome."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time, system_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.domain.entry import Bag, Entry, check_entry, entry_digest
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.double_entry.domain.comparing import Said, differences
from survey_ingest.double_entry.domain.plan import read_plan
from survey_ingest.double_entry.domain.receipt import Facing, SecondReceipt, refusal
from survey_ingest.double_entry.store import claims, entries
from survey_ingest.double_entry.store.claims import Claim
from survey_ingest.double_entry.store.differences import read_states
from survey_ingest.double_entry.store.entries import FirstEntry, SecondEntry

Outcome = SecondReceipt | DomainError


@dataclass(frozen=True, slots=True)
class _Found:
    """What the books say of the ballots that are keyed again."""

    campaign: Campaign
    forms: dict[str, BallotForm]
    batches: dict[str, Batch]
    claims: dict[str, Claim]
    known: dict[UUID, SecondEntry]
    firsts: dict[str, FirstEntry]
    entered: set[UUID]


async def enter_again(connection: Writing, by: Principal, code: str, keyed: Sequence[Entry]) -> list[Outcome]:
    """The outcome of each second entry, in order; what is refused leaves its neighbours alone.

    Neither the window nor the order of work matters: a second entry is taken until the seal. Raises
    DomainError `campaign_unknown`.
    """
    found = await _look_up(connection, code, keyed)
    at = business_time()
    fresh: dict[UUID, SecondEntry] = {}
    admitted: list[UUID | DomainError] = []
    for entry in keyed:
        try:
            admitted.append(_admit(found, by, entry, fresh, at))
        except DomainError as error:
            admitted.append(error)
    stored = dict(found.known)
    if fresh:
        stored |= await _write(connection, found, fresh, by.subject)
    ballots = [entry.ballot_id for entry in stored.values()]
    states = await read_states(connection, found.campaign.id, ballots, system_time())
    outcomes: list[Outcome] = []
    receipted = set(found.known)
    for item in admitted:
        if isinstance(item, DomainError):
            outcomes.append(item)
        elif item in stored:
            outcomes.append(receipt(stored[item], states.get(item, {}), repeated=item in receipted))
            receipted.add(item)
        else:  # another request took the id at this very moment
            outcomes.append(DomainError("second_entry_conflict", {"id": str(item)}))
    return outcomes


def receipt(entry: SecondEntry, states: dict[str, str], *, repeated: bool) -> SecondReceipt:
    return SecondReceipt(entry.id, entry.serial, entry.digest, entry.keyed_at, states, repeated)


async def _look_up(connection: Writing, code: str, keyed: Sequence[Entry]) -> _Found:
    """The claims are locked before the books are read: of one id sent fifty times at once one is first."""
    found = await campaigns.read_campaign(connection, code, lock="share")
    codes = {entry.batch for entry in keyed}
    locked = {item.code: item for item in await batches.lock_batches(connection, found.id, codes)}
    held = await claims.lock_second_claims(connection, found.id, codes)
    firsts = await entries.find_firsts(connection, found.id, {entry.serial for entry in keyed})
    return _Found(
        campaign=found,
        forms=await campaigns.read_forms(connection, found),
        batches=locked,
        claims=held,
        known=await entries.find_entries(connection, found.id, {entry.id for entry in keyed}),
        firsts=firsts,
        entered=await entries.find_entered(connection, found.id, [f.ballot_id for f in firsts.values()]),
    )


def _admit(found: _Found, by: Principal, entry: Entry, fresh: dict[UUID, SecondEntry], at: datetime) -> UUID:
    """The id of a second entry that is stored already or is put to `fresh`.

    Raises DomainError `second_entry_conflict`, `ballot_invalid` with every fault, or why it may not be keyed.
    """
    batch = found.batches.get(entry.batch)
    if batch is None:
        raise DomainError("batch_unknown", {"batch": entry.batch})
    authorize_office(by, Action.BALLOT_REKEY, batch.office)
    digest = entry_digest(entry)
    same = found.known.get(entry.id) or fresh.get(entry.id)
    if same is not None:
        if same.clerk != by.subject or same.digest != digest:
            raise DomainError("second_entry_conflict", {"id": str(entry.id)})
        return same.id
    require_state(found.campaign.code, found.campaign.state, CampaignState.OPEN)
    check_entry(found.forms[batch.questionnaire], Bag(batch.questionnaire, batch.group), entry)
    first = found.firsts.get(entry.serial)
    held = found.claims.get(entry.batch)
    facing = Facing(
        batch_state=batch.state,
        claimants=(held.clerk, *held.former_clerks) if held else (),
        first_batch=first.batch if first else None,
        first_clerk=first.clerk if first else None,
        is_entered=first is not None and first.ballot_id in found.entered,
    )
    refused = refusal(entry.batch, entry.serial, by.subject, facing)
    if refused is not None:
        raise refused
    assert first is not None
    found.entered.add(first.ballot_id)
    said = Said(entry.group, entry.unit, list(entry.answers))
    fresh[entry.id] = SecondEntry(
        entry.id, first.ballot_id, entry.serial, entry.batch, said, digest, by.subject, at
    )
    return entry.id


async def _write(
    connection: Writing, found: _Found, fresh: Mapping[UUID, SecondEntry], clerk: str
) -> dict[UUID, SecondEntry]:
    """Store second entries with their differences; those stored. Work renews the lease."""
    ids = await entries.insert_entries(connection, found.campaign.id, list(fresh.values()))
    written = {entry_id: fresh[entry_id] for entry_id in ids}
    differing = [
        (entry, difference)
        for entry in written.values()
        for difference in differences(found.firsts[entry.serial].said, entry.said)
    ]
    if differing:
        await entries.insert_differences(connection, found.campaign.id, differing)
    await renew(connection, found.campaign, {entry.batch for entry in written.values()}, clerk)
    return written


async def renew(connection: Writing, found: Campaign, worked: Collection[str], clerk: str) -> None:
    """Work on these batches renews the lease of the clerk who still holds them."""
    until = system_time() + timedelta(minutes=read_plan(found.code, found.double_entry).lease_minutes)
    await claims.renew_second_claims(connection, found.id, worked, clerk, until)
