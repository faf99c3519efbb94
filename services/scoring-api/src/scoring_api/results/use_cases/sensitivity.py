"""How firm a period's standing is, in plain data: the runs themselves are the room's domain."""

from decimal import Decimal
from typing import Any

from parindex.kernel.canonical import decimal_text
from parindex.kernel.points import output
from scoring_api.results.domain.robustness import (
    HIGH,
    LOW,
    METHOD,
    UnitRobustness,
    check_size,
    robustness,
)
from scoring_api.results.use_cases.computing import PeriodInputs, compute_period


def sensitivity(inputs: PeriodInputs, draws: int, seed: int) -> dict[str, Any]:
    """The runs over every criteria set of the period; pure, for a thread.

    Raises DomainError `robustness_too_large`.
    """
    check_size(len(inputs.units), draws)
    names = {unit.unit: unit.facts["name"] for unit in inputs.units}
    return {
        "period": inputs.period.code,
        "state": inputs.period.state,
        "tally": inputs.tally_digest,
        "method": METHOD,
        "draws": draws,
        "seed": seed,
        "interval": {"low": LOW, "high": HIGH},
        "units": [
            {
                "unit": row.unit,
                "name": names[row.unit],
                "framework": result.framework.code,
                **_figures(row, draws),
            }
            for result in compute_period(inputs)
            for row in robustness(result, draws, seed)
        ],
    }


def _figures(row: UnitRobustness, draws: int) -> dict[str, Any]:
    error = row.standard_error
    return {
        "rank": row.rank,
        "rank_low": row.rank_low,
        "rank_median": row.rank_median,
        "rank_high": row.rank_high,
        "standard_error": "" if error is None else decimal_text(output(error, 4)),
        "bands": [
            {"band": band, "runs": runs, "share": decimal_text(output(Decimal(runs) / draws, 4))}
            for band, runs in row.bands
        ],
        "moving": list(row.moving),
    }
