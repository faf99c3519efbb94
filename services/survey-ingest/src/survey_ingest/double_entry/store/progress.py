"""SQL of how far the double entry of a batch has come, and which of its ballots still wait for it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import TextClause, exists, select, text

from parindex.db import Reading
from survey_ingest.double_entry.domain.plan import DoublePlan, Progress
from survey_ingest.double_entry.store.differences import STATES
from survey_ingest.double_entry.store.tables import second_entry

# The order of `domain.plan.sampled`, so that nobody has to read a batch's serials to count a sample; where
# all or none are keyed twice there is nothing to draw.
_DRAWN = """row_number() OVER (ORDER BY sha256(convert_to(CAST(:seed AS text) || '|' || b.serial, 'UTF8')))
            <= ceil(count(*) OVER () * CAST(:share AS numeric) / 100)"""
_ALL_OR_NONE = "CAST(:share AS numeric) > 0"
_KEYED = """
    WITH keyed AS (
        SELECT b.campaign_id, b.id, b.serial, {sampled} AS sampled
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
        coalesce(sum(cardinality(e.answers) + 1 + CAST(e.unit IS NOT NULL AS integer))
            FILTER (WHERE k.sampled), 0),
        coalesce(sum(d.errors) FILTER (WHERE k.sampled), 0),
        coalesce(sum(d.to_rekey), 0), coalesce(sum(d.to_decide), 0)
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
    return Progress(*(int(count) for count in row))


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


async def has_entries(connection: Reading, campaign_id: UUID, batch: str) -> bool:
    """Whether anything of the batch was keyed twice."""
    found = exists().where(second_entry.c.campaign_id == campaign_id, second_entry.c.batch == batch)
    return bool((await connection.execute(select(found))).scalar())
