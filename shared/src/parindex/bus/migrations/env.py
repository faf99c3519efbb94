"""History of schema bus."""

from parindex.bus.tables import metadata
from parindex.db.migration_env import run_migrations

run_migrations(metadata)
