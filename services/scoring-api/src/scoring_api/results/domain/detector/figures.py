"""Printed percents against the figures beside them, within the intervals their printed digits allow."""

from collections.abc import Iterator
from decimal import Decimal

from parindex.kernel.points import output, share
from scoring_api.results.domain.detector.report import Discrepancy, PrintedRatio, PrintedReport


def ratio_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """A percent no exact figures can give is a contradiction; one only unrounded figures give, a notice.

    991/1154 is 85,88 % and never the printed 85,86 %; 7,994/11 is 72,67 %, and 72,68 % only if 7,994 was
    rounded before it was printed (Sóc Trăng 2017).
    """
    for ratio in report.ratios:
        part, whole, percent = (Decimal(text) for text in (ratio.part, ratio.whole, ratio.percent))
        if not whole:
            continue
        computed = output(share(part, whole), _places(ratio.percent))
        if computed == percent:
            continue
        fits = not ratio.counts and _fits(ratio)
        said = f"{ratio.name}: in {ratio.percent}%, tính từ số liệu in được {computed}%".replace(".", ",")
        if fits:
            yield Discrepancy("percent_from_unrounded", "notice", said, (ratio.place,))
        else:
            yield Discrepancy("percent_differs", "contradiction", said, (ratio.place,))


def _places(text: str) -> int:
    return len(text.partition(".")[2])


def _half(text: str) -> Decimal:
    """Half of the last printed digit."""
    return Decimal(5).scaleb(-_places(text) - 1)


def _fits(ratio: PrintedRatio) -> bool:
    """Some part that rounds to the printed one gives a percent that does; the whole is a declared maximum."""
    part, whole, percent = (Decimal(text) for text in (ratio.part, ratio.whole, ratio.percent))
    least = share(part - _half(ratio.part), whole)
    most = share(part + _half(ratio.part), whole)
    return least < percent + _half(ratio.percent) and most >= percent - _half(ratio.percent)
