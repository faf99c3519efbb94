"""History of schema report."""

from parindex.db.migration_env import run_migrations
from report_gen.wiring import service

run_migrations(service.metadata)
