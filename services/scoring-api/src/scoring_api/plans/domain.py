"""A yearly reform plan («kế hoạch CCHC»): counts of tasks and activities, areas, numbered measures."""

from dataclasses import dataclass

from parindex.kernel.errors import DomainError, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan («kế hoạch») as its decision states it.

    Hải Dương 2023: 51 tasks and 82 activities in 7 areas, each with product, time and who answers for it.
    """

    code: str
    year: int
    number: str
    date: str
    tasks: int
    activities: int
    areas: tuple[str, ...]
    measures: tuple[str, ...]


def check_plan(plan: Plan) -> None:
    """Raises DomainError `plan_invalid`: negative counts, fewer activities than tasks, repeated areas.

    >>> areas = ("Cải cách thể chế", "Cải cách thể chế")
    >>> plan = Plan(
    ...     code="2023", year=2023, number="", date="", tasks=51, activities=82, areas=areas, measures=()
    ... )
    >>> check_plan(plan)
    Traceback (most recent call last):
    ...
    parindex.kernel.errors.DomainError: plan_invalid {'plan': '2023'} /areas: một lĩnh vực ghi hai lần
    """
    faults = []
    if plan.tasks < 0 or plan.activities < plan.tasks:
        faults.append(Fault("/activities", "fewer_activities", "mỗi nhiệm vụ có ít nhất một hoạt động"))
    if len(set(plan.areas)) != len(plan.areas):
        faults.append(Fault("/areas", "area_repeated", "một lĩnh vực ghi hai lần"))
    if faults:
        raise DomainError("plan_invalid", {"plan": plan.code}, tuple(faults))
