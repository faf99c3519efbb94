"""SQL of the digest over a batch's double entry, for the seal that vouches for it."""

from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading

_DOUBLE_ENTRY = text(
    """
    WITH told AS (
        SELECT 'entry' AS what, e.ballot_id, '' AS position, json_build_array(e.id, e.serial,
            e.respondent_group, e.unit, e.answers, e.digest, e.clerk,
            extract(epoch FROM e.keyed_at))::text AS line
        FROM survey.second_entry e WHERE e.campaign_id = :campaign AND e.batch = :batch
        UNION ALL
        SELECT 'difference', d.ballot_id, d.position, json_build_array(d.first, d.second,
            r.value, r.rekeyed_by, extract(epoch FROM r.rekeyed_at),
            x.value, x.reason, x.decided_by, extract(epoch FROM x.decided_at))::text
        FROM survey.entry_difference d
        LEFT JOIN survey.entry_rekeying r USING (campaign_id, ballot_id, position)
        LEFT JOIN survey.entry_decision x USING (campaign_id, ballot_id, position)
        WHERE d.campaign_id = :campaign AND d.batch = :batch
        UNION ALL
        SELECT 'stop', NULL, '', json_build_array(s.sampled, s.fields, s.errors,
            extract(epoch FROM s.stopped_at))::text
        FROM survey.sample_stop s WHERE s.campaign_id = :campaign AND s.batch = :batch
    )
    SELECT encode(sha256(convert_to(coalesce(string_agg(
        json_build_array(what, ballot_id, position)::text || line,
        E'\\n' ORDER BY what, ballot_id, position COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM told
    """
)


async def digest_double_entry(connection: Reading, campaign_id: UUID, batch: str) -> str:
    """SHA-256 over second entries, differences with all that was said of them, and a stopped sample."""
    key = {"campaign": campaign_id, "batch": batch}
    return f"sha256:{(await connection.execute(_DOUBLE_ENTRY, key)).scalar_one()}"
