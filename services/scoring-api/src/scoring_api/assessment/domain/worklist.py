"""What waits for an appraiser («danh sách việc»): leaves by deadline, with counts by unit and by area."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from scoring_api.assessment.domain.acts import LeafStand, self_scored
from scoring_api.assessment.domain.desk import Desk
from scoring_api.assessment.domain.guard import Guard
from scoring_api.assessment.domain.steps import area_of, waits
from scoring_api.frameworks.domain.framework import Leaf

NEVER = datetime.max.replace(tzinfo=UTC)


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
    place: tuple[datetime, int, int]

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
    for leaf in desk.framework.leaves:
        area = area_of(desk.framework, leaf.key)
        barred = leaf.key in desk.authored or guard.refusal(desk.unit, area)
        if self_scored(leaf) and not barred:
            yield Task(
                desk=desk,
                area=area,
                leaf=leaf,
                why=waits(desk.stand(leaf.key)),
                returned=leaf.key in desk.returned,
                place=place_of(desk, leaf.key),
            )


def place_of(desk: Desk, leaf: str) -> tuple[datetime, int, int]:
    """Where a leaf stands in the list: by deadline, then unit, then the tree.

    No appraisal moves it, so that a page can begin after a leaf that was judged meanwhile. Raises
    ValueError for a leaf that the framework has not.
    """
    keys = [found.key for found in desk.framework.leaves]
    return desk.closes_at or NEVER, desk.position, keys.index(leaf)


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
