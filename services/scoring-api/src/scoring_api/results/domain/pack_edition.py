"""The record of a pack beside the edition it belongs to: the whole result, or its public index table."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import digest
from parindex.kernel.points import output
from scoring_api.results.domain.differences import Difference, differences

RESULT_SCHEMA = "parindex/result/1"
Figures = dict[str, Any]
_PLAIN = ("rank", "previous_rank", "change", "comparability", "applicable_max")


def edition_differences(record: Mapping[str, Any], edition: Mapping[str, Any]) -> list[Difference]:
    """Where an edition («lần công bố») says another thing than the record.

    The whole result holds exact figures; the index table holds them rounded once, as they are printed, a
    percent near a bound with more digits than others. May raise KeyError, TypeError, AttributeError or
    ArithmeticError for what is no edition.
    """
    whole = edition.get("schema") == RESULT_SCHEMA
    said = {(unit["code"] if whole else unit["unit"]): unit for unit in edition["units"]}
    ours = {code: unit for part in record["sets"] for code, unit in part["units"].items()}
    stated = {code: (_of_result if whole else _of_table)(unit) for code, unit in said.items()}
    found = {
        code: _exact(unit) if whole else _printed(unit, stated.get(code, {})) for code, unit in ours.items()
    }
    return list(differences({"sets": [{"units": stated}]}, {"sets": [{"units": found}]}))


def edition_named(edition: Mapping[str, Any]) -> Figures:
    """What an edition is known by: period, number, and the digest of the whole result."""
    whole = edition.get("schema") == RESULT_SCHEMA
    return {
        "period": edition["period"]["code"] if whole else edition["period"],
        "edition": edition["edition"],
        "edition_digest": digest(edition) if whole else edition["result_digest"],
    }


def framework_differences(edition: Mapping[str, Any], inputs: Mapping[str, Any]) -> Iterator[Difference]:
    """Criteria sets of the pack whose digest is not the one the edition names."""
    named = {str(row["code"]): str(row["digest"]) for row in edition["frameworks"]}
    for part in inputs["sets"]:
        code, found = part["framework"]["code"], digest(part["framework"])
        if named.get(code) != found:
            yield Difference("", "", f"bộ tiêu chí {code}", named.get(code, "không có"), found)


def _exact(unit: Mapping[str, Any]) -> Figures:
    rating = unit["rating"]
    return {
        **{name: unit[name] for name in _PLAIN},
        "points": unit["points"],
        "percent": unit["percent"] or "",
        "previous_percent": unit["previous_percent"] or "",
        "percent_change": unit["percent_change"] or "",
        "band": unit["band"] or "",
        "next_band_distance": unit["next_band_distance"] or "",
        "rating": rating["code"] if rating else "",
        "by_fall_through": bool(rating and rating["by_fall_through"]),
        "blocked_by": rating and rating["blocked_by"],
        "reviews": unit["reviews"],
        "lost_points": unit["lost_points"],
        "areas": {
            key: {
                "points": area["points"],
                "max_points": area["max_points"],
                "percent": area["percent"] or "",
            }
            for key, area in unit["areas"].items()
        },
        "leaves": {
            key: {"points": leaf["points"], "status": leaf["status"]} for key, leaf in unit["leaves"].items()
        },
    }


def _of_result(unit: Mapping[str, Any]) -> Figures:
    rating = unit["rating"]
    blocked = rating["blocked_by"]
    return {
        **{name: unit[name] for name in _PLAIN},
        "points": unit["points"],
        **_named(unit, "percent", "previous_percent", "percent_change"),
        "band": unit["band"],
        "next_band_distance": unit["next_band_distance"],
        "rating": rating["code"],
        "by_fall_through": rating["by_fall_through"],
        "blocked_by": blocked and {name: blocked[name] for name in ("kind", "key", "percent", "floor")},
        "reviews": {
            row["area"]: {name: row[name] for name in ("percent", "threshold", "consecutive_years")}
            for row in unit["reviews"]
        },
        "lost_points": unit["lost_points"],
        "areas": {row["key"]: _named(row, "points", "max_points", "percent") for row in unit["areas"]},
        "leaves": {row["key"]: _named(row, "points", "status") for row in unit["leaves"] if row["status"]},
    }


def _named(row: Mapping[str, Any], *names: str) -> Figures:
    return {name: row[name] for name in names}


def _printed(unit: Mapping[str, Any], shown: Figures) -> Figures:
    """The record's unit as the index table prints it, percents to the digits shown there."""
    exact = _exact(unit)
    blocked = exact["blocked_by"]
    reviews, areas = shown.get("reviews", {}), shown.get("areas", {})
    return {
        **{name: exact[name] for name in (*_PLAIN, "band", "rating", "by_fall_through")},
        **{name: _rounded(exact[name]) for name in ("points", "previous_percent", "percent_change")},
        "percent": _percent(exact, shown),
        "blocked_by": blocked and {**blocked, "percent": _percent(blocked, shown.get("blocked_by"))},
        "reviews": {
            area: {
                "percent": _percent(row, reviews.get(area)),
                "consecutive_years": row["consecutive_years"],
            }
            for area, row in exact["reviews"].items()
        },
        "areas": {
            key: {**row, "points": _rounded(row["points"], 3), "percent": _percent(row, areas.get(key))}
            for key, row in exact["areas"].items()
        },
    }


def _percent(exact: Mapping[str, Any], shown: Mapping[str, Any] | None) -> str:
    printed = str((shown or {}).get("percent") or "")
    return _rounded(exact["percent"], min(max(2, len(printed.partition(".")[2])), 20))


def _of_table(unit: Mapping[str, Any]) -> Figures:
    blocked = unit["blocked_by"]
    return {
        **_named(
            unit,
            *_PLAIN,
            "points",
            "percent",
            "previous_percent",
            "percent_change",
            "band",
            "rating",
            "by_fall_through",
        ),
        "blocked_by": blocked and _named(blocked, "kind", "key", "percent", "floor"),
        "reviews": {row["area"]: _named(row, "percent", "consecutive_years") for row in unit["reviews"]},
        "areas": {row["key"]: _named(row, "points", "max_points", "percent") for row in unit["areas"]},
    }


def _rounded(text: str, places: int = 2) -> str:
    return format(output(Decimal(text), places), "f") if text else ""
