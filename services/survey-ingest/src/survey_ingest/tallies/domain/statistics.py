"""How well a survey covers what it asks about: coverage, response, margin of error."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from parindex.kernel.points import output, share

_CONFIDENCE_95 = Decimal("1.96")
"""The normal deviate of a confidence of 95 %."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the survey went for one group, of one unit where it has its own quota («kết quả điều tra»)."""

    questionnaire: str
    group: str
    unit: str
    quota: int
    valid: int
    invalid: int
    held: int
    coverage_percent: Decimal | None
    margin_of_error: Decimal | None


def percent_of(part: int, whole: int) -> Decimal | None:
    """A share in percent with two decimals, half up; None of nothing.

    >>> percent_of(2476, 2476), percent_of(1, 3), percent_of(0, 0)
    (Decimal('100.00'), Decimal('33.33'), None)
    """
    if not whole:
        return None
    return output(share(Decimal(part), Decimal(whole)))


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
