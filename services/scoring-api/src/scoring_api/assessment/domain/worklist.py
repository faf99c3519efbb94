"""What waits for an appraiser («danh sách việc»): leaves by deadline, with counts by unit and by area."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scoring_api.assessment.domain.acts import LeafStand
from scoring_api.assessment.domain.desk import Desk
from scoring_api.assessment.domain.guard import Guard
from scoring_api.assessment.domain.steps import waits
from scoring_api.frameworks.domain.framework import Leaf

NEVER = datetime.max.replace(tzinfo=UTC)
Place = tuple[datetime, int, int]
"""Of a leaf in the list: by deadline, then by unit, then as in the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A leaf of a unit that the appraiser may judge («việc»); `why` it waits is empty when it does not.

    `returned` says that it lies with the unit for supplement.
    """

    desk: Desk
    area: str
    leaf: Leaf
    why: str
    returned: bool
    place: Place

    @property
    def waiting(self) -> bool:
        return bool(self.why) and not self.returned

    @property
    def stand(self) -> LeafStand:
        return self.desk.stand(self.leaf.key)


def tasks(desks: Iterable[Desk], guard: Guard) -> list[Task]:
    """Every leaf that the appraiser may judge now, what is due first first."""
    return sorted((task for desk in desks for task in _of_desk(desk, guard)), key=lambda task: task.place)


def _of_desk(desk: Desk, guard: Guard) -> Iterator[Task]:
    if not desk.appraisable:
        return
    barred = {area for area in set(desk.areas.values()) if guard.refusal(desk.unit, area)}
    for index, leaf in enumerate(desk.framework.leaves):
        area = desk.areas.get(leaf.key)
        if area is not None and area not in barred and leaf.key not in desk.authored:
            yield Task(
                desk=desk,
                area=area,
                leaf=leaf,
                why=waits(desk.stand(leaf.key)),
                returned=leaf.key in desk.returned,
                place=_place(desk, index),
            )


def _place(desk: Desk, index: int) -> Place:
    return desk.closes_at or NEVER, desk.position, index


def place_of(desks: Iterable[Desk], unit: str, leaf: str) -> Place | None:
    """Where a leaf of a unit stands in the list, None for one that is not there.

    No appraisal moves it, so that a page can begin after a leaf that was judged meanwhile.
    """
    for desk in desks:
        if desk.unit == unit:
            for index, found in enumerate(desk.framework.leaves):
                if found.key == leaf:
                    return _place(desk, index)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many leaves there are, how many wait, and how many lie with the unit («số việc»)."""

    scored: int
    waiting: int
    returned: int


def count(found: Iterable[Task]) -> Count:
    """The counts of some of the tasks."""
    rows = list(found)
    return Count(
        scored=len(rows),
        waiting=sum(task.waiting for task in rows),
        returned=sum(task.returned for task in rows),
    )
