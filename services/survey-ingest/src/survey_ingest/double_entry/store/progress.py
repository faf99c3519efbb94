"""SQL of how far the double entry of a batch has come, and which of its ballots still wait for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.dialects.postgresql import insert as insert_if_new

from parindex.db import Reading, Writing
from survey_ingest.double_entry.domain.plan import DoublePlan, Progress
from survey_ingest.double_entry.store.differences import STATES
from survey_ingest.double_entry.store.tables import sample_stop

# The order of `domain.plan.sampled`, so that nobody has to read a batch's serials to count a sample; where
# all or none are keyed twice there is nothing to draw.
_DRAWN = """row_number() OVER (ORDER BY sha256(convert_to(CAST(:seed AS text) || '|' || b.serial, 'UTF8')))
            <= ceil(count(*) OVER () * CAST(:share AS numeric) / 100)"""
_ALL_OR_NONE = "CAST(:share AS numeric) > 0"
_KEYED = """
    WITH keyed AS (
        SELECT b.campaign_id, b.id, b.serial, {sampled} AS sampled,
            cardinality(b.answers) + 1 + CAST(b.unit IS NOT NULL AS integer) AS fields
        FROM survey.ballot b
        WHERE b.campaign_id = :campaign AND b.batch = :batch AND b.entry_mode = 'manual'
    )
"""
_PROGRESS = f"""
    {_KEYED}, differing AS (
        SELECT e.ballot_id,
            count(*) FILTER (WHERE stands.state = 'to_rekey') AS to_rekey,
            count(*) FILTER (WHERE stands.state = 'to_decide') AS to_decide,
            count(*) FILTER (WHERE settled.value <> d.first) AS errors
        {STATES} WHERE d.campaign_id = :campaign AND d.batch = :batch GROUP BY e.ballot_id
    )
    SELECT count(*), count(*) FILTER (WHERE k.sampled), count(e.id),
        count(e.id) FILTER (WHERE k.sampled),
        coalesce(sum(k.fields) FILTER (WHERE k.sampled), 0),
        CAST(coalesce(sum(d.errors) FILTER (WHERE k.sampled), 0) AS bigint),
        CAST(coalesce(sum(d.to_rekey), 0) AS bigint), CAST(coalesce(sum(d.to_decide), 0) AS bigint),
        EXISTS (SELECT FROM survey.sample_stop s WHERE s.campaign_id = :campaign AND s.batch = :batch)
    FROM keyed k
    LEFT JOIN survey.second_entry e ON e.campaign_id = k.campaign_id AND e.ballot_id = k.id
    LEFT JOIN differing d ON d.ballot_id = k.id
    """  # noqa: S608 — our own sentence
_WAITING = f"""
    {_KEYED}
    SELECT k.serial FROM keyed k
    WHERE (k.sampled OR :every) AND k.serial > :after AND NOT EXISTS (
        SELECT 1 FROM survey.second_entry e WHERE e.campaign_id = k.campaign_id AND e.ballot_id = k.id
    )
    ORDER BY k.serial LIMIT :limit
    """  # noqa: S608 — our own sentence


def _drawing(sentence: str, plan: DoublePlan) -> TextClause:
    is_sample = 0 < plan.share < 100
    return text(sentence.format(sampled=_DRAWN if is_sample else _ALL_OR_NONE))


def _of_batch(sentence: TextClause, campaign_id: UUID, batch: str, plan: DoublePlan) -> TextClause:
    found = sentence.bindparams(campaign=campaign_id, batch=batch, share=plan.share)
    return found.bindparams(seed=plan.seed) if ":seed" in sentence.text else found


async def read_progress(
    connection: Reading, campaign_id: UUID, batch: str, plan: DoublePlan, at: datetime
) -> Progress:
    sentence = _of_batch(_drawing(_PROGRESS, plan), campaign_id, batch, plan)
    row = (await connection.execute(sentence, {"at": at})).one()
    return Progress(*row)


async def insert_stop(
    connection: Writing, campaign_id: UUID, batch: str, reached: Progress, at: datetime
) -> bool:
    """Put on record that the batch's sample was too bad; False where that stands already."""
    stopped = await connection.execute(
        insert_if_new(sample_stop)
        .values(
            campaign_id=campaign_id,
            batch=batch,
            sampled=reached.sampled,
            fields=reached.fields,
            errors=reached.errors,
            stopped_at=at,
        )
        .on_conflict_do_nothing()
    )
    return bool(stopped.rowcount)


async def list_waiting(
    connection: Reading,
    campaign_id: UUID,
    batch: str,
    plan: DoublePlan,
    *,
    every: bool,
    after: str,
    limit: int,
) -> list[str]:
    """Serials that still need their second entry: of the sample, or of `every` ballot of the batch."""
    sentence = _of_batch(_drawing(_WAITING, plan), campaign_id, batch, plan)
    page = {"every": every, "after": after, "limit": limit}
    return list((await connection.execute(sentence, page)).scalars())
