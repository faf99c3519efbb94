"""Holding the ledger of seals against ballots, tallies, incidents, corrections and the hand-over minutes."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import HandoverRecord
from parindex.db import Reading
from parindex.kernel.canonical import digest_bytes
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.kept import kept_digest
from survey_ingest.custody.domain.ledger import (
    FINDING,
    INCIDENT,
    SEAL,
    Flaw,
    LedgerEntry,
    flaws,
    in_order,
    undone_since,
)
from survey_ingest.custody.domain.minutes import minutes_flaws, parts_flaws, tally_flaws
from survey_ingest.custody.domain.witness import log_flaws
from survey_ingest.custody.store import corrections, handovers, incidents, seals, witness
from survey_ingest.custody.store.handovers import Minutes, Part
from survey_ingest.custody.use_cases.minutes import handover_parts
from survey_ingest.custody.use_cases.sealing import content_digest, digests_beside
from survey_ingest.tallies.store import TallyRevision, list_tallies, read_batch_cells
from survey_ingest.tallies.use_cases import is_sum_of_seals


async def verify_ledger(connection: Reading, code: str) -> list[Flaw]:
    """Every flaw of the campaign's ledger against what it vouches for; none when all is as sealed."""
    found = await campaigns.read_campaign(connection, code)
    entries = await seals.read_ledger(connection, found.id)
    bags = {batch.code: batch for batch in await batches.list_batches(connection, found.id)}
    vouched = await _vouched(connection, found.id, entries, bags)
    lines = flaws(entries, vouched, [batch.code for batch in bags.values() if batch.state == "sealed"])
    lines += await _unchained(connection, found.id, entries)
    tallies = await list_tallies(connection, found.id)
    kept = await handovers.list_minutes(connection, found.id)
    parts = await handovers.list_parts(connection, found.id)
    beside = _minutes_flaws(found, entries, tallies, kept, parts)
    if not lines:  # a tally is the sum of what the seals vouch for: of broken ones it says nothing new
        beside = [*await _tally_flaws(connection, found, tallies), *beside]
    told = await witness.read_told(connection, found.id)
    return in_order(lines, beside, log_flaws(told, _kept(entries, tallies, kept, parts)))


def _kept(
    entries: Sequence[LedgerEntry],
    tallies: Sequence[TallyRevision],
    minutes: Sequence[Minutes],
    parts: Sequence[Part],
) -> dict[str, str]:
    """Place → digest of everything that the log of acts tells of."""
    found: dict[str, str] = {}
    for entry in entries:
        found |= entry.kept
    for item in tallies:
        found |= item.kept
    for record in minutes:
        found |= record.kept
    for part in parts:
        found |= part.delivery.kept
        found |= part.receipt.kept if part.receipt is not None else {}
    return found


async def _vouched(
    connection: Reading, campaign_id: UUID, entries: Sequence[LedgerEntry], bags: Mapping[str, Batch]
) -> dict[int, dict[str, Any]]:
    """What each entry vouches for, as it is now: with every later change taken back."""
    numbers = await seals.read_bag_seals(connection, campaign_id)
    asked = {
        str(item.correction.id): kept_digest(item.correction, item.decision)
        for item in await corrections.list_corrections(connection, campaign_id)
        if item.decision is not None
    }
    told = await _incident_digests(connection, campaign_id)
    found: dict[int, dict[str, Any]] = {}
    for entry in entries:
        if entry.kind != SEAL:
            found[entry.sequence] = {"digest": told.get((entry.kind, int(entry.facts["number"])))}
            continue
        cells = await read_batch_cells(connection, campaign_id, entry.batch, entry.revision)
        undone = undone_since(entry, entries)
        found[entry.sequence] = {
            "digest": await content_digest(connection, campaign_id, entry.batch, cells, undone),
            **await digests_beside(connection, campaign_id, entry.batch, undone),
            "correction_digest": asked.get(str(entry.facts.get("correction"))),
            "bag_seals": _on_the_bag(entry, numbers),
            **_issued(bags.get(entry.batch)),
        }
    return found


