"""All findings of a printed report in one list; each kind of finding stands in its own module."""

from scoring_api.results.domain.detector.figures import ratio_findings
from scoring_api.results.domain.detector.ranges import band_findings, rating_findings
from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport
from scoring_api.results.domain.detector.sets import count_findings, membership_findings
from scoring_api.results.domain.detector.structure import numeral_findings


def find_discrepancies(report: PrintedReport) -> list[Discrepancy]:
    """What is wrong in a report («phát hiện sai lệch»), contradictions first; nothing in a correct one.

    >>> from scoring_api.results.domain.detector.report import SectionRun
    >>> run = SectionRun(place="phần thứ nhất", numerals=("I", "III"))
    >>> report = PrintedReport(levels=(), sections=(run,))
    >>> [finding.kind for finding in find_discrepancies(report)]
    ['numerals_skip']
    """
    findings = [
        *count_findings(report),
        *membership_findings(report),
        *band_findings(report),
        *rating_findings(report),
        *ratio_findings(report),
        *numeral_findings(report),
    ]
    return sorted(findings, key=lambda finding: finding.grade != "contradiction")
