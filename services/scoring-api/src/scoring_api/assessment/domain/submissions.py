"""Submissions («lần nộp»): what was handed in, its digest, and how two states of the claims differ."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from parindex.kernel.canonical import digest
from scoring_api.assessment.domain.acts import Act
from scoring_api.assessment.domain.evidence import EvidenceFacts
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.measure_words import FIELD_LABELS, figure_text
from scoring_api.frameworks.domain.reading import figure_of
from scoring_api.frameworks.domain.rules import LevelTable, Rule

NOTHING = "(chưa có)"
LONGEST_WHOLE, LONGEST_SHOWN, AROUND = 200, 600, 5
"""Letters of a text that a line shows whole, letters of one it shows at all, words around what differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One handing in («lần nộp») and, where it was taken back, when («rút lại»).

    What it holds are the claims up to `last_act`; `digest` is the digest of their content.
    """

    number: int
    last_act: int
    leaves: int
    files: int
    digest: str
    author: str
    at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing of one leaf that differs between two states («thay đổi»)."""

    leaf: str
    code: str
    name: str
    what: str
    label: str
    before: str
    after: str

    @property
    def line(self) -> str:
        """The change as people read it."""
        before, after = excerpts(self.before, self.after)
        return f"{self.code} {self.name} – {self.label}: {before or NOTHING} → {after or NOTHING}"


def submitted_content(
    period: str, unit: str, claims: Mapping[str, Act], digests: Mapping[UUID, str]
) -> dict[str, Any]:
    """What is handed in, as plain data: claims by leaf, and the digests of the files they name."""
    named = sorted({file for claim in claims.values() for file in claim.evidence}, key=str)
    return {
        "period": period,
        "unit": unit,
        "claims": {
            leaf: {
                "value": dict(claim.value or {}),
                "narrative": claim.narrative,
                "evidence": sorted(map(str, claim.evidence)),
                "shortfall": list(claim.shortfall),
            }
            for leaf, claim in claims.items()
        },
        "files": {str(file): digests[file] for file in named},
    }


def content_digest(content: Mapping[str, Any]) -> str:
    """The digest on the receipt: of the canonical bytes of what was handed in."""
    return digest(content)


def file_words(facts: Mapping[UUID, EvidenceFacts], names: Mapping[UUID, str]) -> dict[UUID, str]:
    """What each file is called in a comparison: title and number, its name too where others bear the same.

    >>> one, other = UUID(int=1), UUID(int=2)
    >>> facts = dict.fromkeys((one, other), EvidenceFacts(title="Kế hoạch CCHC", number="01/KH"))
    >>> file_words(facts, {one: "a.pdf", other: "b.pdf"})[other]
    'Kế hoạch CCHC (01/KH, b.pdf)'
    """
    plain = {file: said.title + (f" ({said.number})" if said.number else "") for file, said in facts.items()}
    seen = Counter(plain.values())
    return {
        file: f"{facts[file].title} ({', '.join(filter(None, (facts[file].number, names[file])))})"
        if seen[words] > 1
        else words
        for file, words in plain.items()
    }


def changes(
    framework: Framework, before: Mapping[str, Act], after: Mapping[str, Act], files: Mapping[UUID, str]
) -> tuple[Change, ...]:
    """What differs between two states of a unit's claims, leaf by leaf in tree order.

    `files` are the words for every file. Another file is another, however both are called.
    """
    return tuple(
        change
        for leaf in framework.leaves
        for change in _leaf_changes(leaf, before.get(leaf.key), after.get(leaf.key), files)
    )


_SAID: Mapping[str, tuple[str, Callable[[Leaf, Act], object]]] = {
    "value": ("giá trị", lambda leaf, claim: value_text(leaf.rule, claim.value or {})),
    "narrative": ("thuyết minh", lambda _, claim: claim.narrative),
    "evidence": ("tài liệu kiểm chứng", lambda _, claim: frozenset(claim.evidence)),
    "shortfall": ("nêu tên", lambda _, claim: claim.shortfall),
}
"""What a claim says: what it is called, and what makes it the same or another."""


def _leaf_changes(
    leaf: Leaf, before: Act | None, after: Act | None, files: Mapping[UUID, str]
) -> Iterator[Change]:
    for what, (label, said) in _SAID.items():
        held, now = said(leaf, before) if before else None, said(leaf, after) if after else None
        if (held or None) != (now or None):
            yield Change(
                leaf=leaf.key,
                code=leaf.code,
                name=leaf.name,
                what=what,
                label=label,
                before=_words(leaf, what, before, files),
                after=_words(leaf, what, after, files),
            )


def _words(leaf: Leaf, what: str, claim: Act | None, files: Mapping[UUID, str]) -> str:
    if claim is None:
        return ""
    if what == "value":
        return value_text(leaf.rule, claim.value or {})
    if what == "evidence":
        return "; ".join(files.get(file, str(file)) for file in claim.evidence)
    return claim.narrative if what == "narrative" else ", ".join(claim.shortfall)


def excerpts(before: str, after: str) -> tuple[str, str]:
    """Two long texts shortened to where they differ, a few words around it («trích đoạn khác nhau»).

    >>> long = "Sở đã ban hành kế hoạch từ đầu năm và tổ chức thực hiện đầy đủ các nhiệm vụ được giao. " * 3
    >>> excerpts(long + "Hoàn thành 12 nhiệm vụ.", long + "Hoàn thành 15 nhiệm vụ.")
    ('… vụ được giao. Hoàn thành 12 nhiệm vụ.', '… vụ được giao. Hoàn thành 15 nhiệm vụ.')
    """
    if max(len(before), len(after)) <= LONGEST_WHOLE or not (before and after):
        return _shortened(before), _shortened(after)
    old, new = before.split(), after.split()
    shorter = min(len(old), len(new))
    head = next((place for place in range(shorter) if old[place] != new[place]), shorter)
    most = shorter - head
    tail = next((place for place in range(most) if old[-1 - place] != new[-1 - place]), most)
    start = max(0, head - AROUND)
    lead, close = ("… " if start else ""), (" …" if tail > AROUND else "")
    ends = (len(old) - max(0, tail - AROUND), len(new) - max(0, tail - AROUND))
    parts = (" ".join(old[start : ends[0]]), " ".join(new[start : ends[1]]))
    return _shortened(f"{lead}{parts[0]}{close}"), _shortened(f"{lead}{parts[1]}{close}")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN].rsplit(' ', 1)[0]} …"


def value_text(rule: Rule, value: Mapping[str, Any]) -> str:
    """A value in words, finished or not («số liệu»).

    >>> from scoring_api.frameworks.domain.presets import ratio_linear
    >>> value_text(ratio_linear(), {"numerator": "1200", "denominator": "1250"})
    'tử số 1.200, mẫu số 1.250'
    """
    if isinstance(rule.scale, LevelTable):
        labels = {level.code: level.label for level in rule.scale.levels}
        chosen = str(value.get("level", ""))
        return f"«{labels.get(chosen) or chosen}»" if chosen else ""
    if rule.measure.kind == "formula":
        return ", ".join(f"{name} = {_figure(raw)}" for name, raw in value.get("variables", {}).items())
    return ", ".join(
        f"{label} {_figure(value[name])}" for name, label in FIELD_LABELS.items() if name in value
    )


def _figure(raw: object) -> str:
    return ("có" if raw else "không") if isinstance(raw, bool) else figure_text(figure_of(raw))
