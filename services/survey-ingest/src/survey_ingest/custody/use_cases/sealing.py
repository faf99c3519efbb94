"""Sealing a batch: locked, reconciled, counted, chained into the ledger; and once more after a correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Reading, Writing
from parindex.kernel.canonical import digest
from parindex.kernel.clocks import business_time, instant_text
from parindex.kernel.errors import DomainError, Fault
from survey_ingest.ballots.store import StatusCount, count_by_status
from survey_ingest.ballots.store.remarks import digest_remarks
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns, serials
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.ledger import LedgerEntry
from survey_ingest.custody.domain.reconciliation import BagCount, SerialCount, explained
from survey_ingest.custody.store import seals
from survey_ingest.double_entry.store.vouching import digest_double_entry
from survey_ingest.double_entry.use_cases.progress import close_double_entry
from survey_ingest.schema import record
from survey_ingest.tallies.domain.cells import Cell
from survey_ingest.tallies.use_cases import plain_cells, tally_batch

NONE_KEYED = {"valid": 0, "invalid": 0, "held": 0}


@dataclass(frozen=True, slots=True)
class SealRequest:
    """What the office states about a bag as it closes it; `explanations` by the code of a difference."""

    bag_seals: Sequence[str]
    returned: int
    spoiled: int
    missing: int
    explanations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resealing:
    """Why a bag is sealed again: the seal it replaces, the correction, each ballot with its change."""

    replaced: LedgerEntry
    correction: UUID
    correction_digest: str
    revised: Sequence[tuple[UUID, int]]

    def facts(self) -> dict[str, Any]:
        return {
            "revision": self.replaced.revision + 1,
            "replaces": self.replaced.entry,
            "correction": str(self.correction),
            "correction_digest": self.correction_digest,
            "revised": [[str(ballot), number] for ballot, number in self.revised],
        }


async def seal_batch(
    connection: Writing, by: Principal, code: str, batch_code: str, stated: SealRequest
) -> LedgerEntry:
    """Seal the batch: from now on it takes no ballot. Atomic: state, tally, ledger entry, audit.

    Raises DomainError `batch_sealed`, `seal_does_not_reconcile`, `bag_seal_taken` with every fault.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, found.id, batch_code, lock="update")
    authorize_office(by, Action.BATCH_SEAL, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch_code})
    await close_double_entry(connection, found, batch)
    entry = await write_seal(connection, by, found, batch, stated)
    await batches.mark_sealed(connection, found.id, batch_code)
    await record(connection, by, "batch.sealed", f"{code}/{batch_code}", kept=entry.kept)
    return entry


async def write_seal(
    connection: Writing,
    by: Principal,
    found: Campaign,
    batch: Batch,
    stated: SealRequest,
    again: Resealing | None = None,
) -> LedgerEntry:
    """Count the locked batch and chain its seal; of a bag sealed again only new seal numbers are taken."""
    counted = await count_by_status(connection, found.id, batch.code)
    keyed = ballots_by_bag(counted).get(batch.code, NONE_KEYED)
    count = BagCount(batch.issued, stated.returned, stated.spoiled, stated.missing, **keyed)
    listed = (await listed_serials(connection, found.id, batch.code)).get(batch.code)
    accepted = explained(batch.code, count, stated.explanations, listed)
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    revision = again.replaced.revision + 1 if again else 1
    cells = await tally_batch(connection, found.id, form, batch.code, revision)
    facts: dict[str, Any] = {
        "campaign": found.code,
        "batch": batch.code,
        "office": batch.office,
        "questionnaire": batch.questionnaire,
        "group": batch.group,
        "revision": revision,
        "bag_seal": ", ".join(stated.bag_seals),
        "bag_seals": list(stated.bag_seals),
        **asdict(count),
        "differences": [asdict(item) for item in accepted],
        "digest": await content_digest(connection, found.id, batch.code, cells, {}),
        **await digests_beside(connection, found.id, batch.code, {}),
        "sealed_at": instant_text(business_time()),
        "sealed_by": by.subject,
        **(again.facts() if again else {}),
    }
    entry = await seals.append(connection, found.id, facts)
    on_the_bag = again.replaced.facts.get("bag_seals", ()) if again else ()
    fresh = [number for number in stated.bag_seals if number not in on_the_bag]
    await _use_bag_seals(connection, found.id, entry, fresh)
    return entry


async def _use_bag_seals(
    connection: Writing, campaign_id: UUID, entry: LedgerEntry, numbers: Sequence[str]
) -> None:
    taken = await seals.use_bag_seals(connection, campaign_id, entry, numbers) if numbers else []
    if taken:
        faults = tuple(
            Fault(f"/bag_seals/{numbers.index(number)}", "bag_seal_taken", f"số niêm phong {number} đã dùng")
            for number in taken
        )
        raise DomainError("bag_seal_taken", {"count": len(taken), "numbers": ", ".join(taken)}, faults)


def ballots_by_bag(counted: Iterable[StatusCount]) -> dict[str, dict[str, int]]:
    """Batch → its ballots by their status; of those that have any."""
    found: dict[str, dict[str, int]] = {}
    for item in counted:
        found.setdefault(item.batch, dict(NONE_KEYED))[item.status] += item.ballots
    return found


async def listed_serials(
    connection: Reading, campaign_id: UUID, batch: str | None = None
) -> dict[str, SerialCount]:
    """Batch → its ballots by their serials; of those whose serials are listed."""
    return {
        item.batch: SerialCount(item.issued, item.returned, item.spoiled, item.missing)
        for item in await serials.count_issues(connection, campaign_id, batch)
        if item.issued
    }


async def content_digest(
    connection: Reading, campaign_id: UUID, batch: str, cells: list[Cell], undone: Mapping[str, int]
) -> str:
    """What a seal vouches for: the ballots, what they said before, and the cells counted from them."""
    ballots = await seals.digest_ballots(connection, campaign_id, batch, undone)
    return digest({**ballots, "tally": plain_cells(cells)})


async def digests_beside(
    connection: Reading, campaign_id: UUID, batch: str, undone: Mapping[str, int]
) -> dict[str, str]:
    """What else a seal vouches for: second entries and remarks, which no correction changes."""
    later = [UUID(ballot) for ballot, number in undone.items() if number == 0]
    return {
        "double_entry_digest": await digest_double_entry(connection, campaign_id, batch),
        "remarks_digest": await digest_remarks(connection, campaign_id, batch, later),
    }
