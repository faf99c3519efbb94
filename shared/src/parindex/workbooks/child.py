"""What every child that opens a workbook shares: its limits, its exit codes, how it writes numbers.

A spreadsheet can be made to unfold into terabytes (two cells far apart, one long text named by millions of
cells), so the process that opens it has little memory and little time, and its death harms nobody.
"""

import resource

UNREADABLE, TOO_LARGE, REFUSED = 3, 4, 5
"""How a child ends that gives nothing; one that has REFUSED prints why, in Vietnamese."""


def limit_process(memory: int, seconds: int) -> None:
    """No more address space and CPU time than this, from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


def number_text(cell: float) -> str:
    """The fifteen digits that Excel shows.

    >>> number_text(2.0), number_text(14.499999999999998)
    ('2', '14.5')
    """
    return f"{cell:.15g}"
