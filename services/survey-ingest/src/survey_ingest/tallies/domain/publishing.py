"""What of a tally may be shown outside the survey, and what changed from one revision to the next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from parindex.contracts.snapshots import ChoiceCell, TallyCell, TallySnapshot

AnyCell = TallyCell | ChoiceCell
Place = tuple[str, str, str, str]
Counts = Mapping[str, int]


def place_of(cell: AnyCell) -> Place:
    """What the cell is about: questionnaire, group, unit, question."""
    return (cell.questionnaire, cell.group, cell.unit, cell.question)


def ballots_of(cell: AnyCell) -> int:
    """How many ballots answered («số phiếu có trả lời»)."""
    return cell.answered if isinstance(cell, ChoiceCell) else cell.total


@dataclass(frozen=True, slots=True)
class Shown:
    """The cells that may be shown, and the places of those held back («ô dưới ngưỡng công bố»)."""

    cells: tuple[TallyCell, ...]
    choices: tuple[ChoiceCell, ...]
    withheld: tuple[Place, ...]


def shown(revisions: Sequence[TallySnapshot], minimum: int) -> Shown:
    """The cells of the last of the revisions that show no person; the others are named only.

    A cell needs at least `minimum` ballots. A cell that was shown before needs a change by at least as many:
    two revisions subtracted would otherwise show single ballots. Sums over cells are told nowhere.

    Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (what is published may not point to a person); the
    number is the campaign's own and stands apart from the least number that scoring asks for.
    """
    told: dict[Place, list[Counts]] = {}
    visible: set[Place] = set()
    for snapshot in revisions:
        visible = set()
        for cell in _every(snapshot):
            before = told.setdefault(place_of(cell), [])
            now = _counted(cell)
            if ballots_of(cell) >= minimum and not any(0 < moved(old, now) < minimum for old in before):
                visible.add(place_of(cell))
                before.append(now)
    last = revisions[-1]
    return Shown(
        tuple(cell for cell in last.cells if place_of(cell) in visible),
        tuple(cell for cell in last.choices if place_of(cell) in visible),
        tuple(sorted(place_of(cell) for cell in _every(last) if place_of(cell) not in visible)),
    )


def moved(before: Counts, after: Counts) -> int:
    """The least number of ballots that can make such a difference («số phiếu thay đổi ít nhất»).

    >>> moved({"option:4": 60, "option:5": 75}, {"option:4": 61, "option:5": 74})
    1
    """
    return max(abs(after.get(name, 0) - before.get(name, 0)) for name in before.keys() | after.keys())


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs between two revisions («ô thay đổi»); no counts where one has no such cell."""

    place: Place
    before: Counts
    after: Counts


def changes_between(before: TallySnapshot, after: TallySnapshot) -> list[CellChange]:
    """Every cell whose counts differ, in the order of its place; blanks and double marks included."""
    old, new = _counts(before), _counts(after)
    return [
        CellChange(place, old.get(place, {}), new.get(place, {}))
        for place in sorted(old.keys() | new.keys())
        if old.get(place) != new.get(place)
    ]


def _counts(snapshot: TallySnapshot) -> dict[Place, Counts]:
    return {place_of(cell): _counted(cell) for cell in _every(snapshot)}


def _every(snapshot: TallySnapshot) -> Iterator[AnyCell]:
    yield from snapshot.cells
    yield from snapshot.choices


def _counted(cell: AnyCell) -> Counts:
    return {
        **{f"option:{option}": count for option, count in cell.counts.items()},
        "blank": cell.blank,
        "double": cell.double,
        "answered": ballots_of(cell),
    }
