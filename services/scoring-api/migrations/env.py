"""History of schema scoring."""

from parindex.db.migration_env import run_migrations
from scoring_api.wiring import service

run_migrations(service.metadata)
