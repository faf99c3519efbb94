"""Counts too small to publish: which leaves read a cell, and a bundle that keeps such cells back.

The points of a leaf that rests on a withheld cell are the result and public in any case. With all its other
cells beside them the small one could be reckoned back, so others of its question are kept back with it: what
the points still tell is of at least `minimum` answers to a question, where the leaf has so many.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from parindex.kernel.canonical import canonical_bytes, digest
from scoring_api.frameworks.domain.framework import Framework
from scoring_api.frameworks.domain.rules import Sipas, Survey
from scoring_api.frameworks.domain.scoring import LeafScore
from scoring_api.results.domain.bundle import Bundle, WithheldCell, cell_record
from scoring_api.results.domain.inputs import LeafEntry, TallyCell
from scoring_api.results.domain.outcome import IndexResult

Readers = Mapping[tuple[str, str], Sequence[tuple[str, frozenset[str]]]]
"""(questionnaire, question) → leaves that count it, each with the respondent groups it is bound to."""


def readers_of(framework: Framework) -> Readers:
    """Which leaves read which cells («tiêu chí lấy từ kết quả điều tra»)."""
    found: dict[tuple[str, str], list[tuple[str, frozenset[str]]]] = {}
    for leaf in framework.leaves:
        measure = leaf.rule.measure
        if isinstance(measure, (Survey, Sipas)):
            groups = frozenset(measure.groups if isinstance(measure, Survey) else ())
            for questionnaire in measure.questionnaires:
                for question in questions_of(measure):
                    found.setdefault((questionnaire, question), []).append((leaf.key, groups))
    return found


def questions_of(measure: Survey | Sipas) -> tuple[str, ...]:
    """The questions a measure counts."""
    if isinstance(measure, Survey):
        return tuple(question.code for question in measure.questions)
    if measure.pooling == "overall_question":
        return (measure.overall,)
    if measure.pooling == "mean_of_factors":
        return tuple(question for questions in measure.factors.values() for question in questions)
    return measure.questions


def leaves_reading(
    readers: Readers, cell: TallyCell | WithheldCell, entries: Mapping[str, LeafEntry]
) -> Iterator[str]:
    """Leaves of the cell's unit that rest on it; what the council settled or declared away does not."""
    for leaf, groups in readers.get((cell.questionnaire, cell.question), ()):
        entry = entries.get(leaf)
        decided = entry is not None and (entry.override is not None or entry.not_applicable)
        if not decided and (not groups or cell.group in groups):
            yield leaf


def resting_leaves(bundle: Bundle, cells: Sequence[TallyCell | WithheldCell]) -> dict[str, list[str]]:
    """Unit → the leaves that rest on at least one of the cells, in the order they are met."""
    found: dict[str, list[str]] = {}
    by_unit: dict[str, list[TallyCell | WithheldCell]] = {}
    for cell in cells:
        by_unit.setdefault(cell.unit, []).append(cell)
    for part in bundle.sets:
        readers = readers_of(part.framework)
        for unit in part.units:
            entries = part.entries.get(unit.code, {})
            leaves = [
                leaf for cell in by_unit.get(unit.code, ()) for leaf in leaves_reading(readers, cell, entries)
            ]
            if leaves:
                found[unit.code] = list(dict.fromkeys(leaves))
    return found


def hidden_cells(bundle: Bundle, minimum: int) -> frozenset[int]:
    """Which cells are kept back, by their place among the bundle's («ô phiếu không công bố»).

    Those of fewer answers than the minimum, and company for them: of each question of a leaf, else of the
    leaf, the next smallest, until two or more cells of together the minimum are hidden. A cell kept back for
    one leaf needs company in the others that read it.
    """
    hidden = {index for index, cell in enumerate(bundle.tallies) if cell.total < minimum}
    pools = [pool for pool in _pools(bundle) if len(pool) > 1]
    before = -1
    while before < len(hidden):
        before = len(hidden)
        for pool in pools:
            hidden.update(_company(bundle.tallies, pool, hidden, minimum))
    return frozenset(hidden)


def _pools(bundle: Bundle) -> Iterator[list[int]]:
    """The cells of each question in each leaf of a unit, smallest first; then those of each leaf."""
    frameworks = {unit.code: part for part in bundle.sets for unit in part.units}
    readers = {id(part): readers_of(part.framework) for part in bundle.sets}
    questions: dict[tuple[str, ...], list[int]] = {}
    leaves: dict[tuple[str, ...], list[int]] = {}
    for index in sorted(range(len(bundle.tallies)), key=lambda index: bundle.tallies[index].total):
        cell = bundle.tallies[index]
        part = frameworks[cell.unit]
        for leaf in leaves_reading(readers[id(part)], cell, part.entries.get(cell.unit, {})):
            questions.setdefault((cell.unit, leaf, cell.questionnaire, cell.question), []).append(index)
            leaves.setdefault((cell.unit, leaf), []).append(index)
    yield from questions.values()
    yield from leaves.values()


def _company(
    cells: Sequence[TallyCell], pool: Sequence[int], hidden: Collection[int], minimum: int
) -> list[int]:
    """The cells of a pool to hide beside those that are hidden already."""
    inside = [index for index in pool if index in hidden]
    if not inside:
        return []
    number, answers, found = len(inside), sum(cells[index].total for index in inside), list[int]()
    for index in pool:
        if number >= 2 and answers >= minimum:
            break
        if index not in hidden:
            found.append(index)
            number, answers = number + 1, answers + cells[index].total
    return found


def withhold(bundle: Bundle, results: Sequence[IndexResult], minimum: int, salt: str) -> Bundle:
    """The bundle as everybody may read it («gói công khai»), with the leaf scores it then takes as given."""
    hidden = hidden_cells(bundle, minimum)
    kept_back = [cell for index, cell in enumerate(bundle.tallies) if index in hidden]
    resting = resting_leaves(bundle, kept_back)
    scores = {
        unit: dict(zip((leaf.key for leaf in result.framework.leaves), found.score.leaves, strict=True))
        for result in results
        for unit, found in result.units.items()
        if unit in resting
    }
    return replace(
        bundle,
        tallies=tuple(cell for index, cell in enumerate(bundle.tallies) if index not in hidden),
        withheld_cells=tuple(_withheld(cell, salt) for cell in kept_back),
        withheld={
            unit: {leaf: _given(scores[unit][leaf]) for leaf in leaves} for unit, leaves in resting.items()
        },
    )


def _given(score: LeafScore) -> LeafScore:
    return score._replace(measure=None, excess=False)


def _withheld(cell: TallyCell, salt: str) -> WithheldCell:
    return WithheldCell(
        unit=cell.unit,
        questionnaire=cell.questionnaire,
        group=cell.group,
        question=cell.question,
        digest=withheld_digest(cell, salt),
    )


def withheld_digest(cell: TallyCell, salt: str) -> str:
    """What stands for a cell in public.

    Counts under five are few enough to try them all, so the digest covers a nonce too: HMAC-SHA-256 of the
    cell's place under the salt of the full pack. Who holds the full pack can open every cell; a single
    nonce opens one cell and no other.
    """
    place = [cell.unit, cell.questionnaire, cell.group, cell.question]
    nonce = hmac.new(salt.encode(), canonical_bytes(place), hashlib.sha256).hexdigest()
    return digest({"cell": cell_record(cell), "nonce": nonce})
