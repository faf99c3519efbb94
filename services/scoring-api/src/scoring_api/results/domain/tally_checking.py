"""Whether the counts a survey hands over can be true, before any of them counts."""

from collections.abc import Iterable, Iterator

from parindex.kernel.errors import DomainError, Fault
from scoring_api.frameworks.domain.reading import FAULT_LIMIT
from scoring_api.results.domain.inputs import TallyCell

COUNT_LIMIT = 1_000_000_000


def require_counts(cells: Iterable[TallyCell]) -> None:
    """Every cell stands once, counts are counts, and its total is their sum («cộng khớp từng ô phiếu»).

    Raises DomainError `tally_invalid` with every fault, its pointer `/cells/<n>/…`.

    >>> place = {"unit": "so-y-te", "questionnaire": "p", "group": "g", "question": "c1"}
    >>> try:
    ...     require_counts([TallyCell(**place, counts={"A": 9}, total=10)])
    ... except DomainError as refused:
    ...     print(refused.faults[0].pointer, refused.faults[0].detail)
    /cells/0/total tổng các phương án là 9, ghi 10
    """
    faults: list[Fault] = []
    places: set[tuple[str, ...]] = set()
    for number, cell in enumerate(cells):
        place = (cell.unit, cell.questionnaire, cell.group, cell.question)
        if place in places:
            faults.append(Fault(f"/cells/{number}", "cell_repeated", "số phiếu của ô này ghi hai lần"))
        places.add(place)
        faults += _faults(cell, f"/cells/{number}")
        if len(faults) >= FAULT_LIMIT:
            break
    if faults:
        raise DomainError("tally_invalid", {"count": len(faults)}, tuple(faults[:FAULT_LIMIT]))


def _faults(cell: TallyCell, pointer: str) -> Iterator[Fault]:
    figures = {"blank": cell.blank, "double": cell.double}
    figures |= {
        f"counts/{option[:60].replace('~', '~0').replace('/', '~1')}": count
        for option, count in cell.counts.items()
    }
    for name, figure in figures.items():
        if not 0 <= figure <= COUNT_LIMIT:
            said = f"số phiếu phải từ 0 đến {COUNT_LIMIT}"
            yield Fault(f"{pointer}/{name}", "not_a_whole_number", said)
    added = sum(cell.counts.values())
    if cell.total != added:
        said = f"tổng các phương án là {added}, ghi {cell.total}"
        yield Fault(f"{pointer}/total", "tally_total_differs", said)
