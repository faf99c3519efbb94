"""Tables of editions: an edition's bytes never change once they are written."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text, Uuid

from parindex.db import Instant
from scoring_api.schema import metadata

edition = Table(
    "edition",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("origin", String(12), nullable=False),
    Column("digest", String(71), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("index_content", LargeBinary, nullable=False),
    Column("index_tag", String(80), nullable=False),
    Column("signature", Text, nullable=False),
    Column("key_id", String(80), nullable=False, server_default=""),
    Column("finalized_at", Instant, nullable=False),
    Column("published_at", Instant),
)
edition_sheet = Table(
    "edition_sheet",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("unit", String(80), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("tag", String(80), nullable=False),
)
edition_pack = Table(
    "edition_pack",
    metadata,
    Column("period", String(80), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("level", String(10), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("digest", String(71), nullable=False),
)
edition_document = Table(
    "edition_document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("period", String(80), nullable=False),
    Column("edition", Integer, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("title", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("digest", String(71), nullable=False),
    Column("url", Text, nullable=False),
    Column("ready_at", Instant, nullable=False),
)
