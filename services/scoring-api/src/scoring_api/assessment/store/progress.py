"""SQL of progress: counted where the acts are, in one query however many units there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from parindex.db import Reading
from scoring_api.assessment.domain.progress import Counts

_COUNTED = text("""
WITH scored AS (
    SELECT * FROM unnest(
        CAST(:frameworks AS uuid[]), CAST(:leaves AS text[]), CAST(:areas AS text[])
    ) AS listed(framework_id, leaf, area)
), newest AS (
    SELECT max(sequence) AS sequence
    FROM scoring.act
    WHERE period_id = :period AND correction_id IS NULL AND stage IN ('self', 'appraisal', 'explanation')
    GROUP BY unit, leaf, stage
), stood AS (
    SELECT unit, leaf,
        bool_or(stage = 'self' AND NOT (
            coalesce(value, '{}') = '{}' AND narrative = '' AND evidence = '{}' AND shortfall = '{}'
        )) AS claimed,
        bool_or(stage = 'self' AND evidence <> '{}') AS evidenced,
        bool_or(stage = 'appraisal') AS appraised,
        bool_or(stage = 'explanation') AS explained,
        (array_agg(value) FILTER (WHERE stage = 'self'))[1] AS claim,
        (array_agg(value) FILTER (WHERE stage = 'appraisal'))[1] AS appraisal,
        count(DISTINCT not_applicable) FILTER (WHERE stage IN ('self', 'appraisal')) > 1 AS declared
    FROM scoring.act JOIN newest USING (sequence)
    GROUP BY unit, leaf
)
SELECT bound.unit, bound.framework_id, scored.area,
    count(*) AS leaves,
    count(*) FILTER (WHERE claimed) AS claimed,
    count(*) FILTER (WHERE evidenced) AS evidenced,
    count(*) FILTER (WHERE appraised) AS appraised,
    count(*) FILTER (WHERE explained) AS explained,
    jsonb_agg(jsonb_build_array(scored.leaf, claim, appraisal, declared)) FILTER (
        WHERE claimed AND appraised AND (claim IS DISTINCT FROM appraisal OR declared)
    ) AS differing
FROM scoring.period_unit AS bound
JOIN scored USING (framework_id)
LEFT JOIN stood ON stood.unit = bound.unit AND stood.leaf = scored.leaf
WHERE bound.period_id = :period
GROUP BY bound.unit, bound.framework_id, scored.area
""")


@dataclass(frozen=True, slots=True)
class Scored:
    """A leaf that units score themselves, in its framework and area."""

    framework_id: UUID
    leaf: str
    area: str


@dataclass(frozen=True, slots=True)
class Differing:
    """A leaf whose claim and appraisal say something else; whether their points differ, a rule knows.

    `declared` is true where one of them alone says that the leaf does not apply.
    """

    leaf: str
    claim: dict[str, Any] | None
    appraisal: dict[str, Any] | None
    declared: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One unit in one area."""

    unit: str
    framework_id: UUID
    area: str
    counts: Counts
    differing: tuple[Differing, ...]


async def count_leaves(connection: Reading, period_id: UUID, scored: Sequence[Scored]) -> list[Counted]:
    """Every unit in every area of its framework."""
    rows = await connection.execute(
        _COUNTED,
        {
            "period": period_id,
            "frameworks": [found.framework_id for found in scored],
            "leaves": [found.leaf for found in scored],
            "areas": [found.area for found in scored],
        },
    )
    return [
        Counted(
            unit=row.unit,
            framework_id=row.framework_id,
            area=row.area,
            counts=Counts(
                leaves=row.leaves,
                claimed=row.claimed,
                evidenced=row.evidenced,
                appraised=row.appraised,
                explained=row.explained,
            ),
            differing=tuple(Differing(*found) for found in row.differing or ()),
        )
        for row in rows
    ]
