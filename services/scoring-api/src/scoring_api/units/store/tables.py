"""Tables of the unit register: units, their dated facts, levels and kinds, successions."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from parindex.db import Instant
from scoring_api.schema import metadata

unit_level = Table(
    "unit_level",
    metadata,
    Column("code", String(20), primary_key=True),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("legal_basis", Text, nullable=False),
)
unit_kind = Table(
    "unit_kind",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("level", String(20), ForeignKey(unit_level.c.code), nullable=False),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
)
unit = Table(
    "unit",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(80), nullable=False, unique=True),
    Column("level", String(20), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("created_at", Instant, nullable=False),
)
unit_name = Table(
    "unit_name",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("name", Text, nullable=False),
    Column("short_name", Text, nullable=False),
    Column("head_title", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
)
unit_alias = Table(
    "unit_alias",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("alias", Text, primary_key=True),
    Column("match_key", Text, nullable=False),
    Index("ix_unit_alias_match_key", "match_key"),
)
unit_identifier = Table(
    "unit_identifier",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("code", String(35), nullable=False),
    Column("old_code", String(13), nullable=False),
)
unit_parent = Table(
    "unit_parent",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("parent_id", Uuid, ForeignKey(unit.c.id), nullable=False),
)
unit_focal_point = Table(
    "unit_focal_point",
    metadata,
    Column("unit_id", Uuid, ForeignKey(unit.c.id), primary_key=True),
    Column("task", String(20), primary_key=True),
    Column("valid_from", Date, primary_key=True),
    Column("valid_to", Date),
    Column("holder", Text, nullable=False),
)
unit_succession = Table(
    "unit_succession",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("legal_basis", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
)
succession_side = Table(
    "succession_side",
    metadata,
    Column("succession_id", Uuid, ForeignKey(unit_succession.c.id), primary_key=True),
    Column("side", String(12), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("unit_id", Uuid, ForeignKey(unit.c.id), nullable=False),
    Index("ix_succession_side_unit_id", "unit_id"),
)
