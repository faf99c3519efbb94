"""Patterns of leaves that a survey or a published index gives; how answers are counted stands in results."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from scoring_api.frameworks.domain.presets.ratio_presets import Steps, ratio_linear, ratio_steps, step_table
from scoring_api.frameworks.domain.rules import Linear, Question, Rule, Sipas, Survey

FOUR_ANSWERS = MappingProxyType({"A": "100", "B": "60", "C": "20", "D": "0"})
"""What the answers of a provincial form count for, in percent: the default of Yên Bái's software."""
FIVE_LEVELS = ("1", "2", "3", "4", "5")


def survey_options(
    questionnaire: str, questions: Mapping[str, str], options: Mapping[str, str] = FOUR_ANSWERS
) -> Rule:
    """P10: mean of option weights over valid answers, of the maximum («điều tra xã hội học»).

    `questions` are their codes and weights. Sóc Trăng 2017 prints 66,54 % for the mean of three questions;
    of 4,5 points that is 2,994.

    >>> from parindex.kernel.points import output
    >>> from scoring_api.frameworks.domain.scoring import scale_line
    >>> rule = survey_options("to-chuc-so", {"c1": "1", "c2": "1", "c3": "1"})
    >>> output(scale_line(rule.scale, Decimal("4.5"))(Decimal("66.54"))[0], 3)
    Decimal('2.994')
    """
    weights = {code: Decimal(weight) for code, weight in options.items()}
    asked = tuple(Question(code, Decimal(weight), weights) for code, weight in questions.items())
    return Rule(Survey((questionnaire,), asked, "pool", {}, 1), Linear(Decimal(0), Decimal(100)))


def external_index() -> Rule:
    """P11: a published index in percent, of the maximum («chỉ số do cơ quan khác công bố»).

    Hà Nam 2019: a satisfaction index of 87,9 % prints as 8,79 points of 10 (our reading).

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> published = {"numerator": "87.9", "denominator": "100"}
    >>> score_value(external_index(), Decimal(10), published).points.normalize()
    Decimal('8.79')
    """
    return ratio_linear()


def external_index_steps(steps: Steps) -> Rule:
    """P11: a published index by steps («theo mốc»).

    Sóc Trăng 2017: domain 8 closes at 13,5 of 15,5 only when 80,43 % satisfied earned full points: a step at
    80 % (inferred from QĐ 2948/QĐ-BNV's printed totals).

    >>> from scoring_api.frameworks.domain.scoring import score_value
    >>> rule = external_index_steps([(None, "0"), ("80", "10")])
    >>> score_value(rule, Decimal(10), {"numerator": "80.43", "denominator": "100"}).points
    Decimal('10')
    """
    return ratio_steps(steps)


def _share(questionnaire: str, questions: Iterable[str]) -> Sipas:
    return Sipas(
        questionnaires=(questionnaire,),
        questions=tuple(questions),
        method="share",
        pooling="pooled",
        satisfied=("4", "5"),
        scale_options=FIVE_LEVELS,
        factors={},
        overall="",
        minimum=1,
    )


def satisfaction(questionnaire: str, questions: Iterable[str]) -> Rule:
    """P11: the share of satisfied answers of our own survey, of the maximum («SIPAS»).

    QĐ 2640/QĐ-BNV: share, not mean; the formula of QĐ 1001/QĐ-BNV is not public in our sources, so the method
    is a parameter of the measure and this preset only its default. Hải Dương 2022 gives SIPAS 10 points.

    >>> from scoring_api.frameworks.domain.scoring import scale_line
    >>> rule = satisfaction("sipas-so", ["q01", "q02"])
    >>> scale_line(rule.scale, Decimal(10))(Decimal("80.43"))[0].normalize()
    Decimal('8.043')
    """
    return Rule(_share(questionnaire, questions), Linear(Decimal(0), Decimal(100)))


def satisfaction_steps(questionnaire: str, questions: Iterable[str], steps: Steps) -> Rule:
    """P11: the share of satisfied answers by steps; the step at 80 % is inferred, as above.

    >>> from scoring_api.frameworks.domain.scoring import scale_line
    >>> rule = satisfaction_steps("sipas-so", ["q01"], [(None, "0"), ("80", "10")])
    >>> scale_line(rule.scale, Decimal(10))(Decimal("80.43"))
    (Decimal('10'), '80')
    """
    return Rule(_share(questionnaire, questions), step_table(steps))
