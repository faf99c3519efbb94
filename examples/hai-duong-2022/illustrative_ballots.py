"""Draws the ballots of the four questionnaires: exact numbers of ballots, made answers; no file access."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

BLANK, DOUBLE = 0, -1
OPTION_WEIGHTS = (Decimal(100), Decimal(60), Decimal(20), Decimal(0))
SPELLINGS = ((" và ", " & "), ("hoá", "hóa"), ("Sở ", "SỞ "), (" - ", ", "))
SLIPS = (0.008, 0.011)  # below the first: blank; below the second: double-marked


@dataclass(frozen=True, slots=True)
class MatrixBallot:
    serial: str
    batch: str
    group: str
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitBallot:
    serial: str
    batch: str
    unit: str
    answers: tuple[int, ...]


def mark(rng: Random, weights: Sequence[float]) -> int:
    """The number of the option marked, or a slip of the pen."""
    slip = rng.random()
    if slip < SLIPS[1]:
        return BLANK if slip < SLIPS[0] else DOUBLE
    return rng.choices(range(1, len(weights) + 1), weights)[0]


def four_options(percent: float) -> list[float]:
    """Shares of A 100, B 60, C 20, D 0 whose mean is `percent`."""
    lost = (100 - percent) / 100
    third, fourth = 0.25 * lost, 0.05 * lost
    first = (percent - 60 * (1 - third - fourth) - 20 * third) / 40
    return [first, 1 - first - third - fourth, third, fourth]


def five_options(share: float) -> list[float]:
    """Shares of the five-step scale of which `share` percent are satisfied (steps 4 and 5)."""
    satisfied, rest = share / 100, 1 - share / 100
    return [rest * 0.08, rest * 0.22, rest * 0.7, satisfied * 0.62, satisfied * 0.38]


def matrix_ballots(
    rng: Random,
    prefix: str,
    places: Iterable[tuple[str, str, int]],
    opinions: Sequence[float],
    questions: int,
) -> list[MatrixBallot]:
    """Ballots on which one person rates every unit; a place is (batch, group, number of ballots)."""
    found: list[MatrixBallot] = []
    for batch, group, number in places:
        for _ in range(number):
            mood = rng.uniform(-3, 3)
            answers = tuple(
                mark(rng, four_options(min(98.0, max(66.0, opinion + mood))))
                for opinion in opinions
                for _ in range(questions)
            )
            found.append(MatrixBallot(f"{prefix}-{len(found) + 1:04d}", batch, group, answers))
    return found


def unit_ballots(
    rng: Random,
    prefix: str,
    places: Iterable[tuple[str, str, int]],
    satisfied: Mapping[str, float],
    questions: int,
) -> list[UnitBallot]:
    """Ballots on which a person rates the one unit served; a place is (batch, unit, number of ballots)."""
    leanings = [rng.uniform(-3, 3) for _ in range(questions)]
    found: list[UnitBallot] = []
    for batch, unit, number in places:
        for _ in range(number):
            answers = tuple(
                mark(rng, five_options(min(99.0, satisfied[unit] + leaning))) for leaning in leanings
            )
            found.append(UnitBallot(f"{prefix}-{len(found) + 1:04d}", batch, unit, answers))
    return found


def organisation_percent(ballots: Iterable[MatrixBallot], start: int, questions: int) -> Decimal:
    """Mean over one unit's questions of the pooled option weights; slips do not count."""
    columns = list(zip(*(ballot.answers[start : start + questions] for ballot in ballots), strict=True))
    means = []
    for column in columns:
        marked = [OPTION_WEIGHTS[answer - 1] for answer in column if answer > 0]
        means.append(sum(marked) / Decimal(len(marked)))
    return sum(means, Decimal(0)) / len(means)


def satisfied_share(ballots: Iterable[UnitBallot]) -> Decimal:
    """Share of the satisfied (steps 4 and 5) in all valid answers."""
    marked = [answer for ballot in ballots for answer in ballot.answers if answer > 0]
    return Decimal(sum(answer >= 4 for answer in marked)) / len(marked)


def spelled(name: str, aliases: Sequence[str], rng: Random) -> str:
    """The unit's name as somebody may key it: mostly the full name, else an alias or another spelling."""
    chance = rng.random()
    if chance < 0.6:
        return name
    if chance < 0.85 and aliases:
        return rng.choice(aliases)
    old, new = rng.choice(SPELLINGS)
    return name.replace(old, new)
