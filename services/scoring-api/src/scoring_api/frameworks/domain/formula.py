"""A small arithmetic of named variables, parsed once into steps and bounded: never Python's own `eval`.

guard  := term (("and" | "or") term)*          read from the left
term   := sum (("<" | "<=" | ">" | ">=" | "=" | "!=") sum)?
sum    := product (("+" | "-") product)*        product := factor (("*" | "/") factor)*
factor := figure | variable | "-" factor | "(" guard ")"
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

LENGTH_LIMIT = 500
DEPTH_LIMIT = 20
NUMBERS = Context(prec=80, rounding=ROUND_HALF_UP)

_TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|[a-z_][a-z0-9_]*|<=|>=|!=|[-+*/()<>=])", re.ASCII)
RESERVED = frozenset({"and", "or"})

Variables = Mapping[str, Decimal]
Expression = Callable[[Mapping[str, Fraction]], Fraction]
"""Exact, so that a third taken three times equals one in a condition; rounded once, as the measure."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A case of a formula («trường hợp»): its condition, None for «otherwise», and what is then measured."""

    when: str | None
    expression: str
    label: str = ""


_BINARY: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "<": lambda a, b: Fraction(a < b),
    "<=": lambda a, b: Fraction(a <= b),
    ">": lambda a, b: Fraction(a > b),
    ">=": lambda a, b: Fraction(a >= b),
    "=": lambda a, b: Fraction(a == b),
    "!=": lambda a, b: Fraction(a != b),
}
_LEVELS = (
    frozenset({"and", "or"}),
    frozenset({"<", "<=", ">", ">=", "=", "!="}),
    frozenset("+-"),
    frozenset("*/"),
)


def parse_expression(text: str, variables: Sequence[str]) -> Expression:
    """The expression as a function of its variables; raises ValueError with a Vietnamese reason.

    >>> parse_expression("(a + b) / 2", ["a", "b"])({"a": Fraction(3), "b": Fraction(4)})
    Fraction(7, 2)
    """
    tokens = _tokens(text)
    parser = _Parser(tokens, frozenset(variables))
    expression = parser.level(0, 0)
    if parser.at < len(tokens):
        raise ValueError(f"thừa «{tokens[parser.at]}»")
    return expression


def _tokens(text: str) -> list[str]:
    if len(text) > LENGTH_LIMIT:
        raise ValueError(f"dài quá {LENGTH_LIMIT} ký tự")
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"không hiểu «{text[at : at + 10].strip()}»")
        tokens.append(match.group(1))
        at = match.end()
    return tokens


class _Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[str], variables: frozenset[str]) -> None:
        self.tokens = tokens
        self.variables = variables
        self.at = 0

    def level(self, rank: int, depth: int) -> Expression:
        if depth > DEPTH_LIMIT:
            raise ValueError(f"lồng quá {DEPTH_LIMIT} tầng")
        if rank == len(_LEVELS):
            return self.factor(depth)
        left = self.level(rank + 1, depth)
        while self.at < len(self.tokens) and self.tokens[self.at] in _LEVELS[rank]:
            left = _joined(self.take(), left, self.level(rank + 1, depth))
            if rank == 1:  # a comparison is not chained
                break
        return left

    def factor(self, depth: int) -> Expression:
        token = self.take()
        if token == "(":  # noqa: S105  # a bracket, no password
            inner = self.level(0, depth + 1)
            if self.take() != ")":
                raise ValueError("thiếu dấu «)»")
            return inner
        if token == "-":  # noqa: S105
            operand = self.factor_within(depth + 1)
            return lambda known: -operand(known)
        if token[0].isdigit():
            figure = Fraction(token)
            return lambda _: figure
        if token in self.variables and token not in RESERVED:
            return lambda known: known[token]
        raise ValueError(f"không có biến «{token}»")

    def factor_within(self, depth: int) -> Expression:
        if depth > DEPTH_LIMIT:
            raise ValueError(f"lồng quá {DEPTH_LIMIT} tầng")
        return self.factor(depth)

    def take(self) -> str:
        if self.at == len(self.tokens):
            raise ValueError("biểu thức chưa hết")
        self.at += 1
        return self.tokens[self.at - 1]


def _joined(sign: str, left: Expression, right: Expression) -> Expression:
    """Both sides joined; the right side of «and», «or» is left alone when the left one decides."""
    if sign == "and":
        return lambda known: Fraction(bool(left(known)) and bool(right(known)))
    if sign == "or":
        return lambda known: Fraction(bool(left(known)) or bool(right(known)))
    join = _BINARY[sign]
    return lambda known: join(left(known), right(known))


_Branch = tuple[Expression | None, Expression]


def _branches(guards: Sequence[Guard], variables: Sequence[str]) -> list[_Branch]:
    return [
        (
            parse_expression(guard.when, variables) if guard.when is not None else None,
            parse_expression(guard.expression, variables),
        )
        for guard in guards
    ]


def guarded(guards: Sequence[Guard], variables: Sequence[str]) -> Callable[[Variables], Decimal | None]:
    """The first guard that holds gives the measure; none, or a division by 0, gives None: not arising.

    >>> measure = guarded([Guard("a > 0", "b / a * 100"), Guard(None, "0")], ["a", "b"])
    >>> measure({"a": Decimal(4), "b": Decimal(3)}), measure({"a": Decimal(0), "b": Decimal(3)})
    (Decimal('75'), Decimal('0'))
    """
    branches = _branches(guards, variables)

    def measure(known: Variables) -> Decimal | None:
        exact = _exact(known)
        try:
            for when, expression in branches:
                if when is None or when(exact):
                    return _rounded(expression(exact))
        except ArithmeticError:
            return None
        return None

    return measure


def _exact(known: Variables) -> Mapping[str, Fraction]:
    return {name: Fraction(value) for name, value in known.items()}


def _rounded(value: Fraction) -> Decimal:
    return NUMBERS.divide(Decimal(value.numerator), Decimal(value.denominator))


def held_guard(guards: Sequence[Guard], variables: Sequence[str], known: Variables) -> Guard | None:
    """The case of the formula that applied, for whoever asks why; None when none did.

    >>> held_guard([Guard("a > 0", "a"), Guard(None, "0", "chưa có hồ sơ")], ["a"], {"a": Decimal(0)}).label
    'chưa có hồ sơ'
    """
    exact = _exact(known)
    try:
        for guard, (when, _) in zip(guards, _branches(guards, variables), strict=True):
            if when is None or when(exact):
                return guard
    except ArithmeticError:
        return None
    return None
