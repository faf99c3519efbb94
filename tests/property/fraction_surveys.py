"""Survey percents of the slow twin: groups within a question, then questions, in fractions."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from tests.property.fraction_measures import Json, f

Counts = Mapping[tuple[str, str, str], Mapping[str, int]]  # questionnaire, group, question → option → count


def mean(weighed: Sequence[tuple[Fraction, Fraction]]) -> Fraction | None:
    if not weighed:
        return None
    return sum((w * x for w, x in weighed), Fraction(0)) / sum(w for w, _ in weighed)


def cell(
    measure: Json, question: str, groups: Iterable[str], weights: Mapping[str, Fraction], counts: Counts
) -> tuple[Fraction, int]:
    """Σ weight × count and Σ count of the options that count."""
    points, answered = Fraction(0), 0
    for questionnaire in measure["questionnaires"]:
        for group in groups:
            for option, count in counts.get((questionnaire, group, question), {}).items():
                if option in weights:
                    points, answered = points + weights[option] * count, answered + count
    return points, answered


def surveyed(measure: Json, counts: Counts) -> Fraction | None:
    """A survey of organisations; a group below the minimum drops out, the others share its weight."""
    declared = {row["code"]: f(row.get("weight", "1")) for row in measure.get("groups", [])}
    groups = sorted({group for _, group, _ in counts if not declared or group in declared})
    combine, questions = measure.get("combine", "pool"), []
    for question in measure["questions"]:
        weights = {option: f(weight) for option, weight in question["options"].items() if weight is not None}
        cells = {group: cell(measure, question["code"], [group], weights, counts) for group in groups}
        kept = {group: row for group, row in cells.items() if row[1] >= measure.get("minimum", 1)}
        if not kept:
            continue
        if combine == "pool":
            percent = sum(points for points, _ in kept.values()) / sum(n for _, n in kept.values())
        else:
            equal = combine == "mean_of_groups"
            shares = [(Fraction(1) if equal else declared[g], p / n) for g, (p, n) in kept.items()]
            percent = mean(shares) or Fraction(0)
        questions.append((f(question.get("weight", "1")), Fraction(percent)))
    return mean(questions)


def satisfied(measure: Json, counts: Counts) -> Fraction | None:
    """SIPAS: every group pooled; a question below the minimum drops out of its pool."""
    scale = measure["scale_options"]
    if measure.get("method", "share") == "share":
        weights = {option: Fraction(100 if option in measure["satisfied"] else 0) for option in scale}
    else:
        weights = {option: Fraction(100 * place, len(scale)) for place, option in enumerate(scale, 1)}
    groups = sorted({group for _, group, _ in counts})
    pools = {
        "pooled": [measure["questions"]],
        "mean_of_questions": [[question] for question in measure["questions"]],
        "mean_of_factors": list(measure["factors"].values()),
        "overall_question": [[measure["overall"]]],
    }[measure.get("pooling", "pooled")]
    percents = []
    for pool in pools:
        cells = [cell(measure, question, groups, weights, counts) for question in pool]
        kept = [row for row in cells if row[1] >= measure.get("minimum", 1)]
        if kept:
            percents.append((Fraction(1), Fraction(sum(p for p, _ in kept)) / sum(n for _, n in kept)))
    return mean(percents)


def tallied(measure: Json, counts: Counts) -> Fraction | None:
    return surveyed(measure, counts) if measure["kind"] == "survey" else satisfied(measure, counts)
