"""What a claimed value measures: percents, counts, growth; None where the denominator is 0."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from parindex.kernel.points import HUNDRED, share
from scoring_api.frameworks.domain.formula import NUMBERS, guarded
from scoring_api.frameworks.domain.rules import Formula, Measure, Punctuality

Value = Mapping[str, Any]
Measured = tuple[Decimal | None, bool]
"""The measure, None when it does not arise (denominator 0), and whether it exceeds what it is a part of."""

_LIMIT = Decimal("1E15")
# Bound once: the hot path.
_add, _subtract, _multiply, _divide = NUMBERS.add, NUMBERS.subtract, NUMBERS.multiply, NUMBERS.divide


def _bounded(amount: Decimal) -> Decimal:
    """A measure beyond ±10¹⁵ says no more than that bound."""
    if amount > _LIMIT:
        return _LIMIT
    return max(-_LIMIT, amount)


def _ratio(value: Value) -> Measured:
    part, whole = Decimal(value["numerator"]), Decimal(value["denominator"])
    if not whole:
        return None, False
    return _divide(_multiply(part, HUNDRED), whole), part > whole


def _product(value: Value) -> Measured:
    """One ratio of another, «tỷ lệ của tỷ lệ»."""
    part = _multiply(Decimal(value["numerator"]), Decimal(value["second_numerator"]))
    whole = _multiply(Decimal(value["denominator"]), Decimal(value["second_denominator"]))
    if not whole:
        return None, False
    return _bounded(share(part, whole)), part > whole


def _complement(value: Value) -> Measured:
    """What is left of 100 %: 100 % − (x + y), the second part optional."""
    part = _add(Decimal(value["numerator"]), Decimal(value.get("second_numerator", 0)))
    whole = Decimal(value["denominator"])
    if not whole:
        return None, False
    return _bounded(_subtract(HUNDRED, share(part, whole))), part > whole


def _growth(value: Value) -> Measured:
    """Percent change on last year: 360 after 325 is 10,77 %."""
    now, before = Decimal(value["current"]), Decimal(value["previous"])
    if not before:
        return None, False
    return _bounded(share(_subtract(now, before), before)), False


def _punctual(late_share: Decimal) -> Callable[[Value], Measured]:
    def measure(value: Value) -> Measured:
        on_time, late, missing = (Decimal(value[name]) for name in ("on_time", "late", "missing"))
        due = _add(_add(on_time, late), missing)
        if not due:
            return None, False
        return share(_add(on_time, _multiply(late_share, late)), due), False

    return measure


def _formula(terms: Formula) -> Callable[[Value], Measured]:
    amount_of = guarded(terms.guards, terms.variables)

    def measure(value: Value) -> Measured:
        given = value["variables"]
        amount = amount_of({name: Decimal(given[name]) for name in terms.variables})
        return (None if amount is None else _bounded(amount)), False

    return measure


_PLAIN: dict[str, Callable[[Value], Measured]] = {
    "ratio": _ratio,
    "product": _product,
    "complement": _complement,
    "count": lambda value: (Decimal(value["count"]), False),
    "growth": _growth,
    "points": lambda value: (Decimal(value["points"]), False),
}


def measure_function(measure: Measure) -> Callable[[Value], Measured]:
    """The measure as a function of a checked value.

    >>> from scoring_api.frameworks.domain.rules import PlainMeasure
    >>> from parindex.kernel.points import output
    >>> growth, _ = measure_function(PlainMeasure("growth"))({"current": "360", "previous": "325"})
    >>> output(growth)  # new enterprises, Sóc Trăng 2017
    Decimal('10.77')
    """
    if isinstance(measure, Punctuality):
        return _punctual(measure.late_share)
    if isinstance(measure, Formula):
        return _formula(measure)
    return _PLAIN[measure.kind]
