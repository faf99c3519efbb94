"""An assessment submitted before submissions were kept has one afterwards, as its receipt says it."""

import json

from alembic import command

from tests.migrations.histories import Base

ONE = "00000000-0000-0000-0000-000000000001"
DIGEST = "sha256:" + "a" * 64
_PERIOD = (
    "INSERT INTO scoring.period"
    " (id, code, year, state, facts, passages, previous, plan, pinned_tally, created_at)"
    " VALUES ($1::text::uuid, '2022', 2022, 'open', '{}', '{}', '', '', '', '2022-12-20T08:00:00Z')"
)
_UNIT = (
    "INSERT INTO scoring.period_unit"
    " (period_id, unit, framework_id, form, position, rank_group, facts, status, version, receipt)"
    " VALUES ($1::text::uuid, $2, $1::text::uuid, $2, 1, 'department', '{}', $3, 0, $4::text::jsonb)"
)
_ACT = (
    "INSERT INTO scoring.act (period_id, unit, leaf, stage, value, not_applicable, reason, narrative, evidence,"
    " author, at, recorded_at) VALUES ($1::text::uuid, $2, 'I/1', $3, '{}', false, '', '', '{}', $4,"
    " $5::text::timestamptz, $5::text::timestamptz)"
)


async def test_what_was_submitted_before_is_a_submission(empty: Base) -> None:
    await empty.migrate()
    await empty.run("scoring", command.downgrade, "scoring_0005")
    await empty.rows(_PERIOD, ONE)
    receipt = {
        "unit": "so-y-te",
        "period": "2022",
        "submitted_at": "2023-01-09T08:00:00+07:00",
        "leaves": 38,
        "files": 2,
        "digest": DIGEST,
    }
    await empty.rows(_UNIT, ONE, "so-y-te", "appraised", json.dumps(receipt))
    await empty.rows(_UNIT, ONE, "so-la", "draft", None)
    for unit, stage, author, at in (
        ("so-la", "self", "can-bo-khac", "2023-01-08T08:00:00+07:00"),
        ("so-y-te", "self", "can-bo", "2023-01-09T07:00:00+07:00"),
        ("so-y-te", "self", "can-bo", "2023-01-09T07:30:00+07:00"),
        ("so-y-te", "appraisal", "to-vien", "2023-01-12T08:00:00+07:00"),
    ):
        await empty.rows(_ACT, ONE, unit, stage, author, at)
    await empty.run("scoring", command.upgrade, "head")
    (made,) = await empty.rows(
        "SELECT *, at = '2023-01-09T08:00:00+07:00' AS on_time FROM scoring.submission"
    )
    assert (made["unit"], made["number"], made["last_act"], made["author"]) == ("so-y-te", 1, 3, "can-bo")
    assert (made["leaves"], made["files"], made["digest"], made["on_time"]) == (38, 2, DIGEST, True)
    rows = await empty.rows("SELECT unit, receipt FROM scoring.period_unit ORDER BY unit")
    assert [row["receipt"] and json.loads(row["receipt"]) for row in rows] == [None, {**receipt, "number": 1}]
