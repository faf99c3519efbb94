"""A supervisor lets a held ballot count, with a reason, before its bag is sealed."""

from uuid import UUID

from parindex.auth.policy import Action
from parindex.auth.principal import Principal, authorize_office
from parindex.db import Reading, Writing
from parindex.kernel.clocks import business_time
from parindex.kernel.errors import DomainError
from survey_ingest.ballots import store
from survey_ingest.ballots.store import BallotContent, BallotRow, Revising
from survey_ingest.ballots.use_cases.revision import take_place
from survey_ingest.campaigns.domain.campaign import CampaignState, require_state
from survey_ingest.campaigns.store import batches, campaigns
from survey_ingest.schema import record


async def show_ballot(connection: Reading, by: Principal, code: str, ballot_id: UUID) -> BallotRow:
    """A ballot of the supervisor's own office. Raises DomainError `ballot_unknown`, `foreign_office`."""
    found = await campaigns.read_campaign(connection, code)
    row = await store.read_ballot(connection, found.id, ballot_id)
    batch = await batches.read_batch(connection, found.id, row.batch)
    authorize_office(by, Action.BATCH_SEAL, batch.office)
    return row


async def promote_ballot(
    connection: Writing, by: Principal, code: str, ballot_id: UUID, reason: str
) -> BallotRow:
    """The ballot counts: by a place of its quota that became free, else as surplus beyond those planned.

    Raises DomainError `ballot_unknown`, `batch_sealed`, `ballot_not_held`.
    """
    found = await campaigns.read_campaign(connection, code, lock="share")
    require_state(code, found.state, CampaignState.OPEN)
    bag = (await store.read_ballot(connection, found.id, ballot_id)).batch
    batch = await batches.read_batch(connection, found.id, bag, lock="share")
    authorize_office(by, Action.BATCH_SEAL, batch.office)
    if batch.state != "open":
        raise DomainError("batch_sealed", {"batch": batch.code})
    row = await store.read_ballot(connection, found.id, ballot_id, lock=True)
    if row.status != "held":
        raise DomainError("ballot_not_held", {"serial": row.serial, "status": row.status})
    form = (await campaigns.read_forms(connection, found))[row.questionnaire]
    quota = (row.questionnaire, row.group, form.quota_unit(row.group, row.unit))
    status = await take_place(connection, found.id, quota, beyond=True)
    content = BallotContent(row.group, row.unit, row.answers, status, None, row.digest)
    why = Revising("promotion", reason, by.subject, business_time())
    await store.revise_ballot(connection, found.id, row, content, why)
    await record(connection, by, "ballot.promoted", f"{code}/{row.serial}", id=str(ballot_id), reason=reason)
    return await store.read_ballot(connection, found.id, ballot_id)
