"""How firm ranks and bands are: the survey drawn again and again; never part of a result or of its pack."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isqrt
from statistics import NormalDist
from typing import Literal

from parindex.kernel.errors import DomainError
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.results.domain.outcome import IndexResult, UnitResult, UnitScore
from scoring_api.results.domain.robustness_model import FINEST, UnitModel, surveyed_leaves, unit_model

METHOD: Literal["normal_per_group"] = "normal_per_group"
MOST_DRAWS, MOST_PLACES = 10_000, 300_000
LOW, HIGH = 5, 95
_NORMAL = NormalDist()
_SHIFT_PLACES, _NORMAL_PLACES = 12, 12
_LEAST = 2**-53  # stands for the 0 that random() may give and that has no inverse


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRobustness:
    """How firm the standing of one unit is («độ vững của kết quả»).

    `rank` is the computed one; `rank_low`, `rank_median`, `rank_high` are the 5th, 50th and 95th percentile
    of the ranks of the runs (nearest rank: each is a rank that occurred). `bands` counts the runs in each
    band, best first. `standard_error` is that of the percent. `moving` names the leaves that moved.
    """

    unit: str
    rank: int | None
    rank_low: int | None
    rank_median: int | None
    rank_high: int | None
    standard_error: Decimal | None
    bands: tuple[tuple[str, int], ...]
    moving: tuple[str, ...]


def robustness(result: IndexResult, draws: int, seed: int) -> list[UnitRobustness]:
    """The units of a criteria set under `draws` runs of the survey («phân tích độ nhạy»), in given order.

    A run draws one standard normal number for each unit and respondent group, shared by all questions the
    group answered: they are taken as fully dependent, which makes intervals wider, not narrower. Each
    group's part of a survey leaf moves by that number times its standard error (multinomial over the answers
    counted, no correction for a finite population), the leaf goes through its scale, everything else stands.
    A group that answered with one voice has the standard error 0 and does not move.

    The numbers come from `random()` of a generator seeded by seed, unit and group, so that they are the same
    for every Python and for every other choice of units, and from the inverse of the normal distribution,
    rounded to 12 decimals. Raises DomainError `robustness_too_large`.
    """
    check_size(len(result.units), draws)
    surveyed = surveyed_leaves(result.framework)
    models = {
        code: unit_model(result.framework, surveyed, result.inputs[code], found.score)
        for code, found in result.units.items()
    }
    runs = {code: _percents(model, draws, seed) for code, model in models.items() if model is not None}
    drawn = _ranks(result.units, runs, draws)
    return [
        _summary(result.framework, found, models[code], runs.get(code), drawn.get(code, ()))
        for code, found in result.units.items()
    ]


def check_size(units: int, draws: int) -> None:
    """Raises DomainError `robustness_too_large`: the work is bounded before it begins."""
    if units * draws > MOST_PLACES:
        raise DomainError("robustness_too_large", {"units": units, "draws": draws, "most": MOST_PLACES})


def _normals(seed: int, unit: str, group: str, draws: int) -> list[float]:
    chance = random.Random(f"{seed}/{unit}/{group}")  # noqa: S311 — a simulation, not a secret
    uniform = [chance.random() for _ in range(draws)]
    return [round(_NORMAL.inv_cdf(number or _LEAST), _NORMAL_PLACES) for number in uniform]


def _percents(model: UnitModel, draws: int, seed: int) -> list[int]:
    """The percent of each run in whole numbers of 10⁻²⁰: a unit that does not move stands exactly still."""
    normals = {group: _normals(seed, model.unit, group, draws) for group in model.groups}
    gained = [0.0] * draws
    for movement in model.movements:
        percents = [movement.base] * draws
        for group, slope in movement.slopes.items():
            moved = zip(percents, normals[group], strict=True)
            percents = [percent + slope * normal for percent, normal in moved]
        still = movement.points(movement.base)
        gained = [so_far + movement.points(p) - still for so_far, p in zip(gained, percents, strict=True)]
    unit, rest = 100 * 10**_SHIFT_PLACES / model.applicable, 10 ** (FINEST - _SHIFT_PLACES)
    most = model.limit
    found = [max(0, model.raw + round(points * unit) * rest) for points in gained]
    return found if most is None else [min(most, percent) for percent in found]


def _ranks(
    units: Mapping[str, UnitResult], runs: Mapping[str, Sequence[int]], draws: int
) -> dict[str, list[int]]:
    """Ranks of every run within the units' lists; equal units share one, ties part as they were computed."""
    lists: dict[str, list[str]] = {}
    for code in runs:
        lists.setdefault(units[code].score.unit.rank_group, []).append(code)
    found: dict[str, list[int]] = {code: [] for code in runs}
    for members in lists.values():
        ties = [_merit(units[code].score) for code in members]
        rows = [found[code] for code in members]
        for run in range(draws):
            merits = [(runs[code][run], tie) for code, tie in zip(members, ties, strict=True)]
            places: dict[tuple[int, tuple[Decimal, ...]], int] = {}
            for place, merit in enumerate(sorted(merits, reverse=True), 1):
                places.setdefault(merit, place)
            for row, merit in zip(rows, merits, strict=True):
                row.append(places[merit])
    return found


def _merit(score: UnitScore) -> tuple[Decimal, ...]:
    return tuple(Decimal(-1) if value is None else value for value in score.tie_values)


def _summary(
    framework: Framework,
    found: UnitResult,
    model: UnitModel | None,
    percents: Sequence[int] | None,
    ranks: Sequence[int],
) -> UnitRobustness:
    ordered = sorted(ranks)
    low, median, high = (_percentile(ordered, level) for level in (LOW, 50, HIGH))
    return UnitRobustness(
        unit=found.score.unit.code,
        rank=found.standing.rank,
        rank_low=low,
        rank_median=median,
        rank_high=high,
        standard_error=_deviation(percents) if percents else None,
        bands=tuple(_bands(framework, percents or ())),
        moving=tuple(movement.leaf for movement in model.movements) if model else (),
    )


def _percentile(ordered: Sequence[int], level: int) -> int | None:
    """Nearest rank: the smallest value that at least `level` % of all do not exceed.

    >>> _percentile(range(1, 101), 5), _percentile([1, 2, 2, 4], 50), _percentile([], 95)
    (5, 2, None)
    """
    return ordered[-(-level * len(ordered) // 100) - 1] if ordered else None


def _deviation(percents: Sequence[int]) -> Decimal:
    """Standard deviation of the runs, in whole numbers until the end."""
    number = len(percents)
    spread = number * sum(percent * percent for percent in percents) - sum(percents) ** 2
    return Decimal(isqrt(spread) // number).scaleb(-FINEST)


def _bands(framework: Framework, percents: Iterable[int]) -> Iterator[tuple[str, int]]:
    """How many runs fell into each band; bands stand best first and end at 0."""
    left = list(percents)
    for band in framework.bands:
        floor = int(band.floor.scaleb(FINEST))
        below = [percent for percent in left if percent < floor]
        yield band.code, len(left) - len(below)
        left = below
