"""Roles, schemas and Alembic histories: one of each a service, and the shared room `bus`.

Only this module uses the administrator's URL. The owner role migrates, the app role serves; an app role sees
its own schema and `bus`, nothing else.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

BUS_MIGRATIONS = Path(__file__).parents[1] / "bus" / "migrations"
ROLE_ATTEMPTS = 20
_LOCK = int.from_bytes(hashlib.sha256(b"parindex migrations").digest()[:7])


@dataclass(frozen=True, slots=True)
class SchemaPlan:
    """A schema to bring to head: its name, its histories' folder and the app role's URL."""

    name: str
    migrations: Path
    app_url: str

    @property
    def password(self) -> str:
        return unquote(urlsplit(self.app_url).password or "")


async def migrate(admin_url: str, plans: Sequence[SchemaPlan]) -> None:
    """Create what is missing and bring every schema to head; safe to repeat and to run twice at once."""
    engine = create_async_engine(_async_url(admin_url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _LOCK})
            await _prepare_roles(connection, plans)
            for name, folder in [("bus", BUS_MIGRATIONS), *((p.name, p.migrations) for p in plans)]:
                async with engine.begin() as work:
                    await work.execute(text(f"SET LOCAL ROLE {name}_owner"))
                    await work.run_sync(_upgrade, name, folder)
            for plan in plans:
                await connection.execute(text(f"GRANT SELECT, INSERT ON bus.event TO {plan.name}_app"))
                await connection.execute(
                    text(f"GRANT SELECT, INSERT, UPDATE ON bus.delivery TO {plan.name}_app")
                )
    finally:
        await engine.dispose()


def _async_url(url: str) -> str:
    return "postgresql+asyncpg://" + url.split("://", 1)[1]


def alembic_config(schema: str, folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.attributes["schema"] = schema
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(rev)s_%%(slug)s")
    return config


def _upgrade(connection: Connection, schema: str, folder: Path) -> None:
    config = alembic_config(schema, folder)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def draft_migration(admin_url: str, schema: str, folder: Path, message: str) -> None:
    """Write the next step of a history from what the tables in the code have and the database lacks."""
    engine = create_async_engine(_async_url(admin_url), poolclass=NullPool)

    def draft(connection: Connection) -> None:
        config = alembic_config(schema, folder)
        config.attributes["connection"] = connection
        step = len(list((folder / "versions").glob("*.py"))) + 1
        command.revision(config, message, autogenerate=True, rev_id=f"{schema}_{step:04d}")

    try:
        async with engine.connect() as connection:
            await connection.run_sync(draft)
    finally:
        await engine.dispose()


async def _prepare_roles(connection: AsyncConnection, plans: Sequence[SchemaPlan]) -> None:
    for name in ("bus", *(plan.name for plan in plans)):
        await _ensure_role(connection, f"{name}_owner", "NOLOGIN")
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {name} AUTHORIZATION {name}_owner"))
    database = (await connection.execute(text("SELECT current_database()"))).scalar_one()
    await connection.execute(text(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC'))
    for plan in plans:
        app, owner = f"{plan.name}_app", f"{plan.name}_owner"
        quoted = plan.password.replace("'", "''")
        await _ensure_role(connection, app, f"LOGIN PASSWORD '{quoted}'")
        await connection.execute(text(f'GRANT CONNECT ON DATABASE "{database}" TO {app}'))
        await connection.execute(text(f"GRANT USAGE ON SCHEMA {plan.name}, bus TO {app}"))
        await connection.execute(
            text(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA {plan.name} "
                f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
            )
        )


async def _ensure_role(connection: AsyncConnection, role: str, options: str) -> None:
    """Create the role or bring its options up to date.

    Roles belong to the whole server: a migration of another database may be at the same one. Whoever comes
    second is told so by PostgreSQL and tries again.
    """
    for _ in range(ROLE_ATTEMPTS):
        found = await connection.execute(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role})
        verb = "ALTER" if found.scalar() else "CREATE"
        try:
            await connection.exec_driver_sql(f"{verb} ROLE {role} {options}")
            break
        except DBAPIError:
            await asyncio.sleep(0.1)
    else:
        await connection.exec_driver_sql(f"ALTER ROLE {role} {options}")
    if role.endswith("_owner"):
        await connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
