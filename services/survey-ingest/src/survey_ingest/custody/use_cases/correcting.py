"""Correcting a sealed bag: one side asks, the other decides, and everything after it is made anew."""

from collections.abc import Sequence
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
from survey_ingest.ballots.store import Revising
from survey_ingest.ballots.use_cases.revision import Change, revise, revised_entry
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.domain.form import BallotForm
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.campaigns.store.batches import Batch
from survey_ingest.campaigns.store.campaigns import Campaign
from survey_ingest.custody.domain.correction import carried_explanations, require_other_person, restated
from survey_ingest.custody.store import corrections, handovers, seals
from survey_ingest.custody.store.corrections import Correction, DecidedCorrection, Decision, correction_digest
from survey_ingest.custody.use_cases.sealing import Resealing, SealRequest, write_seal
from survey_ingest.schema import record
from survey_ingest.tallies.use_cases import make_revision

_LIVING = (CampaignState.OPEN, CampaignState.SEALED, CampaignState.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class BallotChange:
    """What is to be otherwise in one ballot."""

    ballot: UUID
    change: Change


@dataclass(frozen=True, slots=True)
class Asked:
    """What a correction asks for: ballots changed, counts of the bag restated, or new seals on it."""

    batch: str
    ballots: Sequence[BallotChange]
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
    require_state(code, found.state, *_LIVING)
    batch = await batches.read_batch(connection, found.id, asked.batch, lock="share")
    authorize_office(by, Action.CORRECTION_WRITE, batch.office)
    if batch.state != "sealed":
        raise DomainError("batch_not_sealed", {"batch": batch.code})
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    digests = await _check_ballots(connection, found.id, form, asked)
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


async def _check_ballots(
    connection: Reading, campaign_id: UUID, form: BallotForm, asked: Asked
) -> dict[UUID, str]:
    """Ballot → its digest now. Raises DomainError `correction_invalid` with every fault of every ballot."""
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
    if not asked.ballots and not asked.counts and not asked.bag_seals:
        faults.append(Fault("/ballots", "correction_empty", "phải nêu ít nhất một nội dung đính chính"))
    if faults:
        raise DomainError("correction_invalid", {"count": len(faults)}, tuple(faults))
    return digests


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
        "counts": asked.counts,
        "explanations": asked.explanations,
        "bag_seals": list(asked.bag_seals),
    }


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
    require_state(code, found.state, *_LIVING)
    asked = (await corrections.read_correction(connection, found.id, asked_id)).correction
    batch = await batches.read_batch(connection, found.id, asked.batch, lock="update")
    authorize_office(by, Action.CORRECTION_WRITE, batch.office)
    require_other_person(asked.requested_by, asked.requested_role, by.subject, by.role.value)
    decision = Decision(approved, note, by.subject, by.role.value, business_time())
    if not await corrections.insert_decision(connection, found.id, asked_id, decision):
        raise DomainError("correction_decided", {"id": str(asked_id)})
    if approved:
        await _apply(connection, by, found, batch, DecidedCorrection(asked, decision), survey_url)
    await record(
        connection,
        by,
        "correction.applied" if approved else "correction.refused",
        f"{code}/{batch.code}",
        id=str(asked_id),
    )
    return DecidedCorrection(asked, decision)


async def _apply(
    connection: Writing,
    by: Principal,
    found: Campaign,
    batch: Batch,
    decided: DecidedCorrection,
    survey_url: str,
) -> None:
    """The correction's effect; a campaign that was tallied gets its next revision and a new hand-over."""
    parts = await handovers.list_parts(connection, found.id)
    if parts and parts[-1].receipt is None:
        raise DomainError("handover_pending", {"campaign": found.code})
    replaced = await seals.last_seal(connection, found.id, batch.code)
    assert replaced is not None  # the batch is sealed
    assert decided.decision is not None
    asked = decided.correction
    form = (await campaigns.read_forms(connection, found))[batch.questionnaire]
    revised = await _revise_ballots(connection, found.id, form, decided)
    stated = SealRequest(
        asked.changes["bag_seals"] or replaced.facts.get("bag_seals", [replaced.facts["bag_seal"]]),
        **restated(replaced.facts, asked.changes["counts"]),
        explanations=carried_explanations(replaced.facts, asked.changes["explanations"]),
    )
    again = Resealing(replaced, asked.id, correction_digest(asked, decided.decision), revised)
    await write_seal(connection, by, found, batch, stated, again)
    if found.state == CampaignState.OPEN:
        return
    await make_revision(connection, by, found, survey_url)
    await campaigns.set_state(connection, found.id, CampaignState.SEALED)


async def _revise_ballots(
    connection: Writing, campaign_id: UUID, form: BallotForm, decided: DecidedCorrection
) -> list[tuple[UUID, int]]:
    """Each ballot with the number of its change, in one order for all who lock ballots."""
    asked, decision = decided.correction, decided.decision
    assert decision is not None
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
