"""SQL of plans; a plan is edited whole and is not frozen by a period."""

from dataclasses import asdict

from sqlalchemy import Column, Integer, String, Table, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from parindex.db import Instant, Reading, Writing
from parindex.kernel.clocks import business_time
from scoring_api.plans.domain import Plan
from scoring_api.schema import metadata

plan = Table(
    "plan",
    metadata,
    Column("code", String(80), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("updated_at", Instant, nullable=False),
)


async def save_plan(connection: Writing, new: Plan) -> None:
    values = {"year": new.year, "content": asdict(new), "updated_at": business_time()}
    await connection.execute(
        insert(plan)
        .values(code=new.code, **values)
        .on_conflict_do_update(index_elements=[plan.c.code], set_=values)
    )


async def find_plan(connection: Reading, code: str) -> Plan | None:
    content = (await connection.execute(select(plan.c.content).where(plan.c.code == code))).scalar()
    if content is None:
        return None
    return Plan(**{**content, "areas": tuple(content["areas"]), "measures": tuple(content["measures"])})
