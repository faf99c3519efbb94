"""Deciding a correction of a sealed bag: the other side lets it pass, what follows from it is made anew."""

from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots import store as ballots
from survey_ingest.ballots.domain.entry import entry_digest, invalid_reason
from survey_ingest.ballots.store import FOUND, Keyed, Revising
from survey_ingest.ballots.use_cases.revision import Change, revise, take_in
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.correction import (
    CORRECTABLE,
    carried_explanations,
    require_other_person,
    restated,
)
from survey_ingest.custody.domain.kept import kept_digest
from survey_ingest.custody.domain.ledger import LedgerEntry
from survey_ingest.custody.store import corrections, handovers, seals
from survey_ingest.custody.store.corrections import Correction, DecidedCorrection, Decision
from survey_ingest.custody.use_cases.requesting import FoundBallot
from survey_ingest.custody.use_cases.sealing import Resealing, SealRequest, write_seal
from survey_ingest.schema import record
from survey_ingest.tallies.use_cases import make_revision


async def decide_correction(
    connection: Writing,
    by: Principal,
    code: str,
    asked_id: UUID,
    survey_url: str,
    *,
    approved: bool,
    note: str,
) -> DecidedCorrection:
    """Let a correction pass or refuse it. Atomic: ballots, seal, tally, event and the way back to hand-over.

    Raises DomainError `correction_unknown`, `correction_decided`, `correction_own`, `correction_stale`,
    `handover_pending`, `seal_does_not_reconcile`.
    """
    found = await campaigns.read_campaign(connection, code, lock="update")
    require_state(code, found.state, *CORRECTABLE)
    asked = (await corrections.read_correction(connection, found.id, asked_id)).correction
    batch = await batches.read_batch(connection, found.id, asked.batch, lock="update")
    authorize_office(by, Action.CORRECTION_WRITE, batch.office)
    require_other_person(asked.requested_by, asked.requested_role, by.subject, by.role.value)
    decision = Decision(approved, note, by.subject, by.role.value, business_time())
    if not await corrections.insert_decision(connection, found.id, asked_id, decision):
        raise DomainError("correction_decided", {"id": str(asked_id)})
    what = f"{code}/{batch.code}"
    if approved:
        entry = await _apply(connection, by, found, batch, asked, decision)
        await record(connection, by, "correction.applied", what, id=str(asked_id), kept=entry.kept)
        await _count_anew(connection, by, found, survey_url)
    else:
        await record(connection, by, "correction.refused", what, id=str(asked_id))
    return DecidedCorrection(asked, decision)


async def _apply(
    connection: Writing, by: Principal, found: Campaign, batch: Batch, asked: Correction, decision: Decision
) -> LedgerEntry:
    """The ballots as they are to be, and the bag sealed again over them."""
    parts = await handovers.list_parts(connection, found.id)
    if parts and parts[-1].receipt is None:
        raise DomainError("handover_pending", {"campaign": found.code})
    replaced = await seals.last_seal(connection, found.id, batch.code)
    assert replaced is not None  # the batch is sealed
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    revised = await _revise_ballots(connection, found.id, form, asked, decision)
    revised += await _take_in(connection, found, form, batch, asked, decision)
    stated = SealRequest(
        asked.changes["bag_seals"] or replaced.facts.get("bag_seals", [replaced.facts["bag_seal"]]),
        **restated(replaced.facts, asked.changes["counts"], len(asked.changes.get("added", ()))),
        explanations=carried_explanations(replaced.facts, asked.changes["explanations"]),
    )
    again = Resealing(replaced, asked.id, kept_digest(asked, decision), revised)
    return await write_seal(connection, by, found, batch, stated, again)


async def _count_anew(connection: Writing, by: Principal, found: Campaign, survey_url: str) -> None:
    """A campaign that was tallied gets its next revision and waits for a new hand-over."""
    if found.state != CampaignState.OPEN:
        await make_revision(connection, by, found, survey_url)
        await campaigns.set_state(connection, found.id, CampaignState.SEALED)


async def _revise_ballots(
    connection: Writing, campaign_id: UUID, form: BallotForm, asked: Correction, decision: Decision
) -> list[tuple[UUID, int]]:
    """Each ballot with the number of its change, in one order for all who lock ballots."""
    why = Revising("correction", f"{asked.id}: {asked.reason}", decision.decided_by, decision.decided_at)
    revised: list[tuple[UUID, int]] = []
    for item in sorted(asked.changes["ballots"], key=lambda item: str(item["ballot"])):
        ballot_id = UUID(item["ballot"])
        row = await ballots.read_ballot(connection, campaign_id, ballot_id, lock=True)
        if row.digest != item["digest"]:
            raise DomainError("correction_stale", {"serial": row.serial})
        answers = None if item["answers"] is None else tuple(item["answers"])
        change = Change(
            item["group"], item["unit"], answers, item["invalid_reason"], beyond_quota=item["beyond_quota"]
        )
        revised.append((ballot_id, await revise(connection, campaign_id, form, row, change, why)))
    return revised


async def _take_in(
    connection: Writing,
    found: Campaign,
    form: BallotForm,
    batch: Batch,
    asked: Correction,
    decision: Decision,
) -> list[tuple[UUID, int]]:
    """Each ballot that turned up after the seal; change 0 is that it came in."""
    taken: list[tuple[UUID, int]] = []
    for item in sorted(asked.changes.get("added", ()), key=lambda item: str(item["id"])):
        late = FoundBallot(**{**item, "id": UUID(item["id"])})
        entry = late.entry(batch)
        keyed = Keyed(
            campaign_id=found.id,
            campaign=found.code,
            entry=entry,
            digest=entry_digest(entry),
            reason=invalid_reason(entry.answers),
            quota_unit=form.quota_unit(entry.group, entry.unit),
            entry_mode=FOUND,
            clerk=asked.requested_by,
            accepted_at=decision.decided_at,
        )
        if not await take_in(connection, keyed, beyond=late.beyond_quota):
            raise DomainError("correction_stale", {"serial": late.serial})
        taken.append((late.id, 0))
    return taken
