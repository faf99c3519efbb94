"""Tables of file imports: the file with its progress and report, its staged rows, mappings and spellings."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from parindex.db import Instant
from survey_ingest.schema import metadata

# A commit that waits, runs or has stored ballots; a file that left nothing behind may be sent again.
HOLDS_FILE = (
    "mode = 'commit' AND (state IN ('queued', 'running', 'needs_confirmation') OR valid + invalid + held > 0)"
)

ballot_import = Table(
    "ballot_import",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("campaign_id", Uuid, nullable=False),
    Column("batch", String(80), nullable=False),
    Column("default_group", String(80), nullable=False),
    Column("mapping", JSONB, nullable=False),
    Column("mode", String(8), nullable=False),
    Column("atomic", String(3), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("settings", String(71), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("source", String(80), nullable=False, server_default=""),
    Column("scales", JSONB, nullable=False, server_default="[]"),
    Column("state", String(20), nullable=False),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("valid", Integer, nullable=False, server_default="0"),
    Column("invalid", Integer, nullable=False, server_default="0"),
    Column("held", Integer, nullable=False, server_default="0"),
    Column("repeated", Integer, nullable=False, server_default="0"),
    Column("bad_rows", Integer, nullable=False, server_default="0"),
    Column("error_count", Integer, nullable=False, server_default="0"),
    Column("staged", Integer, nullable=False, server_default="0"),
    Column("unknown_units", Integer, nullable=False, server_default="0"),
    Column("run", Uuid),
    Column("requested_by", String(200), nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Index(
        "uq_ballot_import_file",
        "campaign_id",
        "batch",
        "digest",
        "settings",
        unique=True,
        postgresql_where=text(HOLDS_FILE),
    ),
    Index("ix_ballot_import_campaign_id", "campaign_id", "id"),
)

import_error = Table(
    "import_error",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Uuid, nullable=False, index=True),
    Column("row", Integer, nullable=False),
    Column("column", Text, nullable=False),
    Column("code", String(40), nullable=False),
    Column("value", Text, nullable=False),
    Column("message", Text, nullable=False),
)

# Unlogged: a crash empties it, and the job then stages the file again from the start.
import_row = Table(
    "import_row",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("id", Uuid, nullable=False),
    Column("serial", String(80), nullable=False),
    Column("respondent_group", String(80), nullable=False),
    Column("unit", String(80)),
    Column("quota_unit", String(80), nullable=False),
    Column("answers", ARRAY(SmallInteger), nullable=False),
    Column("reason", String(40)),
    Column("digest", String(71), nullable=False),
    Column("collected_at", Date),
    prefixes=["UNLOGGED"],
)

import_comment = Table(
    "import_comment",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("question", String(80), primary_key=True),
    Column("comment", Text, nullable=False),
    prefixes=["UNLOGGED"],
)

# The numbers of the rows that were not taken, chunk by chunk: every one, where errors are kept up to a bound.
import_reject = Table(
    "import_reject",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Uuid, nullable=False, index=True),
    Column("rows", ARRAY(Integer), nullable=False),
)

import_spelling = Table(
    "import_spelling",
    metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("spelling", Text, primary_key=True),
    Column("rows", Integer, nullable=False),
)

unit_spelling = Table(
    "unit_spelling",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("level", String(20), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("spelling", Text, nullable=False),
    Column("unit", String(80)),
    Column("confirmed_by", String(200), nullable=False),
    Column("confirmed_at", Instant, nullable=False),
)

import_mapping = Table(
    "import_mapping",
    metadata,
    Column("campaign_id", Uuid, primary_key=True),
    Column("source", String(80), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("declared_by", String(200), nullable=False),
    Column("declared_at", Instant, nullable=False),
)
