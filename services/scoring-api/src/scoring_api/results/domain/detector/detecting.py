"""All findings of a printed report in one list; each kind of finding stands in its own module."""

from itertools import chain

from scoring_api.results.domain.detector.arithmetic import arithmetic_findings
from scoring_api.results.domain.detector.lists import list_findings
from scoring_api.results.domain.detector.ranges import band_findings, rating_findings
from scoring_api.results.domain.detector.rankings import ranking_findings
from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport
from scoring_api.results.domain.detector.sets import count_findings, membership_findings
from scoring_api.results.domain.detector.structure import numeral_findings
from scoring_api.results.domain.detector.tables import table_findings

MOST_FINDINGS = 1000
"""Of each grade; a report with more is not worth reading on."""


def find_discrepancies(report: PrintedReport) -> list[Discrepancy]:
    """What is wrong in a report («phát hiện sai lệch»), contradictions first; nothing in a correct one.

    >>> from scoring_api.results.domain.detector.report import SectionRun
    >>> run = SectionRun(place="phần thứ nhất", numerals=("I", "III"))
    >>> [finding.kind for finding in find_discrepancies(PrintedReport(sections=(run,)))]
    ['numerals_skip']
    """
    findings = chain(
        count_findings(report),
        membership_findings(report),
        band_findings(report),
        rating_findings(report),
        arithmetic_findings(report),
        list_findings(report),
        table_findings(report),
        ranking_findings(report),
        numeral_findings(report),
    )
    kept: dict[str, list[Discrepancy]] = {"contradiction": [], "notice": []}
    for finding in findings:
        if len(kept[finding.grade]) < MOST_FINDINGS:
            kept[finding.grade].append(finding)
    return kept["contradiction"] + kept["notice"]
