"""Writing a plan."""

from parindex.auth.principal import Principal
from parindex.db import Writing
from scoring_api.announcements.use_cases import announce
from scoring_api.plans import store
from scoring_api.plans.domain import Plan, check_plan
from scoring_api.schema import record


async def write_plan(connection: Writing, by: Principal, new: Plan) -> None:
    """Raises DomainError `plan_invalid`."""
    check_plan(new)
    await store.save_plan(connection, new)
    await record(connection, by, "plan.written", new.code, tasks=new.tasks, activities=new.activities)
    await announce(connection, "plan.changed", new.code, {"plan": new.code, "year": new.year}, "public")
