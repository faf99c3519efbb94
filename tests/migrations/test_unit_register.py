"""Kinds that units bore before kinds were data are known after it; the law's levels are there."""

from alembic import command

from tests.migrations.histories import Base

_UNIT = (
    "INSERT INTO scoring.unit (id, code, level, kind, created_at)"
    " VALUES ($1::text::uuid, $2, $3, $4, '2022-12-16T08:00:00Z')"
)


async def test_kinds_in_use_become_data(empty: Base) -> None:
    await empty.migrate()
    await empty.run("scoring", command.downgrade, "scoring_0006")
    for number, row in enumerate(
        (
            ("so-y-te", "department", "so"),
            ("vien", "department", "vien-nghien-cuu"),
            ("khac", "department", "vien-nghien-cuu"),
        )
    ):
        await empty.rows(_UNIT, f"00000000-0000-0000-0000-{number:012d}", *row)
    await empty.run("scoring", command.upgrade, "head")
    kinds = {row["code"]: row for row in await empty.rows("SELECT * FROM scoring.unit_kind")}
    assert (kinds["so"]["name"], kinds["vien-nghien-cuu"]["level"]) == ("Sở", "department")
    levels = await empty.rows("SELECT code, valid_to FROM scoring.unit_level ORDER BY position")
    assert [(row["code"], str(row["valid_to"])) for row in levels if row["valid_to"]] == [
        ("district", "2025-06-30")
    ]
