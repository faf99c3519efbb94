"""Submissions («lần nộp»): what was handed in, its digest, and how two states of the claims differ."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from parindex.kernel.canonical import digest
from scoring_api.assessment.domain.acts import Act
from scoring_api.frameworks.domain.framework import Framework, Leaf
from scoring_api.frameworks.domain.measure_words import FIELD_LABELS, figure_text
from scoring_api.frameworks.domain.reading import figure_of
from scoring_api.frameworks.domain.rules import LevelTable, Rule

NOTHING = "(chưa có)"


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
        return f"{self.code} {self.name} – {self.label}: {self.before or NOTHING} → {self.after or NOTHING}"


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


def changes(
    framework: Framework, before: Mapping[str, Act], after: Mapping[str, Act], titles: Mapping[UUID, str]
) -> tuple[Change, ...]:
    """What differs between two states of a unit's claims, leaf by leaf in tree order."""
    return tuple(
        change
        for leaf in framework.leaves
        for change in _leaf_changes(leaf, before.get(leaf.key), after.get(leaf.key), titles)
    )


def _leaf_changes(
    leaf: Leaf, before: Act | None, after: Act | None, titles: Mapping[UUID, str]
) -> Iterator[Change]:
    told, now = _told(leaf, before, titles), _told(leaf, after, titles)
    for what, (label, text) in now.items():
        if told[what][1] != text:
            yield Change(
                leaf=leaf.key,
                code=leaf.code,
                name=leaf.name,
                what=what,
                label=label,
                before=told[what][1],
                after=text,
            )


def _told(leaf: Leaf, claim: Act | None, titles: Mapping[UUID, str]) -> dict[str, tuple[str, str]]:
    """Everything a claim says, in words, under its label."""
    files = claim.evidence if claim else ()
    return {
        "value": ("giá trị", value_text(leaf.rule, (claim.value if claim else None) or {})),
        "narrative": ("thuyết minh", claim.narrative if claim else ""),
        "evidence": ("tài liệu kiểm chứng", "; ".join(titles.get(file, str(file)) for file in files)),
        "shortfall": ("nêu tên", ", ".join(claim.shortfall if claim else ())),
    }


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
