"""Counts of answers and their sums; no ballots in here, only how often each answer was given."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey_ingest.campaigns.domain.form import BLANK, DOUBLE_MARKED, BallotForm


@dataclass(frozen=True, slots=True)
class Counted:
    """How many valid ballots gave one answer at one position (1, 2, …) of a form («kiểm đếm»)."""

    group: str
    unit: str
    position: int
    answer: int
    ballots: int


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one question for one unit and group («ô tổng hợp»), `counts` in the order of its options."""

    questionnaire: str
    group: str
    unit: str
    question: str
    counts: tuple[int, ...]
    blank: int
    double: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.questionnaire, self.group, self.unit, self.question)

    @property
    def total(self) -> int:
        return sum(self.counts)


def cells_of(form: BallotForm, counted: Iterable[Counted]) -> list[Cell]:
    """The counts as cells, in the order of their keys; a matrix ballot fills a cell of every unit."""
    found: dict[tuple[str, str, str], dict[int, int]] = {}
    sizes: dict[str, int] = {}
    for item in counted:
        slot = form.slots[item.position - 1]
        sizes[slot.question] = len(slot.options)
        answers = found.setdefault((item.group, slot.unit or item.unit, slot.question), {})
        answers[item.answer] = answers.get(item.answer, 0) + item.ballots
    return [
        Cell(
            questionnaire=form.questionnaire.code,
            group=group,
            unit=unit,
            question=question,
            counts=tuple(answers.get(option, 0) for option in range(1, sizes[question] + 1)),
            blank=answers.get(BLANK, 0),
            double=answers.get(DOUBLE_MARKED, 0),
        )
        for (group, unit, question), answers in sorted(found.items())
    ]


def added(cells: Iterable[Cell]) -> list[Cell]:
    """The sum of batches: cells of one key added up, in the order of their keys.

    >>> one, two = (Cell("m", "g", "u", "q", (n, 0), 1, 0) for n in (1, 2))
    >>> added([one, two])
    [Cell(questionnaire='m', group='g', unit='u', question='q', counts=(3, 0), blank=2, double=0)]
    """
    found: dict[tuple[str, str, str, str], Cell] = {}
    for cell in cells:
        other = found.get(cell.key)
        found[cell.key] = cell if other is None else _sum(other, cell)
    return [found[key] for key in sorted(found)]


def _sum(one: Cell, two: Cell) -> Cell:
    counts = tuple(a + b for a, b in zip(one.counts, two.counts, strict=True))
    return Cell(*one.key, counts, one.blank + two.blank, one.double + two.double)
