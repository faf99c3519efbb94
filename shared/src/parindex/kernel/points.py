"""Numbers of the index: exact Decimals inside, one rounding at the output, Vietnamese print.

Points and percents never touch a float. A leaf's points are quantised once to 30 decimals, so that sums of
them are exact; every comparison uses 20 decimals; output rounds half-up once. 25 of the 30 percents printed
in the four reference documents come out exactly like this.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, localcontext

EXACT = Decimal(1).scaleb(-30)
COMPARED = Decimal(1).scaleb(-20)
HUNDRED = Decimal(100)
_FIGURE = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,4})?", re.ASCII)
_PRINTED = (
    (re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", re.ASCII), ".", ","),  # 1.972,5
    (re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+", re.ASCII), ",", "."),  # 1,972.5
    (re.compile(r"[+-]?\d+([,.]\d+)?", re.ASCII), "", ","),  # 83,08 and 0.5
)
"""How numbers are printed, with the sign of thousands and the decimal mark; the first that fits is meant."""
_CONTEXT = Context(prec=80, rounding=ROUND_HALF_UP)


def leaf_points(value: Decimal) -> Decimal:
    """Points of one leaf, quantised once to 30 decimals."""
    return value.quantize(EXACT, context=_CONTEXT)


def compared(value: Decimal) -> Decimal:
    """The value every comparison (band, rating, review, rank, tie) uses: 20 decimals."""
    return value.quantize(COMPARED, context=_CONTEXT)


def share(part: Decimal, whole: Decimal, of: Decimal = HUNDRED) -> Decimal:
    """`part / whole × of`, multiplied before it is divided; `of` is 100 for percents.

    Raises ZeroDivisionError when `whole` is 0: the caller's policy decides what that means.

    >>> output(share(Decimal("70.46"), Decimal("97.5")))  # Nam Định 2016
    Decimal('72.27')
    """
    if whole == 0:
        raise ZeroDivisionError
    return _CONTEXT.divide(_CONTEXT.multiply(part, of), whole)


def output(value: Decimal, places: int = 2) -> Decimal:
    """The printed figure, of the value that comparisons use: half-up, 2 decimals for totals and percents.

    Points and the percent made of them part by a division, so that one may lie under a half in its thirtieth
    decimal and the other on it; as compared they are one value and print alike.

    >>> output(Decimal("64.835")), output(Decimal("64.8349999999999999999999"))
    (Decimal('64.84'), Decimal('64.84'))
    """
    return compared(value).quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def telling_places(value: Decimal, bounds: Iterable[Decimal], places: int = 2) -> int:
    """The decimals, so many or more, that keep a printed figure on its own side of every bound.

    89,996 % is under 90 % and must not print as 90,00 %:

    >>> telling_places(Decimal("89.996"), [Decimal(90)]), telling_places(Decimal("89.994"), [Decimal(90)])
    (3, 2)
    """
    known = [(bound, compared(value) >= bound) for bound in bounds]
    while places < 20 and any((output(value, places) >= bound) is not above for bound, above in known):
        places += 1
    return places


def total(values: Sequence[Decimal]) -> Decimal:
    """Exact sum, whatever the ambient decimal context."""
    with localcontext(_CONTEXT):
        return sum(values, Decimal(0))


def parse_decimal(text: str) -> Decimal:
    """A finite decimal of sane size from JSON text; raises ValueError for NaN, infinities and monsters."""
    if len(text) > 60 or not _FIGURE.fullmatch(text):
        raise ValueError(text[:20])
    value = Decimal(text)
    if value and not -30 <= value.adjusted() <= 15:
        raise ValueError(text)
    return value


def vietnamese(value: Decimal | int, places: int | None = None) -> str:
    """The number as a Vietnamese document prints it: comma decimals, dot thousands.

    >>> vietnamese(Decimal("87.25")), vietnamese(2476), vietnamese(Decimal("71.5"))
    ('87,25', '2.476', '71,5')
    """
    number = output(Decimal(value), places) if places is not None else Decimal(value)
    text = f"{number:,f}"
    return text.replace(",", " ").replace(".", ",").replace(" ", ".")


def read_vietnamese(text: str) -> Decimal:
    """The number a Vietnamese text prints, slips of spacing and the percent sign included.

    A comma is the decimal mark and dots part thousands; a dot that cannot do so is a decimal mark, as
    spreadsheets of another setting write it. Raises ValueError for what is no number.

    >>> [str(read_vietnamese(text)) for text in ("83, 08%", "12.280", "1.972,5", "1,972.5", "0.5", "04")]
    ['83.08', '12280', '1972.5', '1972.5', '0.5', '4']
    """
    plain = re.sub(r"[\s\u00a0]+", "", text).removesuffix("%")
    for pattern, thousands, mark in _PRINTED:
        if pattern.fullmatch(plain):
            return parse_decimal(plain.replace(thousands, "").replace(mark, "."))
    raise ValueError(text[:20])


def vietnamese_count(value: int) -> str:
    """A count of units or ballots: at least two digits, as the decrees print it.

    >>> vietnamese_count(3), vietnamese_count(14), vietnamese_count(1620)
    ('03', '14', '1.620')
    """
    return f"{value:02d}" if value < 100 else vietnamese(value)


def apportion(parts: Sequence[Decimal], places: int = 2, printed: Decimal | None = None) -> list[Decimal]:
    """Round parts so that they add up to their rounded total: largest remainder, ties by order.

    `printed` is their total where it was itself a part and may have been rounded the other way.

    Sóc Trăng 2017 prints 46,48 + 28,03 = 74,51 for these two:

    >>> [str(part) for part in apportion([Decimal("46.4863"), Decimal("28.0267")])]
    ['46.48', '28.03']
    """
    unit = Decimal(1).scaleb(-places)
    target = output(total(parts), places) if printed is None else printed
    floors = [part.quantize(unit, rounding=ROUND_FLOOR, context=_CONTEXT) for part in parts]
    with localcontext(_CONTEXT):  # the default context's 28 digits would round the remainders
        missing = int((target - total(floors)) / unit)
        by_remainder = sorted(range(len(parts)), key=lambda i: (floors[i] - parts[i], i))
    lifted = set(by_remainder[:missing])
    return [floor + unit if i in lifted else floor for i, floor in enumerate(floors)]
