"""How well a survey covers what it asks about: coverage, response, margin of error."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Self

from parindex.contracts.snapshots import BallotCount
from parindex.kernel.points import output, share

_CONFIDENCE_95 = Decimal("1.96")
"""The normal deviate of a confidence of 95 %."""


def percent_of(part: int, whole: int | None) -> Decimal | None:
    """A share in percent with two decimals, half up; None of nothing or of what is not known.

    >>> percent_of(2476, 2476), percent_of(1, 3), percent_of(0, 0)
    (Decimal('100.00'), Decimal('33.33'), None)
    """
    if not whole:
        return None
    return output(share(Decimal(part), Decimal(whole)))


@dataclass(frozen=True, slots=True)
class Response:
    """How many ballots of a questionnaire came back of those sent out («tỷ lệ thu về»).

    Response rate = returned / issued × 100, where every ballot that came back counts, whether it is valid or
    not, and every one that was issued counts as if its respondent could have answered. Source: American
    Association for Public Opinion Research, Standard Definitions, response rate 2 (partial answers count);
    nobody knows of paper that stayed away whether its respondent was eligible.

    >>> Response.of("sipas-huyen", issued=1620, returned=1539).response_percent
    Decimal('95.00')
    """

    questionnaire: str
    issued: int
    returned: int
    response_percent: Decimal | None

    @classmethod
    def of(cls, questionnaire: str, issued: int, returned: int) -> Self:
        return cls(questionnaire, issued, returned, percent_of(returned, issued))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the survey went for one group, of one unit where it has its own quota («kết quả điều tra»).

    Coverage = valid / quota × 100: how much of the plan counts (the plan of the survey sets ballots by group
    and unit; Hải Dương 2022: 1.620 over 12 districts). Response rate as of a questionnaire, with every keyed
    ballot for returned; None where it is not known how many were issued for the group and unit. Margin of
    error: see `margin_of_error`.

    >>> count = BallotCount(
    ...     questionnaire="sipas", group="dan", unit="so-y-te", quota=40, valid=36, invalid=2, held=0
    ... )
    >>> found = Coverage.of(count, issued=40, population=400)
    >>> found.coverage_percent, found.response_percent, found.margin_of_error
    (Decimal('90.00'), Decimal('95.00'), Decimal('15.60'))
    """

    questionnaire: str
    group: str
    unit: str
    quota: int
    valid: int
    invalid: int
    held: int
    coverage_percent: Decimal | None
    issued: int | None
    response_percent: Decimal | None
    margin_of_error: Decimal | None

    @classmethod
    def of(cls, count: BallotCount, issued: int | None, population: int | None) -> Self:
        return cls(
            count.questionnaire,
            count.group,
            count.unit,
            count.quota,
            count.valid,
            count.invalid,
            count.held,
            percent_of(count.valid, count.quota),
            issued,
            percent_of(count.valid + count.invalid + count.held, issued),
            margin_of_error(count.valid, population),
        )


def issued_for_group(bags: Iterable[tuple[str | None, int]]) -> dict[str, int]:
    """Group → the ballots issued for it («số phiếu phát ra»), from (group, issued) of every bag of a form.

    Nothing is known of any group when several share a bag.

    >>> issued_for_group([("dai-bieu", 20), ("dai-bieu", 4), ("lanh-dao", 96)])
    {'dai-bieu': 24, 'lanh-dao': 96}
    >>> issued_for_group([("dai-bieu", 20), (None, 100)])
    {}
    """
    found: dict[str, int] = {}
    for group, issued in bags:
        if group is None:
            return {}
        found[group] = found.get(group, 0) + issued
    return found


def margin_of_error(answered: int, population: int | None = None) -> Decimal | None:
    """Half the width of the 95 % interval of a share, in points of percent («sai số chọn mẫu»).

    e = 1,96 · √(p(1 − p) / n) with p = 0,5, where it is widest; with N known times √((N − n) / (N − 1)), the
    correction for a finite population. Source: W. G. Cochran, Sampling Techniques, 3rd edition (1977),
    sections 2.6 and 3.2; it holds for a simple random sample and says nothing of other errors. None when
    nobody answered, or when N is smaller than n and so cannot be the population.

    >>> margin_of_error(400), margin_of_error(135), margin_of_error(135, 1620)
    (Decimal('4.90'), Decimal('8.43'), Decimal('8.08'))
    >>> margin_of_error(96, 96), margin_of_error(0), margin_of_error(10, 9)
    (Decimal('0.00'), None, None)
    """
    if answered < 1 or (population is not None and population < answered):
        return None
    with localcontext() as context:
        context.prec = 40
        found = _CONFIDENCE_95 * 50 / Decimal(answered).sqrt()
        if population is not None and population > 1:
            found *= (Decimal(population - answered) / Decimal(population - 1)).sqrt()
        elif population == 1:
            found = Decimal(0)
        return output(found)
