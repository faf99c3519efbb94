"""Measures, formulas and scales of the slow twin, in fractions straight from the JSON; no code of the engine."""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

Json = Mapping[str, Any]
NOTHING = Fraction(0)
FARTHEST = Fraction(10**15)
TALLIED = {"survey", "sipas"}
VALUELESS = {*TALLIED, "self_gap"}


@lru_cache(maxsize=10_000)
def _figure(text: str) -> Fraction:
    return Fraction(text)


def f(raw: Any) -> Fraction:
    return _figure(str(raw))


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero."""
    part, whole = abs(value.numerator) * 10**places, value.denominator
    near = Fraction((2 * part + whole) // (2 * whole), 10**places)
    return -near if value < 0 else near


def rule_of(leaf: Json) -> Json:
    """The rule of a leaf; points as given where a leader or a reconstruction gives them."""
    found: Json | None = leaf.get("rule")
    if found is not None:
        return found
    full = leaf["max_points"] if f(leaf["max_points"]) else "1"
    return {"measure": {"kind": "points"}, "scale": {"kind": "linear", "floor": "0", "full": full}}


_SIGNS = ({"and", "or"}, {"<", "<=", ">", ">=", "=", "!="}, {"+", "-"}, {"*", "/"})


class Reader:
    """Reads an expression and works it out in one go, by climbing the signs; nothing is kept."""

    def __init__(self, text: str, known: Mapping[str, Fraction]) -> None:
        self.rest = re.findall(r"[0-9.]+|[a-z_][a-z0-9_]*|[<>!]=|[-+*/()<>=]", text)
        self.known = known

    def value(self, rank: int, *, live: bool) -> Fraction:
        """`live` is False where the left side of «and», «or» has decided already."""
        if rank == len(_SIGNS):
            return self.single(live=live)
        left = self.value(rank + 1, live=live)
        while self.rest and self.rest[0] in _SIGNS[rank]:
            sign = self.rest.pop(0)
            wanted = live and not ((sign == "and" and not left) or (sign == "or" and left))
            left = joined(sign, left, self.value(rank + 1, live=wanted), live=live)
        return left

    def single(self, *, live: bool) -> Fraction:
        token = self.rest.pop(0)
        if token == "-":
            return -self.single(live=live)
        if token == "(":
            inner = self.value(0, live=live)
            self.rest.pop(0)
            return inner
        return self.known[token] if token in self.known else f(token)


def joined(sign: str, left: Fraction, right: Fraction, *, live: bool) -> Fraction:
    if sign == "/":
        return left / right if live else NOTHING
    plain = {"+": left + right, "-": left - right, "*": left * right}
    if sign in plain:
        return plain[sign]
    truth = {
        "and": bool(left) and bool(right),
        "or": bool(left) or bool(right),
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "=": left == right,
        "!=": left != right,
    }
    return Fraction(truth[sign])


def formula(measure: Json, value: Json) -> Fraction | None:
    known = {name: f(value["variables"][name]) for name in measure["variables"]}
    try:
        for guard in measure["guards"]:
            if not guard.get("when") or Reader(guard["when"], known).value(0, live=True):
                return Reader(guard["expression"], known).value(0, live=True)
    except ZeroDivisionError:
        return None
    return None


def measured(measure: Json, value: Json) -> tuple[Fraction | None, bool]:
    """The measure, None when it does not arise, and whether the part exceeds its whole."""
    kind = measure["kind"]
    if kind == "formula":
        return formula(measure, value), False
    figures = {name: f(raw) for name, raw in value.items() if name != "serious"}
    if kind in {"count", "points"}:
        return figures[kind], False
    if kind == "growth":
        now, before = figures["current"], figures["previous"]
        return ((now - before) / before * 100 if before else None), False
    if kind == "punctuality":
        due = figures["on_time"] + figures["late"] + figures["missing"]
        kept = figures["on_time"] + f(measure.get("late_share", "0")) * figures["late"]
        return (kept / due * 100 if due else None), False
    part, whole = figures["numerator"], figures["denominator"]
    if kind == "product":
        part, whole = part * figures["second_numerator"], whole * figures["second_denominator"]
    if kind == "complement":
        part += figures.get("second_numerator", NOTHING)
    if not whole:
        return None, False
    percent = part / whole * 100
    return (100 - percent if kind == "complement" else percent), part > whole


def on_scale(scale: Json, top: Fraction, amount: Fraction) -> tuple[Fraction, str | Fraction]:
    """Points and the line that gave them; the bound of a step as a figure."""
    kind = scale["kind"]
    at = rounded(amount, 20)
    if kind == "table":
        step = [band for band in scale["bands"] if band["from"] is None or at >= f(band["from"])][-1]
        return rounded(f(step["points"]), 30), "" if step["from"] is None else f(step["from"])
    if kind == "per_item":
        return rounded(min(top, f(scale["points_each"]) * amount), 30), kind
    if kind == "deduct":
        return rounded(max(NOTHING, top - f(scale["points_each"]) * amount), 30), kind
    if at >= f(scale["full"]):
        return rounded(top, 30), "full"
    if amount <= 0 or at < f(scale["floor"]):
        return NOTHING, "under_floor"
    return rounded(top * amount / f(scale["full"]), 30), "line"


def valued(leaf: Json, value: Json) -> dict[str, Any]:
    """What a value gives before any policy; `status` tells whether it arose."""
    rule, top = rule_of(leaf), f(leaf["max_points"])
    measure, scale = rule["measure"], rule["scale"]
    found = {
        "points": NOTHING,
        "max": top,
        "status": "scored",
        "policy": "",
        "measure": None,
        "excess": False,
    }
    if measure["kind"] == "choice":
        level = next(level for level in scale["levels"] if level["code"] == value["level"])
        return {**found, "points": rounded(f(level["points"]), 30), "step": level["code"]}
    amount, excess = measured(measure, value)
    if amount is None:
        return {**found, "status": "not_arising", "step": ""}
    if measure["kind"] in {"product", "complement", "growth", "formula"}:
        amount = min(FARTHEST, max(-FARTHEST, amount))
    serious = scale["kind"] == "deduct" and value.get("serious")
    points, step = (NOTHING, "serious") if serious else on_scale(scale, top, amount)
    return {**found, "points": points, "step": step, "measure": amount, "excess": excess}
