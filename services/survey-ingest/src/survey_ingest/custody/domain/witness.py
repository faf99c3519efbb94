"""Whether what is kept is what the log of acts says of it."""

from collections.abc import Iterable, Mapping

from survey_ingest.custody.domain.ledger import LINE, Flaw

_REASONS = {
    LINE: "differs_from_log",
    "tally": "tally_changed",
    "delivery": "handover_changed",
    "receipt": "handover_changed",
    "minutes": "minutes_changed",
}


def log_flaws(told: Iterable[tuple[str, str, str]], kept: Mapping[str, str]) -> list[Flaw]:
    """Where a row is gone or another than when it was written («khác nhật ký»), in the order of the log.

    `told` are place, digest and batch by the log, `kept` the digests by place as they are now. Only rows that
    the log speaks of are looked at: a log that was cut says nothing wrong.

    >>> log_flaws([("line/1", "a", "tui-1"), ("line/2", "b", "tui-2")], {"line/1": "a"})
    [Flaw(sequence=2, batch='tui-2', reason='differs_from_log')]
    """
    found: list[Flaw] = []
    for place, digest, batch in told:
        kind, number = place.split("/")
        if kept.get(place) != digest:
            sequence = int(number) if kind == LINE else 0
            found.append(Flaw(sequence, batch if sequence else "", _REASONS[kind]))
    return list(dict.fromkeys(found))
