"""What a printed figure may stand for: exact intervals, and whether two of them share a value; no report."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=200, rounding=ROUND_HALF_UP)
"""Wide enough that sums and products of printed figures lose no digit; it rounds quotients for messages."""
ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True, slots=True)
class Span:
    """The values that print as one figure («khoảng giá trị làm tròn»): from `low` to under `high`.

    A closed span holds its end too: an exact value, or a negative figure, which half-up rounds away from 0.
    """

    low: Decimal
    high: Decimal
    closed: bool


def point(value: Decimal) -> Span:
    """A figure that was never rounded: counts, declared maxima."""
    return Span(value, value, closed=True)


def places(value: Decimal) -> int:
    """How many decimals a figure was printed with; a Decimal keeps them.

    >>> places(Decimal("2.50")), places(Decimal(12280))
    (2, 0)
    """
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # the reader lets no infinity in
    return max(0, -exponent)


def rounded(value: Decimal) -> Span:
    """What rounds half-up to a printed figure.

    >>> rounded(Decimal("7.994"))
    Span(low=Decimal('7.9935'), high=Decimal('7.9945'), closed=False)
    """
    half = Decimal(5).scaleb(-places(value) - 1)
    return Span(EXACT.subtract(value, half), EXACT.add(value, half), closed=value < 0)


def added(spans: Iterable[Span]) -> Span:
    low = high = ZERO
    closed = True
    for span in spans:
        low, high = EXACT.add(low, span.low), EXACT.add(high, span.high)
        closed = closed and span.closed
    return Span(low, high, closed)


def multiplied(one: Span, other: Span) -> Span:
    """The product of two spans; an end that a sign turns round is let in, so that no value is lost.

    >>> multiplied(point(Decimal(100)), rounded(Decimal("0.5")))
    Span(low=Decimal('45.00'), high=Decimal('55.00'), closed=False)
    """
    closed = one.closed and other.closed
    if one.low >= 0 and other.low >= 0:
        return Span(EXACT.multiply(one.low, other.low), EXACT.multiply(one.high, other.high), closed)
    ends = [EXACT.multiply(a, b) for a in (one.low, one.high) for b in (other.low, other.high)]
    return Span(min(ends), max(ends), closed=True)


def meet(one: Span, other: Span) -> bool:
    """Whether some value lies in both.

    >>> meet(rounded(Decimal("74.51")), point(Decimal("74.515")))
    False
    >>> meet(rounded(Decimal("74.51")), point(Decimal("74.505")))
    True
    """
    return begins_within(one, other) and begins_within(other, one)


def begins_within(one: Span, other: Span) -> bool:
    """Whether some value of the one is no greater than some value of the other."""
    return one.low < other.high or (one.low == other.high and other.closed)