def _on_the_bag(entry: LedgerEntry, numbers: Mapping[str, str]) -> list[str]:
    return [number for number in entry.facts.get("bag_seals", ()) if numbers.get(number) == entry.batch]


def _issued(bag: Batch | None) -> dict[str, Any]:
    """The bag as it was issued: no act changes it after the seal."""
    if bag is None:
        return {}
    return {
        "office": bag.office,
        "questionnaire": bag.questionnaire,
        "group": bag.group,
        "issued": bag.issued,
    }


async def _incident_digests(connection: Reading, campaign_id: UUID) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for case in await incidents.list_cases(connection, campaign_id):
        number = case.incident.number
        found[INCIDENT, number] = kept_digest(case.incident)
        if case.finding is not None:
            found[FINDING, number] = kept_digest(case.finding)
    return found


async def _unchained(connection: Reading, campaign_id: UUID, entries: Sequence[LedgerEntry]) -> list[Flaw]:
    """Incidents, findings and approved corrections that the ledger does not tell of: its end was cut off."""
    chained = {(entry.kind, entry.facts.get("number")) for entry in entries}
    applied = {entry.facts.get("correction") for entry in entries}
    bags = {
        case.incident.number: case.incident.batch
        for case in await incidents.list_cases(connection, campaign_id)
    }
    places = await _incident_digests(connection, campaign_id)
    lost = [bags[number] for kind, number in places if (kind, number) not in chained]
    lost += [
        item.correction.batch
        for item in await corrections.list_corrections(connection, campaign_id)
        if item.decision is not None and item.decision.approved and str(item.correction.id) not in applied
    ]
    return [Flaw(len(entries) + n, batch, "entry_missing") for n, batch in enumerate(lost, start=1)]


async def _tally_flaws(connection: Reading, found: Campaign, tallies: Sequence[TallyRevision]) -> list[Flaw]:
    """Each stored revision against its own digest, the latest against the sum of the sealed batches."""
    if all(digest_bytes(item.content) == item.digest for item in tallies) and (
        not tallies or await is_sum_of_seals(connection, found, tallies[0])
    ):
        return []
    return [Flaw(0, "", "tally_changed")]


def _minutes_flaws(
    found: Campaign,
    entries: list[LedgerEntry],
    tallies: Sequence[TallyRevision],
    kept: Sequence[Minutes],
    parts: Sequence[Part],
) -> list[Flaw]:
    """The ledger, the tally and the deliveries against the minutes that two parties have."""
    is_handed_over = found.state in {CampaignState.HANDED_OVER, CampaignState.CLOSED}
    if not kept:
        return [Flaw(0, "", "minutes_missing")] if is_handed_over else []
    if not _is_chain(kept):
        return [Flaw(0, "", "minutes_changed")]
    told = [parse_snapshot(HandoverRecord, item.content) for item in kept]
    bags = {bag.entry: bag.batch for minutes in told for bag in minutes.batches}
    bags |= {entry.entry: entry.batch for entry in entries}
    delivered = handover_parts(parts, bags)
    digests = {item.digest for item in tallies}
    differing: list[Flaw] = []
    for minutes in told:
        is_in_force = is_handed_over and minutes is told[-1]
        latest = tallies[0].digest if is_in_force and tallies else ""
        differing += minutes_flaws(entries, minutes, is_in_force=is_in_force)
        differing += parts_flaws(minutes, delivered)
        differing += tally_flaws(minutes, digests, latest)
    return list(dict.fromkeys(differing))


def _is_chain(kept: Sequence[Minutes]) -> bool:
    """Whether each minutes are what their digest says and name those before them."""
    before = ""
    for number, item in enumerate(kept, start=1):
        if item.revision != number or digest_bytes(item.content) != item.digest:
            return False
        if parse_snapshot(HandoverRecord, item.content).supersedes != before:
            return False
        before = item.digest
    return True
