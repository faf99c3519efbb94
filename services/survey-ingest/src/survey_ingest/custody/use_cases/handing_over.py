"""The hand-over: the post office delivers the sealed bags, the department confirms that it has them."""

from uuid import UUID

from parindex.auth.principal import Principal
from parindex.bus import publish
from parindex.contracts.events import CampaignHandedOver
from parindex.contracts.loading import dump_snapshot
from parindex.contracts.snapshots import HandoverRecord, SealedBatch
from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time, instant_text
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import campaigns
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.store import handovers, seals
from survey_ingest.custody.store.handovers import Delivery
from survey_ingest.schema import record
from survey_ingest.tallies.store import latest_tally
from survey_ingest.tallies.use_cases import ballot_counts, group_names


async def deliver(
    connection: Writing, by: Principal, code: str, *, from_party: str, to_party: str, note: str
) -> Delivery:
    """The office's half of the minutes. Raises DomainError `tally_missing`, `handover_delivered`."""
    found = await campaigns.read_campaign(connection, code, lock="update")
    if found.state == CampaignState.OPEN:
        raise DomainError("tally_missing", {"campaign": code})
    require_state(code, found.state, CampaignState.SEALED)
    new = Delivery(from_party, to_party, note, business_time(), by.subject)
    if not await handovers.insert_delivery(connection, found.id, new):
        raise DomainError("handover_delivered", {"campaign": code})
    await record(connection, by, "handover.delivered", code, from_party=from_party, to_party=to_party)
    return new


async def receive(
    connection: Writing, by: Principal, code: str, survey_url: str, *, seals_intact: bool, note: str
) -> str:
    """The department's half: the record is complete and made known; its digest.

    Raises DomainError `handover_not_delivered`, `broken_seal_unexplained`.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, CampaignState.SEALED)
    if not seals_intact and not note:
        fault = Fault("/note", "note_missing", "phải ghi rõ túi nào không còn nguyên niêm phong")
        raise DomainError("broken_seal_unexplained", {}, (fault,))
    delivery = await handovers.read_delivery(connection, found.id)
    if delivery is None:
        raise DomainError("handover_not_delivered", {"campaign": code})
    received_at = business_time()
    notes = "\n".join(text for text in (delivery.note, note) if text)
    minutes = await _minutes(
        connection, found, delivery, instant_text(received_at), notes, intact=seals_intact
    )
    content, digest = dump_snapshot(minutes)
    await handovers.insert_handover(connection, found.id, digest, content, received_at, by.subject)
    await campaigns.set_state(connection, found.id, CampaignState.HANDED_OVER)
    event = CampaignHandedOver(
        campaign=code, period=found.period, digest=digest, url=f"{survey_url}/internal/handovers/{digest}"
    )
    await publish(connection, "survey", event)
    await record(connection, by, "handover.received", code, digest=digest, seals_intact=seals_intact)
    return digest


async def _minutes(
    connection: Reading, found: Campaign, delivery: Delivery, received_at: str, note: str, *, intact: bool
) -> HandoverRecord:
    tally = await latest_tally(connection, found.id)
    if tally is None:
        raise DomainError("tally_missing", {"campaign": found.code})
    batches, head = await _sealed_batches(connection, found.id)
    return HandoverRecord(
        campaign=found.code,
        campaign_title=found.title,
        period=found.period,
        from_party=delivery.from_party,
        to_party=delivery.to_party,
        delivered_at=instant_text(delivery.delivered_at),
        received_at=received_at,
        seals_intact=intact,
        note=note,
        tally_revision=tally.revision,
        tally_digest=tally.digest,
        ledger_head=head,
        batches=batches,
        ballots=await ballot_counts(connection, found),
        group_names=await group_names(connection, found),
    )


async def _sealed_batches(connection: Reading, campaign_id: UUID) -> tuple[tuple[SealedBatch, ...], str]:
    """The bags in the order of their seals, and the head of the ledger."""
    ledger = await seals.read_ledger(connection, campaign_id)
    listed = tuple(
        SealedBatch(
            batch=entry.batch,
            office=str(entry.facts["office"]),
            bag_seal=str(entry.facts["bag_seal"]),
            ballots=int(entry.facts["returned"]),
            digest=str(entry.facts["digest"]),
            entry=entry.entry,
            sealed_at=str(entry.facts["sealed_at"]),
        )
        for entry in ledger
    )
    return listed, ledger[-1].entry
