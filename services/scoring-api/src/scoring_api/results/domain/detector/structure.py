"""The order of a document: numbered sections without a gap."""

from collections.abc import Iterator

from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport

_UNITS = (("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1))


def roman(number: int) -> str:
    """A Roman numeral as sections bear it, below 40.

    >>> [roman(n) for n in (1, 4, 9, 14)]
    ['I', 'IV', 'IX', 'XIV']
    """
    text = ""
    for sign, worth in _UNITS:
        while number >= worth:
            text += sign
            number -= worth
    return text


def numeral_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Sections printed I, III, IV, V: number two is missing."""
    for run in report.sections:
        write = str if run.numerals[:1] and run.numerals[0].isdecimal() else roman
        proper = tuple(write(number) for number in range(1, len(run.numerals) + 1))
        if run.numerals != proper:
            said = f"số mục in {', '.join(run.numerals)}, phải là {', '.join(proper)}"
            yield Discrepancy("numerals_skip", "contradiction", said, (run.place,))
