"""SQL of progress: counted where the acts are, in a fixed number of queries however many units there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text

from parindex.db import Reading
from scoring_api.assessment.domain.progress import Counts

_STOOD = """
WITH scored AS (
    SELECT * FROM unnest(
        CAST(:frameworks AS uuid[]), CAST(:leaves AS text[]), CAST(:areas AS text[])
    ) AS listed(framework_id, leaf, area)
), newest AS (
    SELECT max(sequence) AS sequence
    FROM scoring.act
    WHERE period_id = :period AND correction_id IS NULL AND stage IN ('self', 'appraisal', 'explanation')
    GROUP BY unit, leaf, stage
), act AS (
    SELECT found.*,
        coalesce(value, '{}') = '{}' AND narrative = '' AND evidence = '{}' AND shortfall = '{}' AS blank
    FROM scoring.act AS found JOIN newest USING (sequence)
), stood AS (
    SELECT unit, leaf,
        bool_or(stage = 'self' AND NOT blank) AS claimed,
        bool_or(stage = 'self' AND evidence <> '{}') AS evidenced,
        bool_or(stage = 'appraisal') AS appraised,
        bool_or(stage = 'explanation') AS explained
    FROM act GROUP BY unit, leaf
)
"""
_COUNTED = text(
    _STOOD
    + """
SELECT bound.unit, scored.area,
    count(*) AS leaves,
    count(*) FILTER (WHERE claimed) AS claimed,
    count(*) FILTER (WHERE evidenced) AS evidenced,
    count(*) FILTER (WHERE appraised) AS appraised,
    count(*) FILTER (WHERE explained) AS explained
FROM scoring.period_unit AS bound
JOIN scored USING (framework_id)
LEFT JOIN stood ON stood.unit = bound.unit AND stood.leaf = scored.leaf
WHERE bound.period_id = :period
GROUP BY bound.unit, scored.area
"""
)
_DIFFERING = text(
    _STOOD
    + """
SELECT bound.unit, bound.framework_id, claim.leaf, scored.area,
    claim.value AS claimed, appraisal.value AS appraised,
    claim.not_applicable <> appraisal.not_applicable AS declared
FROM act AS claim
JOIN act AS appraisal USING (unit, leaf)
JOIN scoring.period_unit AS bound ON bound.unit = claim.unit AND bound.period_id = :period
JOIN scored ON scored.framework_id = bound.framework_id AND scored.leaf = claim.leaf
WHERE claim.stage = 'self' AND appraisal.stage = 'appraisal' AND NOT claim.blank
    AND (claim.value IS DISTINCT FROM appraisal.value OR claim.not_applicable <> appraisal.not_applicable)
"""
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A leaf that units score themselves, in its framework and area."""

    framework_id: UUID
    leaf: str
    area: str


async def count_leaves(
    connection: Reading, period_id: UUID, scored: Sequence[Scored]
) -> dict[tuple[str, str], Counts]:
    """By unit and area."""
    rows = await connection.execute(_COUNTED, _parameters(period_id, scored))
    return {
        (row.unit, row.area): Counts(
            leaves=row.leaves,
            claimed=row.claimed,
            evidenced=row.evidenced,
            appraised=row.appraised,
            explained=row.explained,
        )
        for row in rows
    }


async def read_differing(
    connection: Reading, period_id: UUID, scored: Sequence[Scored]
) -> Sequence[Row[Any]]:
    """Leaves whose claim and appraisal say something else; whether their points differ, a rule knows."""
    return (await connection.execute(_DIFFERING, _parameters(period_id, scored))).all()


def _parameters(period_id: UUID, scored: Sequence[Scored]) -> dict[str, Any]:
    return {
        "period": period_id,
        "frameworks": [found.framework_id for found in scored],
        "leaves": [found.leaf for found in scored],
        "areas": [found.area for found in scored],
    }
