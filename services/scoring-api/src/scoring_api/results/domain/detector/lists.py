"""Lists a report prints: items named twice, stated numbers, what belongs in which list."""

from collections.abc import Iterator, Mapping, Sequence

from parindex.kernel.points import vietnamese
from scoring_api.results.domain.detector.report import Discrepancy, PrintedReport, repeated, shortened
from scoring_api.results.domain.detector.statements import Apart, Count, PrintedList, Together, Within

Items = Mapping[str, Mapping[str, str]]
"""List → item without regard to capitals → item as printed first."""


def list_findings(report: PrintedReport) -> Iterator[Discrepancy]:
    """Sets that disagree: with themselves, with the number stated, with each other."""
    items = {key: _spellings(found) for key, found in report.lists.items()}
    for key, found in report.lists.items():
        yield from _doubles(report, found, items[key])
    for relation in report.relations:
        match relation:
            case Count():
                yield from _count(report, relation, items)
            case Within(part, whole):
                yield from _missing(report, items, (part,), whole)
            case Apart(keys):
                yield from _shared(report, items, keys)
            case Together(parts, whole):
                yield from _shared(report, items, parts)
                yield from _missing(report, items, parts, whole)
                yield from _missing(report, items, (whole,), *parts)


def _spellings(found: PrintedList) -> Mapping[str, str]:
    return {item.casefold(): item for item in reversed(found.items)}


def _doubles(
    report: PrintedReport, found: PrintedList, spellings: Mapping[str, str]
) -> Iterator[Discrepancy]:
    """«văn hóa, thể thao và du lịch» twice among eight service fields (Sóc Trăng 2017)."""
    if len(spellings) == len(found.items):
        return
    for key in repeated([item.casefold() for item in found.items]):
        said = f"{found.name}: «{report.names([spellings[key]])}» nêu nhiều lần"
        yield Discrepancy("item_twice", "contradiction", said, (found.place,))


def _count(report: PrintedReport, relation: Count, items: Items) -> Iterator[Discrepancy]:
    """A double counts once here; it is a finding of its own."""
    found, stated = report.lists[relation.items], report.figures[relation.stated]
    if len(items[relation.items]) != stated.value:
        said = f"{found.name}: ghi {vietnamese(stated.value)} nhưng nêu {len(items[relation.items])}"
        yield Discrepancy("count_differs", "contradiction", said, (stated.place, found.place))


def _missing(
    report: PrintedReport, items: Items, parts: Sequence[str], *wholes: str
) -> Iterator[Discrepancy]:
    """A report of 2017–2020 whose series ends in 2019; «8 lĩnh vực» of which a table shows seven."""
    known = set[str]().union(*(items[whole] for whole in wholes))
    for part in parts:
        absent = [item for key, item in items[part].items() if key not in known]
        if absent:
            names = shortened([report.lists[whole].name for whole in wholes])
            said = f"{report.lists[part].name}: {report.names(absent)} không có trong {names}"
            found = (report.lists[part].place, *(report.lists[whole].place for whole in wholes))
            yield Discrepancy("items_missing", "contradiction", said, tuple(dict.fromkeys(found)))


def _shared(report: PrintedReport, items: Items, keys: Sequence[str]) -> Iterator[Discrepancy]:
    first: dict[str, str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for name in keys:
        for key, item in items[name].items():
            other = first.setdefault(key, name)
            if other != name:
                shared.setdefault((other, name), []).append(item)
    for (other, name), both in shared.items():
        one, two = report.lists[other], report.lists[name]
        said = f"{report.names(both)} đứng ở cả {one.name} và {two.name}"
        yield Discrepancy("items_shared", "contradiction", said, (one.place, two.place))
