"""SQL of how clerks key: counted from the entries of a bag while it is open, kept when it is sealed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import insert, select, text

from parindex.db import Reading, Writing
from survey_ingest.campaigns.store.tables import batch
from survey_ingest.double_entry.domain.figures import BagFigures, Hour, Run, Shown
from survey_ingest.double_entry.store.tables import bag_figures

_KEPT = TypeAdapter(BagFigures)

# Every ballot as one clerk keyed it once, before any change of it; what came in a file nobody keyed. A serial
# is evidence only where its double entry has nothing left to key blind.
_COUNT = text(
    """
    WITH differing AS (
        SELECT d.ballot_id,
            count(*) FILTER (WHERE settled.value <> d.first) AS first_errors,
            count(*) FILTER (WHERE settled.value <> d.second) AS second_errors,
            bool_or(r.value IS NULL AND x.value IS NULL) AS is_open
        FROM survey.entry_difference d
        LEFT JOIN survey.entry_rekeying r USING (campaign_id, ballot_id, position)
        LEFT JOIN survey.entry_decision x USING (campaign_id, ballot_id, position)
        CROSS JOIN LATERAL (
            SELECT coalesce(x.value, CASE WHEN r.value = d.first THEN d.first END) AS value
        ) settled
        WHERE d.campaign_id = :campaign AND d.batch = ANY(:batches)
        GROUP BY d.ballot_id
    ), entered AS (
        SELECT e.*, d.first_errors, d.second_errors, coalesce(d.is_open, false) AS is_open
        FROM survey.second_entry e LEFT JOIN differing d ON d.ballot_id = e.ballot_id
        WHERE e.campaign_id = :campaign AND e.batch = ANY(:batches)
    ), keyed AS (
        SELECT b.batch, b.clerk, 1 AS stage, b.id, b.serial, coalesce(r.answers, b.answers) AS answers,
            b.accepted_at AS at, CAST(b.unit IS NOT NULL AS integer) AS heads,
            e.id IS NOT NULL AS is_compared, e.first_errors AS errors,
            NOT :blind OR NOT coalesce(e.is_open, true) AS is_told
        FROM survey.ballot b
        LEFT JOIN entered e ON e.ballot_id = b.id
        LEFT JOIN survey.ballot_revision r
            ON r.campaign_id = b.campaign_id AND r.ballot_id = b.id AND r.revision = 1
        WHERE b.campaign_id = :campaign AND b.batch = ANY(:batches) AND b.entry_mode = 'manual'
        UNION ALL
        SELECT e.batch, e.clerk, 2, e.id, e.serial, e.answers, e.keyed_at,
            CAST(e.unit IS NOT NULL AS integer), true, e.second_errors, NOT :blind OR NOT e.is_open
        FROM entered e
    ), marked AS (
        SELECT batch, clerk, stage, id, at, errors, cardinality(answers) + 1 + heads AS fields, is_compared,
            CASE WHEN is_told THEN serial END AS serial, 0 < ANY(answers) AS is_answered,
            cardinality(CAST(:marks AS integer[])) > 0 AND answers[:mark] > 0
                AND answers[:mark] = answers[:next_mark] AND answers[:mark] = answers[:last_mark]
                AND NOT EXISTS (
                    SELECT FROM unnest(CAST(:marks AS integer[])) m WHERE answers[m] <> answers[:mark]
                ) AS is_straight,
            answers IS DISTINCT FROM lag(answers) OVER one_after_the_other AS is_new,
            answers = lead(answers) OVER one_after_the_other AS is_followed
        FROM keyed WINDOW one_after_the_other AS (PARTITION BY batch, clerk, stage ORDER BY at, id)
    ), counted AS (
        SELECT *, count(*) FILTER (WHERE is_new)
            OVER (PARTITION BY batch, clerk, stage ORDER BY at, id) AS run
        FROM marked
    )
    SELECT batch, clerk, stage, date_trunc('hour', at) AS hour, sum(fields) AS fields,
        coalesce(sum(fields) FILTER (WHERE is_compared), 0) AS compared, coalesce(sum(errors), 0) AS errors,
        count(*) AS ballots, min(at) AS since, max(at) AS until,
        (array_remove(array_agg(serial), NULL))[1:5] AS serials,
        count(*) FILTER (WHERE is_straight) AS straight_ballots,
        min(at) FILTER (WHERE is_straight) AS straight_since,
        max(at) FILTER (WHERE is_straight) AS straight_until,
        (array_remove(array_agg(serial) FILTER (WHERE is_straight), NULL))[1:20] AS straight_serials
    FROM counted GROUP BY batch, clerk, stage, hour
    UNION ALL
    SELECT batch, clerk, stage, NULL, 0, 0, 0, count(*), min(at), max(at),
        (array_remove(array_agg(serial), NULL))[1:20], 0, NULL, NULL, NULL
    FROM counted WHERE is_answered AND (is_followed OR NOT is_new) GROUP BY batch, clerk, stage, run
    """
)
LEAST_MARKS = 5
"""Four equal answers are no habit."""


async def count_bags(
    connection: Reading,
    campaign_id: UUID,
    questionnaire: str,
    batches: Collection[str],
    marks: Sequence[int],
    *,
    blind: bool,
) -> dict[str, BagFigures]:
    """Batch → its figures from its entries; `marks` are the places of answers that may all be alike.

    With `blind` no serial is told of a ballot that somebody is still to key without knowing it.
    """
    places = list(marks) if len(marks) >= LEAST_MARKS else []
    first, second, *_, last = places or (1, 1, 1)
    rows = await connection.execute(
        _COUNT,
        {
            "campaign": campaign_id,
            "batches": list(batches),
            "marks": places,
            "mark": first,
            "next_mark": second,
            "last_mark": last,
            "blind": blind,
        },
    )
    hours: dict[str, list[Hour]] = {}
    runs: dict[str, list[Run]] = {}
    for row in rows:
        if row.hour is None:
            runs.setdefault(row.batch, []).append(Run(row.clerk, _shown(row)))
        else:
            hours.setdefault(row.batch, []).append(_hour(row))
    return {code: BagFigures(questionnaire, hours[code], runs.get(code, [])) for code in hours}


def _shown(row: Any) -> Shown:
    return Shown(row.ballots, row.since, row.until, row.serials)


def _hour(row: Any) -> Hour:
    straight = (row.straight_ballots, row.straight_since, row.straight_until, row.straight_serials)
    return Hour(
        row.clerk,
        row.stage,
        row.hour,
        int(row.fields),
        int(row.compared),
        int(row.errors),
        _shown(row),
        Shown(*straight) if row.straight_ballots else None,
    )


async def keep_bag(
    connection: Writing, campaign_id: UUID, code: str, figures: BagFigures, at: datetime
) -> None:
    """Keep the figures of a bag that is being sealed."""
    values = {"figures": _KEPT.dump_json(figures).decode(), "kept_at": at}
    await connection.execute(insert(bag_figures).values(campaign_id=campaign_id, batch=code, **values))


async def read_bags(
    connection: Reading, campaign_id: UUID, offices: Sequence[str] | None
) -> tuple[list[BagFigures], dict[str, list[str]]]:
    """The figures that are kept of these offices' bags (None: of all), and questionnaire → the other bags."""
    wanted = select(batch.c.code, batch.c.questionnaire, bag_figures.c.figures).outerjoin(
        bag_figures,
        (bag_figures.c.campaign_id == batch.c.campaign_id) & (bag_figures.c.batch == batch.c.code),
    )
    wanted = wanted.where(batch.c.campaign_id == campaign_id)
    if offices is not None:
        wanted = wanted.where(batch.c.office.in_(offices))
    kept: list[BagFigures] = []
    rest: dict[str, list[str]] = {}
    for row in await connection.execute(wanted):
        if row.figures is None:
            rest.setdefault(row.questionnaire, []).append(row.code)
        else:
            kept.append(_KEPT.validate_json(row.figures))
    return kept, rest
