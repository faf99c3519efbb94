"""Holding the ledger of seals against ballots, tallies and the hand-over minutes."""

from parindex.contracts.loading import parse_snapshot
from parindex.contracts.snapshots import HandoverRecord
from parindex.db import Reading
from parindex.kernel.canonical import digest_bytes
from survey_ingest.campaigns.domain.campaign import CampaignState
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.ledger import Flaw, LedgerEntry, Minutes, flaws, minutes_flaws
from survey_ingest.custody.store import handovers, seals
from survey_ingest.custody.use_cases.sealing import content_digest
from survey_ingest.tallies.store import TallyRevision, latest_tally, read_cells
from survey_ingest.tallies.use_cases import digest_of_seals


async def verify_ledger(connection: Reading, code: str) -> list[Flaw]:
    """Every flaw of the campaign's ledger against what it vouches for; none when all is as sealed."""
    found = await campaigns.read_campaign(connection, code)
    entries = await seals.read_ledger(connection, found.id)
    listed = await batches.list_batches(connection, found.id)
    contents = {
        entry.batch: await content_digest(
            connection, found.id, entry.batch, await read_cells(connection, found.id, entry.batch)
        )
        for entry in entries
    }
    chain = flaws(entries, contents, [batch.code for batch in listed if batch.state == "sealed"])
    tally = await latest_tally(connection, found.id)
    minutes = await _minutes_flaws(connection, found, entries, tally)
    if chain:  # a tally is the sum of what the seals vouch for: of broken ones it says nothing new
        return [*chain, *minutes]
    return [*await _tally_flaws(connection, found, tally), *minutes]


async def _tally_flaws(connection: Reading, found: Campaign, tally: TallyRevision | None) -> list[Flaw]:
    """The stored tally against its own digest and against the sum of the sealed batches."""
    if tally is None:
        return []
    digests = {digest_bytes(tally.content), await digest_of_seals(connection, found, tally.revision)}
    return [] if digests == {tally.digest} else [Flaw(0, "", "tally_changed")]


async def _minutes_flaws(
    connection: Reading, found: Campaign, entries: list[LedgerEntry], tally: TallyRevision | None
) -> list[Flaw]:
    """The ledger and the tally against the minutes that two parties have."""
    record = await handovers.find_handover(connection, found.id)
    if record is None:
        is_due = found.state in {CampaignState.HANDED_OVER, CampaignState.CLOSED}
        return [Flaw(0, "", "minutes_missing")] if is_due else []
    digest, content = record
    if digest_bytes(content) != digest:
        return [Flaw(0, "", "minutes_changed")]
    minutes = parse_snapshot(HandoverRecord, content)
    differing = minutes_flaws(
        entries, Minutes(minutes.ledger_head, [batch.entry for batch in minutes.batches])
    )
    if tally is None or tally.digest != minutes.tally_digest:
        differing.append(Flaw(0, "", "tally_differs"))
    return differing
