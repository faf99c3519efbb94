"""SQL of the places of quotas: locked in key order, taken by the ballots that are written."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import text

from parindex.db import Writing

QuotaKey = tuple[UUID, str, str, str]
"""Campaign, questionnaire, group and unit (empty where the group has one quota for all)."""

_TAKE = text(
    """
    WITH wanted AS (
        SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:questionnaires AS text[]),
            CAST(:groups AS text[]), CAST(:units AS text[]), CAST(:counts AS integer[]))
            AS w (campaign_id, questionnaire, respondent_group, unit, ballots)
    ), locked AS MATERIALIZED (
        SELECT q.campaign_id, q.questionnaire, q.respondent_group, q.unit,
               least(w.ballots, q.places - q.taken) AS granted, q.taken
        FROM survey.quota q JOIN wanted w USING (campaign_id, questionnaire, respondent_group, unit)
        ORDER BY q.campaign_id, q.questionnaire, q.respondent_group, q.unit FOR UPDATE OF q
    )
    UPDATE survey.quota q SET taken = l.taken + l.granted FROM locked l
    WHERE q.campaign_id = l.campaign_id AND q.questionnaire = l.questionnaire
      AND q.respondent_group = l.respondent_group AND q.unit = l.unit
    RETURNING q.campaign_id, q.questionnaire, q.respondent_group, q.unit, l.granted
    """
)
_FREE = text(
    """
    SELECT campaign_id, questionnaire, respondent_group, unit, places - taken FROM survey.quota
    WHERE (campaign_id, questionnaire, respondent_group, unit) IN
        (SELECT * FROM unnest(CAST(:campaigns AS uuid[]), CAST(:questionnaires AS text[]),
            CAST(:groups AS text[]), CAST(:units AS text[])))
    ORDER BY campaign_id, questionnaire, respondent_group, unit FOR UPDATE
    """
)


async def lock_free(connection: Writing, quotas: Iterable[QuotaKey]) -> dict[QuotaKey, int]:
    """The free places of each quota, which are nobody else's to the end of the transaction."""
    rows = await connection.execute(_FREE, _columns(list(quotas)))
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


async def take_places(connection: Writing, wanted: Mapping[QuotaKey, int]) -> dict[QuotaKey, int]:
    """Take up to that many places of each quota, locked in key order; how many were granted."""
    rows = await connection.execute(_TAKE, {**_columns(list(wanted)), "counts": list(wanted.values())})
    return {(row[0], row[1], row[2], row[3]): row[4] for row in rows}


def _columns(keys: list[QuotaKey]) -> dict[str, list[object]]:
    names = ("campaigns", "questionnaires", "groups", "units")
    return {name: [key[at] for key in keys] for at, name in enumerate(names)}
