"""What of a tally may be shown outside the survey, and what changed from one revision to the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parindex.contracts.snapshots import ChoiceCell, TallyCell, TallySnapshot

AnyCell = TallyCell | ChoiceCell
Place = tuple[str, str, str, str]


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


def shown(snapshot: TallySnapshot, minimum: int) -> Shown:
    """Cells of at least `minimum` ballots; the others are named only, so that they show no person.

    Source: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 (what is published may not point to a person); the
    number is the campaign's own and stands apart from the least number that scoring asks for.
    """
    every: list[AnyCell] = [*snapshot.cells, *snapshot.choices]
    return Shown(
        tuple(cell for cell in snapshot.cells if ballots_of(cell) >= minimum),
        tuple(cell for cell in snapshot.choices if ballots_of(cell) >= minimum),
        tuple(sorted(place_of(cell) for cell in every if ballots_of(cell) < minimum)),
    )


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs between two revisions («ô thay đổi»); no counts where one has no such cell."""

    place: Place
    before: Mapping[str, int]
    after: Mapping[str, int]


def changes_between(before: TallySnapshot, after: TallySnapshot) -> list[CellChange]:
    """Every cell whose counts differ, in the order of its place; blanks and double marks included."""
    old, new = _counts(before), _counts(after)
    return [
        CellChange(place, old.get(place, {}), new.get(place, {}))
        for place in sorted(old.keys() | new.keys())
        if old.get(place) != new.get(place)
    ]


def _counts(snapshot: TallySnapshot) -> dict[Place, dict[str, int]]:
    every: Iterable[AnyCell] = [*snapshot.cells, *snapshot.choices]
    return {
        place_of(cell): {
            **{f"option:{option}": count for option, count in cell.counts.items()},
            "blank": cell.blank,
            "double": cell.double,
            "answered": ballots_of(cell),
        }
        for cell in every
    }
