"""Sets that opened periods bound before crosswalks existed are in use from the first day of the new column."""

from alembic import command

from tests.migrations.histories import Base

_FRAMEWORK = (
    "INSERT INTO scoring.framework (id, code, version, title, level, year, status, digest, definition, created_at)"
    " VALUES ($1::text::uuid, $2, 1, 'x', 'department', 2022, 'published', '', '{}', '2022-12-16T08:00:00Z')"
)
_PERIOD = (
    "INSERT INTO scoring.period"
    " (id, code, year, state, facts, passages, previous, plan, pinned_tally, created_at)"
    " VALUES ($1::text::uuid, $2, 2022, $2, '{}', '{}', '', '', '', '2022-12-20T08:00:00Z')"
)
_UNIT = (
    "INSERT INTO scoring.period_unit"
    " (period_id, unit, framework_id, form, position, rank_group, facts, status, version)"
    " VALUES ($1::text::uuid, 'so-y-te', $1::text::uuid, 'A1', 1, 'department', '{}', 'draft', 0)"
)


async def test_sets_of_opened_periods_are_in_use(empty: Base) -> None:
    await empty.migrate()
    await empty.run("scoring", command.downgrade, "scoring_0001")
    for number, state in enumerate(("draft", "open", "finalized")):
        identity = f"00000000-0000-0000-0000-{number:012d}"
        await empty.rows(_FRAMEWORK, identity, state)
        await empty.rows(_PERIOD, identity, state)
        await empty.rows(_UNIT, identity)
    await empty.run("scoring", command.upgrade, "head")
    found = await empty.rows("SELECT code, in_use_since FROM scoring.framework")
    assert {row["code"] for row in found if row["in_use_since"] is not None} == {"open", "finalized"}
