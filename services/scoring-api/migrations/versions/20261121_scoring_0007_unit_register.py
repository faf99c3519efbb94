"""The unit register: levels and kinds as data, identifiers, parents, focal points, successions of units."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "scoring_0007"
down_revision = "scoring_0006"
branch_labels = None
depends_on = None

FIRST_DAY = date(1945, 9, 2)  # of the State: no unit is older
REFORM = date(2025, 7, 1)  # two levels of local government (Luật 72/2025/QH15)
LAST_OF_DISTRICTS = date(2025, 6, 30)
LAW = "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"

LEVELS = (
    ("province", "Tỉnh, thành phố trực thuộc trung ương", FIRST_DAY, None, ""),
    ("department", "Sở, ban, ngành cấp tỉnh", FIRST_DAY, None, ""),
    ("district", "Huyện, quận, thị xã, thành phố thuộc tỉnh", FIRST_DAY, LAST_OF_DISTRICTS, LAW),
    ("commune", "Xã, phường, đặc khu", FIRST_DAY, None, ""),
)
KINDS = (
    ("tinh", "province", "Tỉnh", FIRST_DAY, None),
    ("thanh-pho-trung-uong", "province", "Thành phố trực thuộc trung ương", FIRST_DAY, None),
    ("so", "department", "Sở", FIRST_DAY, None),
    ("van-phong", "department", "Văn phòng UBND", FIRST_DAY, None),
    ("thanh-tra", "department", "Thanh tra", FIRST_DAY, None),
    ("ban", "department", "Ban", FIRST_DAY, None),
    ("ban-quan-ly", "department", "Ban Quản lý", FIRST_DAY, None),
    ("co-quan-nganh-doc", "department", "Cơ quan ngành dọc đóng tại địa phương", FIRST_DAY, None),
    ("don-vi-su-nghiep", "department", "Đơn vị sự nghiệp thuộc UBND tỉnh", FIRST_DAY, None),
    ("huyen", "district", "Huyện", FIRST_DAY, LAST_OF_DISTRICTS),
    ("quan", "district", "Quận", FIRST_DAY, LAST_OF_DISTRICTS),
    ("thi-xa", "district", "Thị xã", FIRST_DAY, LAST_OF_DISTRICTS),
    ("thanh-pho", "district", "Thành phố thuộc tỉnh", FIRST_DAY, LAST_OF_DISTRICTS),
    ("xa", "commune", "Xã", FIRST_DAY, None),
    ("phuong", "commune", "Phường", FIRST_DAY, None),
    ("thi-tran", "commune", "Thị trấn", FIRST_DAY, LAST_OF_DISTRICTS),
    ("dac-khu", "commune", "Đặc khu", REFORM, None),
)


def upgrade() -> None:
    _make_catalogue()
    _make_facts()
    _make_successions()
    # A kind that units bear already is one from now on, by its code.
    op.execute(
        "INSERT INTO scoring.unit_kind (code, level, name, position, valid_from)"
        " SELECT DISTINCT ON (u.kind) u.kind, u.level, u.kind, 1000, DATE '1945-09-02'"
        " FROM scoring.unit u JOIN scoring.unit_level l ON l.code = u.level"
        " ORDER BY u.kind, u.created_at ON CONFLICT DO NOTHING"
    )


def _make_catalogue() -> None:
    level = op.create_table(
        "unit_level",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_span(),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_unit_level"),
        schema="scoring",
    )
    kind = op.create_table(
        "unit_kind",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_span(),
        sa.ForeignKeyConstraint(["level"], ["scoring.unit_level.code"], name="fk_unit_kind_level"),
        sa.PrimaryKeyConstraint("code", name="pk_unit_kind"),
        schema="scoring",
    )
    names = ("code", "name", "valid_from", "valid_to", "legal_basis")
    op.bulk_insert(level, _positioned(names, LEVELS))
    op.bulk_insert(kind, _positioned(("code", "level", "name", "valid_from", "valid_to"), KINDS))


def _positioned(names: Sequence[str], rows: Sequence[Sequence[object]]) -> list[dict[str, object]]:
    return [
        {"position": position, **dict(zip(names, row, strict=True))} for position, row in enumerate(rows, 1)
    ]


def _span() -> list[sa.Column[object]]:
    return [
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
    ]


def _make_facts() -> None:
    op.create_table(
        "unit_identifier",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        *_span(),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("old_code", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_unit_identifier_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "valid_from", name="pk_unit_identifier"),
        schema="scoring",
    )
    op.create_table(
        "unit_parent",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        *_span(),
        sa.Column("parent_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_unit_parent_unit_id"),
        sa.ForeignKeyConstraint(["parent_id"], ["scoring.unit.id"], name="fk_unit_parent_parent_id"),
        sa.PrimaryKeyConstraint("unit_id", "valid_from", name="pk_unit_parent"),
        schema="scoring",
    )
    op.create_table(
        "unit_focal_point",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("task", sa.String(length=20), nullable=False),
        *_span(),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_unit_focal_point_unit_id"),
        sa.PrimaryKeyConstraint("unit_id", "task", "valid_from", name="pk_unit_focal_point"),
        schema="scoring",
    )


def _make_successions() -> None:
    op.create_table(
        "unit_succession",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("legal_basis", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_unit_succession"),
        schema="scoring",
    )
    op.create_table(
        "succession_side",
        sa.Column("succession_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["succession_id"], ["scoring.unit_succession.id"], name="fk_succession_side_succession_id"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["scoring.unit.id"], name="fk_succession_side_unit_id"),
        sa.PrimaryKeyConstraint("succession_id", "side", "position", name="pk_succession_side"),
        schema="scoring",
    )
    op.create_index(
        "ix_succession_side_unit_id", "succession_side", ["unit_id"], unique=False, schema="scoring"
    )


def downgrade() -> None:
    op.drop_index("ix_succession_side_unit_id", table_name="succession_side", schema="scoring")
    for table in (
        "succession_side",
        "unit_succession",
        "unit_focal_point",
        "unit_parent",
        "unit_identifier",
        "unit_kind",
        "unit_level",
    ):
        op.drop_table(table, schema="scoring")
