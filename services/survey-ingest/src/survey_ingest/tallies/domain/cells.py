"""Counts of answers and their sums; no ballots in here, only how often each answer was given."""

from collections.abc import Iterable
from dataclasses import dataclass

from survey_ingest.campaigns.domain.form import BLANK, DOUBLE_MARKED, BallotForm, Slot


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
    """Counts of one question for one unit and group («ô tổng hợp»), `counts` in the order of its options.

    `answered` is the number of ballots that ticked anything at a multiple choice, where one ballot counts at
    several options; None for a question of one answer, whose counts add up to its ballots.
    """

    questionnaire: str
    group: str
    unit: str
    question: str
    counts: tuple[int, ...]
    blank: int
    double: int
    answered: int | None = None

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.questionnaire, self.group, self.unit, self.question)

    @property
    def total(self) -> int:
        return sum(self.counts) if self.answered is None else self.answered


def cells_of(form: BallotForm, counted: Iterable[Counted]) -> list[Cell]:
    """The counts as cells, in the order of their keys; a matrix ballot fills a cell of every unit."""
    found: dict[tuple[str, str, str], dict[int, int]] = {}
    slots: dict[str, Slot] = {}
    for item in counted:
        slot = form.slots[item.position - 1]
        slots[slot.question] = slot
        answers = found.setdefault((item.group, slot.unit or item.unit, slot.question), {})
        answers[item.answer] = answers.get(item.answer, 0) + item.ballots
    return [
        Cell(
            questionnaire=form.questionnaire.code,
            group=group,
            unit=unit,
            question=question,
            counts=option_counts(slots[question], answers),
            blank=answers.get(BLANK, 0),
            double=answers.get(DOUBLE_MARKED, 0),
            answered=_answered(slots[question], answers),
        )
        for (group, unit, question), answers in sorted(found.items())
    ]


def option_counts(slot: Slot, answers: dict[int, int]) -> tuple[int, ...]:
    """How many ballots ticked each option; of a multiple choice an answer is the sum of 1, 2, 4, … ticked.

    >>> trips = Slot("", "q1", ("A", "B", "C"), "multiple", "share")
    >>> option_counts(trips, {5: 2, 4: 1, 0: 9})
    (2, 0, 3)
    """
    options = range(len(slot.options))
    if slot.kind != "multiple":
        return tuple(answers.get(number + 1, 0) for number in options)
    return tuple(
        sum(ballots for answer, ballots in answers.items() if answer > BLANK and answer >> number & 1)
        for number in options
    )


def _answered(slot: Slot, answers: dict[int, int]) -> int | None:
    if slot.kind != "multiple":
        return None
    return sum(ballots for answer, ballots in answers.items() if answer > BLANK)


def added(cells: Iterable[Cell]) -> list[Cell]:
    """The sum of batches: cells of one key added up, in the order of their keys.

    >>> one, two = (Cell("m", "g", "u", "q", (n, 0), 1, 0) for n in (1, 2))
    >>> added([one, two])[0].counts, added([one, two])[0].blank
    ((3, 0), 2)
    """
    found: dict[tuple[str, str, str, str], Cell] = {}
    for cell in cells:
        other = found.get(cell.key)
        found[cell.key] = cell if other is None else _sum(other, cell)
    return [found[key] for key in sorted(found)]


def _sum(one: Cell, two: Cell) -> Cell:
    counts = tuple(a + b for a, b in zip(one.counts, two.counts, strict=True))
    answered = None if one.answered is None or two.answered is None else one.answered + two.answered
    return Cell(*one.key, counts, one.blank + two.blank, one.double + two.double, answered)
