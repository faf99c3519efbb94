"""Sealing a batch: locked, reconciled, counted, chained into the ledger."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Reading, Writing
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import business_time, instant_text
from parindex.kernel.errors import DomainError
from survey_ingest.ballots.store import count_by_status
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.custody.domain.ledger import LedgerEntry, chained
from survey_ingest.custody.domain.reconciliation import BagCount, check_reconciles
from survey_ingest.custody.store import seals
from survey_ingest.schema import record
from survey_ingest.tallies.domain import Cell
from survey_ingest.tallies.use_cases import plain_cells, tally_batch


@dataclass(frozen=True, slots=True)
class SealRequest:
    """What the office states about a bag as it closes it."""

    bag_seal: str
    returned: int
    spoiled: int
    missing: int


async def seal_batch(
    connection: Writing, by: Principal, code: str, batch_code: str, stated: SealRequest
) -> LedgerEntry:
    """Seal the batch: from now on it takes no ballot. Atomic: state, tally, ledger entry, audit.

    Raises DomainError `batch_sealed`, `seal_does_not_reconcile` with every fault.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, found.id, batch_code, lock="update")
    authorize_office(by, Action.BATCH_SEAL, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch_code})
    count = await _count(connection, found.id, batch, stated)
    check_reconciles(batch_code, count)
    forms = await campaigns.read_forms(connection, found)
    cells = await tally_batch(connection, found.id, forms[batch.questionnaire], batch_code)
    facts: dict[str, Any] = {
        "campaign": code,
        "batch": batch_code,
        "office": batch.office,
        "questionnaire": batch.questionnaire,
        "bag_seal": stated.bag_seal,
        "issued": count.issued,
        "returned": count.returned,
        "spoiled": count.spoiled,
        "missing": count.missing,
        "valid": count.valid,
        "invalid": count.invalid,
        "held": count.held,
        "digest": await content_digest(connection, found.id, batch_code, cells),
        "sealed_at": instant_text(business_time()),
        "sealed_by": by.subject,
    }
    previous, sequence = await seals.lock_head(connection, found.id)
    entry = chained(previous, sequence + 1, facts)
    await seals.append(connection, found.id, entry)
    await batches.mark_sealed(connection, found.id, batch_code)
    await record(connection, by, "batch.sealed", f"{code}/{batch_code}", entry=entry.entry)
    return entry


async def _count(connection: Reading, campaign_id: UUID, batch: Batch, stated: SealRequest) -> BagCount:
    found = {"valid": 0, "invalid": 0, "held": 0}
    for item in await count_by_status(connection, campaign_id, batch.code):
        found[item.status] += item.ballots
    return BagCount(batch.issued, stated.returned, stated.spoiled, stated.missing, **found)


async def content_digest(connection: Reading, campaign_id: UUID, batch: str, cells: list[Cell]) -> str:
    """What a seal vouches for: the ballots of the batch and the cells counted from them."""
    ballots = await seals.digest_ballots(connection, campaign_id, batch)
    return digest({"ballots": ballots, "tally": plain_cells(cells)})
