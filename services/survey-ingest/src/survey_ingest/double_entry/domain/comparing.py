"""Two entries of one ballot held against each other: where they differ, and what holds in the end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

GROUP, UNIT = "group", "unit"
"""Positions of a ballot's head; every other position is the index of an answer."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of a ballot, apart from which ballot it is («nội dung nhập»)."""

    group: str
    unit: str | None
    answers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field on which two clerks do not agree («chỗ lệch giữa hai lần nhập»).

    `rekeyed` is what the second clerk wrote once more, `decided` what the supervisor found on the paper.
    """

    position: str
    first: str
    second: str
    rekeyed: str | None = None
    decided: str | None = None

    @property
    def settled(self) -> str | None:
        """The value that holds («giá trị chốt»): as decided, else the first entry's once it was rekeyed so.

        >>> Difference("3", "4", "5", rekeyed="4").settled
        '4'
        >>> Difference("3", "4", "5", rekeyed="5").settled is None  # two against one is no proof
        True
        """
        if self.decided is not None:
            return self.decided
        return self.first if self.rekeyed == self.first else None


def differences(first: Said, second: Said) -> list[Difference]:
    """Every field that differs, the head first («đối chiếu hai lần nhập»).

    >>> [d.position for d in differences(Said("g", "a", [1, 2, 3]), Said("g", "b", [1, 0, 3]))]
    ['unit', '1']
    """
    found = []
    if first.group != second.group:
        found.append(Difference(GROUP, first.group, second.group))
    if first.unit != second.unit:
        found.append(Difference(UNIT, first.unit or "", second.unit or ""))
    if first.answers != second.answers:
        found += [
            Difference(str(index), str(one), str(other))
            for index, (one, other) in enumerate(zip(first.answers, second.answers, strict=True))
            if one != other
        ]
    return found


def with_values(said: Said, values: Mapping[str, str]) -> Said:
    """The same with other values at these positions.

    >>> with_values(Said("g", "a", [1, 2]), {"unit": "b", "1": "5"})
    Said(group='g', unit='b', answers=(1, 5))
    """
    answers = list(said.answers)
    for position, value in values.items():
        if position not in {GROUP, UNIT}:
            answers[int(position)] = int(value)
    return replace(
        said,
        group=values.get(GROUP, said.group),
        unit=values.get(UNIT, said.unit),
        answers=tuple(answers),
    )


def truth(found: Iterable[Difference]) -> dict[str, str]:
    """Position → value where the first entry was wrong («chỗ lần nhập thứ nhất sai»); all are settled."""
    return {
        difference.position: difference.settled
        for difference in found
        if difference.settled is not None and difference.settled != difference.first
    }


def explained(found: Iterable[Difference]) -> str:
    """What was wrong in the first entry, for the ballot's history («lý do sửa phiếu sau nhập hai lần»).

    >>> explained([Difference("3", "4", "5", "5", "5"), Difference("unit", "a", "b", "a")])
    'Nhập hai lần: câu trả lời thứ 4 ghi 4, đúng là 5'
    """
    heads = {GROUP: "đối tượng", UNIT: "đơn vị"}
    wrong = [
        f"{heads.get(item.position) or f'câu trả lời thứ {int(item.position) + 1}'}"
        f" ghi {item.first}, đúng là {item.settled}"
        for item in found
        if item.settled not in {None, item.first}
    ]
    return f"Nhập hai lần: {'; '.join(wrong)}"
