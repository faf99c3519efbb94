"""Who works on a batch: a claim with a lease, renewed by asking again, open to others when it runs out."""

from datetime import timedelta

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Writing
from parindex.kernel.clocks import instant_text, system_time
from parindex.kernel.errors import DomainError
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.double_entry.domain.plan import read_plan
from survey_ingest.double_entry.store import claims
from survey_ingest.double_entry.store.claims import Claim, Stage

ACTIONS: dict[Stage, Action] = {"first": Action.BALLOT_ENTER, "second": Action.BALLOT_REKEY}


async def claim_batch(
    connection: Writing, by: Principal, code: str, batch_code: str, stage: Stage
) -> tuple[Claim, bool]:
    """The claim, and whether it was the caller's already.

    A claim for the first entry shares out the work and shuts nobody out: a ballot that was keyed without a
    line and comes hours late is taken all the same. Raises DomainError `batch_claimed`, `claim_of_both`,
    `batch_sealed`, `double_entry_not_planned`: without a plan nobody keeps first entries from being seen.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    batch = await batches.read_batch(connection, found.id, batch_code, lock="share")
    authorize_office(by, ACTIONS[stage], batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch_code})
    plan = read_plan(code, found.double_entry)
    if stage == "second" and not plan.share:
        raise DomainError("double_entry_not_planned", {"campaign": code})
    await claims.lock_claims(connection, found.id, batch_code)
    now = system_time()
    held = await claims.read_claims(connection, found.id, batch_code)
    other: Stage = "second" if stage == "first" else "first"
    if other in held and held[other].clerk == by.subject and held[other].is_live(now):
        raise DomainError("claim_of_both", {"batch": batch_code})
    until = now + timedelta(minutes=plan.lease_minutes)
    taken = await claims.take_claim(connection, found.id, Claim(batch_code, stage, by.subject, now, until))
    if taken is None:
        expires_at = instant_text(held[stage].expires_at)
        raise DomainError("batch_claimed", {"batch": batch_code, "expires_at": expires_at})
    return taken, stage in held and held[stage].clerk == by.subject and held[stage].is_live(now)


async def give_back_batch(
    connection: Writing, by: Principal, code: str, batch_code: str, stage: Stage
) -> None:
    """Let others work on the batch at once. Raises DomainError `batch_not_claimed`."""
    found = await campaigns.read_campaign(connection, code)
    batch = await batches.read_batch(connection, found.id, batch_code)
    authorize_office(by, ACTIONS[stage], batch.office)
    if not await claims.give_back(connection, found.id, batch_code, stage, by.subject, system_time()):
        raise DomainError("batch_not_claimed", {"batch": batch_code})
