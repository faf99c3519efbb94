"""Figures that belong together: sums, means, percents, growth, one figure twice, limits, unlikely pairs."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from parindex.kernel.points import output, vietnamese
from scoring_api.results.domain.detector.intervals import (
    EXACT,
    HUNDRED,
    Span,
    added,
    begins_within,
    meet,
    multiplied,
    places,
    point,
    rounded,
)
from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport
from scoring_api.results.domain.detector.statements import (
    AtMost,
    Figure,
    Growth,
    Mean,
    Opposed,
    Percent,
    Same,
    Sum,
)

Reckoned = Sum | Mean | Percent | Growth | Same
Figures = Mapping[str, Figure]
Reading = Callable[[Figure], Span]
KINDS: Mapping[type, str] = {
    Sum: "sum",
    Mean: "mean",
    Percent: "percent",
    Growth: "growth",
    Same: "figure",
}
UNLIKELY_OVERLAP = Decimal(50)
"""More than half of all who answered would have to be content and badly treated at once."""


def arithmetic_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Relations of figures that no exact values fulfil, or only values other than the printed ones."""
    for relation in report.relations:
        if isinstance(relation, Reckoned):
            yield from reckoned(relation, report.figures, unrounded=report.unrounded)
        elif isinstance(relation, AtMost):
            yield from _over_limit(relation, report.figures)
        elif isinstance(relation, Opposed):
            yield from _unlikely(relation, report.figures)


def reckoned(relation: Reckoned, figures: Figures, *, unrounded: bool) -> Iterator[Discrepancy]:
    """A result no exact figures can give is a contradiction; one only unrounded figures give, a notice.

    991/1154 is 85,88 % and never the printed 85,86 %; 7,994/11 is 72,67 %, and 72,68 % only if 7,994 was
    rounded before it was printed (Sóc Trăng 2017). A report that says it reckons unrounded needs no notice.
    """
    if meet(*_balance(relation, figures, _as_printed)):
        return
    fits = meet(*_balance(relation, figures, span_of))
    if fits and unrounded:
        return
    inputs, result = _parties(relation, figures)
    said = f"{result.name}: in {_reckoning(relation, figures, result.value)}"
    found = tuple(dict.fromkeys(figure.place for figure in (result, *inputs)))
    if fits:
        yield Discrepancy(f"{KINDS[type(relation)]}_from_unrounded", "notice", said, found)
    else:
        yield Discrepancy(f"{KINDS[type(relation)]}_differs", "contradiction", said, found)


def span_of(figure: Figure) -> Span:
    return point(figure.value) if figure.exact else rounded(figure.value)


def _as_printed(figure: Figure) -> Span:
    return point(figure.value)


def _balance(relation: Reckoned, figures: Figures, read: Reading) -> tuple[Span, Span]:
    """Two sides that are equal if the relation holds; the result is read as what rounds to it."""
    match relation:
        case Sum(parts, total):
            return added(read(figures[key]) for key in parts), span_of(figures[total])
        case Mean(items, mean, weights):
            weighed = [point(weight) for weight in weights or (Decimal(1),) * len(items)]
            pairs = zip(items, weighed, strict=True)
            left = added(multiplied(read(figures[key]), weight) for key, weight in pairs)
            return left, multiplied(span_of(figures[mean]), added(weighed))
        case Percent(part, whole, percent):
            left = multiplied(read(figures[part]), point(HUNDRED))
            return left, multiplied(span_of(figures[percent]), read(figures[whole]))
        case Growth(current, previous, percent):
            left = multiplied(read(figures[current]), point(HUNDRED))
            grown = added((span_of(figures[percent]), point(HUNDRED)))
            return left, multiplied(grown, read(figures[previous]))
        case Same():
            (finer,), coarser = _parties(relation, figures)
            return read(finer), span_of(coarser)


def _parties(relation: Reckoned, figures: Figures) -> tuple[tuple[Figure, ...], Figure]:
    """The figures something is reckoned from, and the result: of one thing twice, the coarser figure."""
    keys: tuple[str, ...]
    match relation:
        case Sum(parts, total):
            keys, result = parts, total
        case Mean(items, mean):
            keys, result = items, mean
        case Percent(part, whole, percent):
            keys, result = (part, whole), percent
        case Growth(current, previous, percent):
            keys, result = (current, previous), percent
        case _:
            pair = (relation.first, relation.second)
            finer, result = sorted(pair, key=lambda key: -places(figures[key].value))
            keys = (finer,)
    return tuple(figures[key] for key in keys), figures[result]


def _reckoning(relation: Reckoned, figures: Figures, printed: Decimal) -> str:
    """The printed result and what its figures give: sums and copies whole, quotients with as many digits."""
    computed = _computed(relation, figures)
    if isinstance(relation, Same):
        return f"{vietnamese(printed)}, nơi khác in {vietnamese(computed or 0)}"
    sign = "%" if isinstance(relation, Percent | Growth) else ""
    if computed is None:
        return f"{vietnamese(printed)}{sign}, không có gì để chia"
    if not isinstance(relation, Sum):
        computed = output(computed, places(printed))
    return f"{vietnamese(printed)}{sign}, tính từ số liệu in được {vietnamese(computed)}{sign}"


def _computed(relation: Reckoned, figures: Figures) -> Decimal | None:
    """What the printed figures give, for the message; None where that would divide by zero."""
    left = _balance(relation, figures, _as_printed)[0].low
    match relation:
        case Mean(items, _, weights):
            return EXACT.divide(left, added(map(point, weights)).low if weights else Decimal(len(items)))
        case Percent(_, whole, _):
            return EXACT.divide(left, figures[whole].value) if figures[whole].value else None
        case Growth(_, previous, _):
            base = figures[previous].value
            return EXACT.subtract(EXACT.divide(left, base), HUNDRED) if base else None
    return left


def _over_limit(relation: AtMost, figures: Figures) -> Iterator[Discrepancy]:
    figure, limit = figures[relation.figure], figures[relation.limit]
    if not begins_within(span_of(figure), span_of(limit)):
        said = (
            f"{figure.name}: in {vietnamese(figure.value)}, vượt quá {vietnamese(limit.value)} ({limit.name})"
        )
        yield Discrepancy("limit_exceeded", "contradiction", said, (figure.place, limit.place))


def _unlikely(relation: Opposed, figures: Figures) -> Iterator[Discrepancy]:
    """98,10 % met harassment and 80,43 % are content: 78,53 % would be both (Sóc Trăng 2017)."""
    good, bad = figures[relation.good], figures[relation.bad]
    overlap = EXACT.subtract(EXACT.add(good.value, bad.value), HUNDRED)
    if overlap > UNLIKELY_OVERLAP:
        said = (
            f"{bad.name}: in {vietnamese(bad.value)}% bên cạnh {good.name} {vietnamese(good.value)}%, "
            f"nghĩa là ít nhất {vietnamese(overlap)}% thuộc cả hai"
        )
        yield Discrepancy("unlikely_together", "notice", said, (bad.place, good.place))
