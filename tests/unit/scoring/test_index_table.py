"""The public table of an edition: a percent prints on the side of the bound it stands on."""

from dataclasses import replace

import pytest

from scoring_api.publication.use_cases.index_table import index_table
from tests.unit.report import hai_duong_result


@pytest.mark.parametrize(
    ("percent", "printed"),
    [("89.996", "89.996"), ("89.99999996", "89.99999996"), ("89.994", "89.99"), ("90", "90.00"), ("", "")],
)
def test_an_index_just_under_its_band_does_not_print_as_the_floor_of_the_next(
    percent: str, printed: str
) -> None:
    snapshot = hai_duong_result.result()
    area = replace(snapshot.units[0].areas[0], percent=percent)
    unit = replace(snapshot.units[0], percent=percent, areas=(area,))
    (row,) = index_table(replace(snapshot, units=(unit,)), "")["units"]
    assert (row["percent"], row["areas"][0]["percent"]) == (printed, printed)
