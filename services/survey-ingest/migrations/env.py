"""History of schema survey."""

from parindex.db.migration_env import run_migrations
from survey_ingest.wiring import service

run_migrations(service.metadata)
