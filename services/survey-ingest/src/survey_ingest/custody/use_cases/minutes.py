"""Drawing up the hand-over minutes from bags, deliveries, incidents and the tally."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import HandoverPart, HandoverRecord, SealedBatch, SealIncident
from parindex.db import Reading
from parindex.kernel.clocks import instant_text
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store import count_by_status
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.ledger import LedgerEntry, latest_seals
from survey_ingest.custody.store import incidents, seals
from survey_ingest.custody.store.handovers import Minutes, Part
from survey_ingest.tallies.store import latest_tally
from survey_ingest.tallies.use_cases import ballot_counts, group_names


async def draw_up(
    connection: Reading, found: Campaign, parts: Sequence[Part], before: Sequence[Minutes]
) -> HandoverRecord:
    """The record of a complete hand-over: what the last minutes told of is told once, and named."""
    tally = await latest_tally(connection, found.id)
    if tally is None:
        raise DomainError("tally_missing", {"campaign": found.code})
    ledger = await seals.read_ledger(connection, found.id)
    bags = {entry.entry: entry.batch for entry in ledger}
    told = handover_parts(parts, bags)
    known = len(parse_snapshot(HandoverRecord, before[-1].content).parts) if before else 0
    fresh = told[known:]
    happened = await _incidents(connection, found.id, parts, bags)
    return HandoverRecord(
        campaign=found.code,
        campaign_title=found.title,
        period=found.period,
        from_party=fresh[-1].from_party,
        to_party=fresh[-1].to_party,
        delivered_at=fresh[-1].delivered_at,
        received_at=fresh[-1].received_at,
        seals_intact=all(part.seals_intact for part in fresh),
        note="\n".join(_notes(fresh, happened, before)),
        tally_revision=tally.revision,
        tally_digest=tally.digest,
        ledger_head=ledger[-1].entry,
        batches=tuple(_sealed_batch(entry) for entry in latest_seals(ledger)),
        ballots=await ballot_counts(connection, found, await count_by_status(connection, found.id)),
        group_names=await group_names(connection, found),
        revision=len(before) + 1,
        supersedes=before[-1].digest if before else "",
        parts=tuple(told),
        incidents=tuple(happened),
    )


def handover_parts(parts: Iterable[Part], bags: Mapping[str, str]) -> list[HandoverPart]:
    """The deliveries that were received, first to last; `bags` names the batch of each line of the ledger."""
    return [
        HandoverPart(
            revision=part.delivery.revision,
            batches=tuple(bags.get(entry, entry) for entry in part.delivery.entries),
            from_party=part.delivery.from_party,
            to_party=part.delivery.to_party,
            delivered_at=instant_text(part.delivery.delivered_at),
            received_at=instant_text(part.receipt.received_at),
            seals_intact=part.receipt.seals_intact,
            note="\n".join(text for text in (part.delivery.note, part.receipt.note) if text),
        )
        for part in parts
        if part.receipt is not None and part.receipt.accepted
    ]


async def _incidents(
    connection: Reading, campaign_id: UUID, parts: Sequence[Part], bags: Mapping[str, str]
) -> list[SealIncident]:
    reasons = {
        bags.get(entry, entry): part.receipt.accepted_because
        for part in parts
        if part.receipt is not None and part.receipt.accepted
        for entry in part.delivery.entries
    }
    return [
        SealIncident(
            number=case.incident.number,
            batch=case.incident.batch,
            what=case.incident.what,
            observed_at=instant_text(case.incident.observed_at),
            finding=case.finding.finding if case.finding else "",
            accepted_because="" if case.finding else reasons.get(case.incident.batch, ""),
        )
        for case in await incidents.list_cases(connection, campaign_id)
    ]


def _notes(
    parts: Sequence[HandoverPart], happened: Sequence[SealIncident], before: Sequence[Minutes]
) -> Iterable[str]:
    """The notes as the printed minutes show them: those of the parties, the incidents, what is replaced."""
    if before:
        yield f"Biên bản này thay thế biên bản lần {before[-1].revision} sau khi đính chính."
    yield from (part.note for part in parts if part.note)
    for item in happened:
        closing = f"kết luận: {item.finding}" if item.finding else f"nhận vì: {item.accepted_because}"
        yield f"Sự cố niêm phong số {item.number}, túi {item.batch}: {item.what}; {closing}."


def _sealed_batch(entry: LedgerEntry) -> SealedBatch:
    return SealedBatch(
        batch=entry.batch,
        office=str(entry.facts["office"]),
        bag_seal=str(entry.facts["bag_seal"]),
        ballots=int(entry.facts["returned"]),
        digest=str(entry.facts["digest"]),
        entry=entry.entry,
        sealed_at=str(entry.facts["sealed_at"]),
        bag_seals=tuple(entry.facts.get("bag_seals", ())),
    )
