"""What a period's result would be under a supposition, beside what it is; nothing of it is ever stored."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from scoring_api.results.domain.bundle import compute_bundle
from scoring_api.results.domain.hypothesis import read_hypothesis
from scoring_api.results.domain.outcome import IndexResult, UnitResult, UnitScore
from scoring_api.results.domain.supposing import suppose
from scoring_api.results.use_cases.computing import PeriodInputs, bundle_of, unit_summary

MOST_SET_ASIDE = 200
_COUNTED = ("exact_percent", "rank", "band", "rating", "reviews")
Figures = dict[str, Any]


def what_if(inputs: PeriodInputs, document: Mapping[str, Any]) -> dict[str, Any]:
    """Stored inputs and supposed ones side by side, for the units that change; pure, for a thread.

    Raises DomainError `hypothesis_invalid` with every fault.
    """
    bundle = bundle_of(inputs)
    supposed = suppose(bundle, read_hypothesis(document))
    names = {unit.unit: unit.facts["name"] for unit in inputs.units}
    rows = list(_changes(compute_bundle(bundle), compute_bundle(supposed.bundle), names))
    pairs = [(row["baseline"], row["supposed"]) for row in rows]
    return {
        "hypothetical": True,
        "period": inputs.period.code,
        "state": inputs.period.state,
        "tally": inputs.tally_digest,
        "changed": {
            "units": len(rows),
            **{name: sum(was[name] != now[name] for was, now in pairs) for name in _COUNTED},
        },
        "set_aside": {
            "count": len(supposed.set_aside),
            "entries": [asdict(row) for row in supposed.set_aside[:MOST_SET_ASIDE]],
        },
        "units": rows,
    }


def _changes(
    baseline: list[IndexResult], supposed: list[IndexResult], names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Units of which any figure changed, in the order of the period."""
    for was, now in zip(baseline, supposed, strict=True):
        for code, found in was.units.items():
            before, after = _figures(code, found), _figures(code, now.units[code])
            if before != after:
                kept = [row for row in before["areas"] if row in after["areas"]]
                for figures in (before, after):
                    figures["areas"] = [row for row in figures["areas"] if row not in kept]
                yield {
                    "unit": code,
                    "name": names[code],
                    "framework": was.framework.code,
                    "baseline": before,
                    "supposed": after,
                }


def _figures(code: str, found: UnitResult) -> Figures:
    figures = unit_summary(code, found)
    del figures["unit"]
    return {**figures, "blocked_by": _blocked_by(found.score), "areas": list(_areas(found.score))}


def _blocked_by(score: UnitScore) -> dict[str, str] | None:
    blocked = score.rating.blocked_by if score.rating else None
    if blocked is None:
        return None
    return {
        "kind": blocked.kind,
        "key": blocked.key,
        "percent": decimal_text(blocked.percent),
        "floor": decimal_text(blocked.floor),
    }


def _areas(score: UnitScore) -> Iterator[dict[str, str]]:
    for part in score.parts:
        yield {
            "key": part.node.key,
            "name": part.node.name,
            "points": decimal_text(part.points),
            "max_points": decimal_text(part.max_points),
            "percent": _text(part.percent),
        }


def _text(percent: Decimal | None) -> str:
    return "" if percent is None else decimal_text(percent)
