"""SQL of how clerks key: counted when it is asked for, over first and second entries alike."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading
from survey_ingest.double_entry.domain.quality import ClerkFigures, Habit, Limits
from survey_ingest.double_entry.store.differences import STATES

LEAST_ANSWERS = 5
"""Four equal answers are no habit."""

# Every ballot as one clerk keyed it once; what came in a file nobody keyed.
_KEYED = """
    WITH bags AS (
        SELECT code, questionnaire FROM survey.batch WHERE campaign_id = :campaign
          AND (CAST(:offices AS text[]) IS NULL OR office = ANY(:offices))
    ), keyed AS (
        SELECT 1 AS stage, b.clerk, bags.questionnaire, b.id, b.serial, b.answers, b.accepted_at AS at,
            cardinality(b.answers) + 1 + CAST(b.unit IS NOT NULL AS integer) AS fields,
            e.id IS NOT NULL AS is_compared
        FROM survey.ballot b JOIN bags ON bags.code = b.batch
        LEFT JOIN survey.second_entry e ON e.campaign_id = b.campaign_id AND e.ballot_id = b.id
        WHERE b.campaign_id = :campaign AND b.entry_mode = 'manual'
        UNION ALL
        SELECT 2, e.clerk, bags.questionnaire, e.id, e.serial, e.answers, e.keyed_at,
            cardinality(e.answers) + 1 + CAST(e.unit IS NOT NULL AS integer), true
        FROM survey.second_entry e JOIN bags ON bags.code = e.batch WHERE e.campaign_id = :campaign
    ), hourly AS (
        SELECT clerk, date_trunc('hour', at) AS hour, count(*) AS ballots, min(at) AS since, max(at) AS until,
            (array_agg(serial ORDER BY at, id))[1:20] AS serials
        FROM keyed GROUP BY 1, 2
    )
"""
_CLERKS = text(
    f"""
    {_KEYED}, wrong AS (
        SELECT w.clerk, count(*) AS errors
        {STATES}
        JOIN survey.ballot b ON b.campaign_id = e.campaign_id AND b.id = e.ballot_id
        CROSS JOIN LATERAL (VALUES (b.clerk, d.first), (e.clerk, d.second)) AS w (clerk, value)
        WHERE d.campaign_id = :campaign AND d.batch IN (SELECT code FROM bags) AND settled.value <> w.value
        GROUP BY w.clerk
    )
    SELECT k.clerk, count(*) FILTER (WHERE k.stage = 1), count(*) FILTER (WHERE k.stage = 2), sum(k.fields),
        coalesce(sum(k.fields) FILTER (WHERE k.is_compared), 0), coalesce(max(w.errors), 0),
        (SELECT count(*) FROM hourly h WHERE h.clerk = k.clerk),
        (SELECT max(h.ballots) FROM hourly h WHERE h.clerk = k.clerk)
    FROM keyed k LEFT JOIN wrong w ON w.clerk = k.clerk
    GROUP BY k.clerk ORDER BY k.clerk
    """  # noqa: S608 — our own sentence
)
_HABITS = text(
    f"""
    {_KEYED}, marked AS (
        SELECT *, cardinality(answers) >= :least AND answers[1] > 0
                AND answers = array_fill(answers[1], ARRAY[cardinality(answers)]) AS is_straight,
            CASE WHEN answers = lag(answers) OVER one_after_the_other THEN 0 ELSE 1 END AS is_new
        FROM keyed
        WINDOW one_after_the_other AS (PARTITION BY clerk, questionnaire, stage ORDER BY at, id)
    ), counted AS (
        SELECT *, sum(is_new) OVER (PARTITION BY clerk, questionnaire, stage ORDER BY at, id) AS run
        FROM marked
    )
    SELECT 'straight_lining' AS kind, clerk, questionnaire, count(*) FILTER (WHERE is_straight) AS ballots,
        count(*) AS of, min(at) FILTER (WHERE is_straight) AS since,
        max(at) FILTER (WHERE is_straight) AS until,
        (array_agg(serial ORDER BY at, id) FILTER (WHERE is_straight))[1:20] AS serials
    FROM counted GROUP BY clerk, questionnaire
    HAVING count(*) FILTER (WHERE is_straight) >= :run
       AND count(*) FILTER (WHERE is_straight) * 100 >= :straight * count(*)
    UNION ALL
    SELECT 'copied_run', clerk, questionnaire, count(*), :run, min(at), max(at),
        (array_agg(serial ORDER BY at, id))[1:20]
    FROM counted WHERE 0 < ANY(answers) GROUP BY clerk, questionnaire, stage, run HAVING count(*) >= :run
    UNION ALL
    SELECT 'impossible_pace', clerk, '', ballots, :pace * 60, since, until, serials
    FROM hourly WHERE ballots > :pace * 60
    ORDER BY clerk, kind, since LIMIT 1000
    """  # noqa: S608 — our own sentence
)


async def read_clerks(
    connection: Reading, campaign_id: UUID, offices: list[str] | None, at: datetime
) -> list[ClerkFigures]:
    """Every clerk who keyed for these offices (None: all of them), by account."""
    parameters = {"campaign": campaign_id, "offices": offices, "at": at}
    return [ClerkFigures(*_whole(row)) for row in await connection.execute(_CLERKS, parameters)]


def _whole(row: Any) -> tuple[Any, ...]:
    return (row[0], *(int(figure) for figure in row[1:]))


async def read_habits(
    connection: Reading, campaign_id: UUID, offices: list[str] | None, limits: Limits
) -> list[Habit]:
    """What stands out, by clerk; the first thousand."""
    parameters = {
        "campaign": campaign_id,
        "offices": offices,
        "least": LEAST_ANSWERS,
        "straight": limits.straight,
        "run": limits.run,
        "pace": limits.pace,
    }
    return [Habit(*row) for row in await connection.execute(_HABITS, parameters)]
