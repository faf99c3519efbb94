"""The index computed from the example's files gives every published outcome of 2022."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from parindex.kernel.points import output
from parindex.kernel.text import match_key
from scoring_api.results.domain.inputs import TallyCell
from scoring_api.results.domain.outcome import IndexResult, UnitResult
from tests.unit.examples import hai_duong as example

Published = dict[str, Any]
Indexes = dict[str, IndexResult]
LEVELS = ("departments", "districts")
AREAS = {"cai-cach-thu-tuc-hanh-chinh": "I/3", "chinh-quyen-dien-tu-chinh-quyen-so": "I/7"}
KCN, TU_KY = "ban-quan-ly-cac-khu-cong-nghiep-tinh", "ubnd-huyen-tu-ky"


def everyone(indexes: Indexes) -> dict[str, UnitResult]:
    return {code: result for index in indexes.values() for code, result in index.units.items()}


def by_rank(index: IndexResult) -> list[str]:
    return sorted(index.units, key=lambda code: index.units[code].standing.rank or 0)


def area_percents(result: UnitResult) -> dict[str, Decimal]:
    return {p.node.key: p.percent for p in result.score.parts if p.node.rated and p.percent is not None}


@pytest.mark.parametrize("level", LEVELS)
def test_bands_hold_the_published_units(level: str, published: Published, indexes: Indexes) -> None:
    units = indexes[level].units
    stated = published["classification"]["resolved"][level]
    for band, members in stated.items():
        found = {code for code, r in units.items() if r.score.band is not None and r.score.band.code == band}
        assert found == set(members)
    assert sum(len(members) for members in stated.values()) == len(units)


@pytest.mark.parametrize("level", LEVELS)
def test_no_two_units_print_the_same_percent(level: str, indexes: Indexes) -> None:
    percents = [output(r.score.percent) for r in indexes[level].units.values() if r.score.percent is not None]
    assert len(set(percents)) == len(indexes[level].units)
    assert [indexes[level].units[code].standing.rank for code in by_rank(indexes[level])] == list(
        range(1, len(percents) + 1)
    )


def test_department_order_is_the_printed_one_but_for_what_the_rank_changes_forbid(
    published: Published, indexes: Indexes
) -> None:
    moved = {"so-giao-duc-va-dao-tao", "so-tai-chinh"}
    printed = [
        code for band in published["classification"]["resolved"]["departments"].values() for code in band
    ]
    ranked = by_rank(indexes["departments"])
    assert [code for code in ranked if code not in moved] == [code for code in printed if code not in moved]
    assert ranked[-1] == "so-y-te"
    assert by_rank(indexes["districts"])[-1] == "ubnd-huyen-thanh-ha"


@pytest.mark.parametrize("level", LEVELS)
def test_heads_are_rated_as_published(level: str, published: Published, indexes: Indexes) -> None:
    for group in published["head_ratings"]["stated"][level]["groups"]:
        found = {
            code
            for code, r in indexes[level].units.items()
            if r.score.rating is not None and r.score.rating.rating.code == group["rating"]
        }
        assert found == set(group["units"])
        assert len(found) == group["stated_count"]


@pytest.mark.parametrize("unit", [KCN, TU_KY])
def test_an_area_under_70_percent_keeps_two_heads_below_their_total(unit: str, indexes: Indexes) -> None:
    score = everyone(indexes)[unit].score
    assert score.percent is not None
    assert 80 <= score.percent < 90
    assert score.rating is not None
    assert score.rating.by_fall_through
    blocked = score.rating.blocked_by
    assert blocked is not None
    assert (blocked.kind, blocked.key, blocked.floor) == ("area", "I/3", Decimal(70))
    assert 50 <= blocked.percent < 70


def test_only_those_two_fall_through(indexes: Indexes) -> None:
    fallen = {c for c, r in everyone(indexes).items() if r.score.rating and r.score.rating.by_fall_through}
    assert fallen == {KCN, TU_KY}


def test_review_duties_are_exactly_the_published_ones(published: Published, indexes: Indexes) -> None:
    stated = {row["unit"]: [AREAS[area] for area in row["domains"]] for row in published["review"]["units"]}
    found = {
        code: [duty.area for duty in r.score.reviews]
        for code, r in everyone(indexes).items()
        if r.score.reviews
    }
    assert found == stated


def test_the_two_units_without_improvement_are_in_their_second_year(
    published: Published, indexes: Indexes
) -> None:
    again = {
        c for c, r in everyone(indexes).items() if any(d.consecutive_years == 2 for d in r.score.reviews)
    }
    assert again == set(published["review"]["repeat_offenders"]["units"])


def test_reviewed_units_rated_good_keep_70_percent(indexes: Indexes) -> None:
    assert 70 <= area_percents(everyone(indexes)["so-ke-hoach-va-dau-tu"])["I/3"] < 75
    assert 70 <= area_percents(everyone(indexes)["so-lao-dong-thuong-binh-va-xa-hoi"])["I/7"] < 75


def test_rank_changes_are_the_published_ones(published: Published, indexes: Indexes) -> None:
    changes = {code: r.standing.change for code, r in everyone(indexes).items()}
    stated = {row["unit"]: row["places"] for row in published["rank_changes"]["up"]}
    stated |= {row["unit"]: -row["places"] for row in published["rank_changes"]["down"]}
    assert {code: changes[code] for code in stated} == stated
    assert all(abs(change or 0) <= 1 for code, change in changes.items() if code not in stated)


def test_nothing_waits_for_the_council_and_four_leaves_do_not_arise(indexes: Indexes) -> None:
    results = everyone(indexes).values()
    assert not [r for r in results if r.score.undecided or r.score.skipped_areas]
    statuses = Counter(leaf.status for r in results for leaf in r.score.leaves)
    assert set(statuses) == {"scored", "not_arising"}
    assert statuses["not_arising"] == 4


def rate(unit: str, key: str) -> Decimal:
    value = example.final_entries()[unit][key].value
    assert value is not None
    return Decimal(value["numerator"]) * 100 / Decimal(value["denominator"])


def test_published_online_rates_are_values_of_their_leaf(published: Published) -> None:
    online = published["online_service_rates"]
    for row in online["above_target"] + online["below_target"]:
        assert rate(row["unit"], "I/7/7.4/7.4.1") == Decimal(row["rate_pct"])


def test_digitised_files_average_as_published(published: Published, indexes: Indexes) -> None:
    means, lowest = {}, set()
    for level in LEVELS:
        rates = {code: rate(code, "I/3/3.5") for code in indexes[level].units}
        means[level] = sum(rates.values(), Decimal(0)) / len(rates)
        low = [unit for unit in published["digitisation_rates"]["low_units"] if unit in rates]
        lowest |= set(sorted(rates, key=lambda code: rates[code])[: len(low)])
    assert 88 < means["departments"] < 89
    assert output(means["districts"], 1) == Decimal("78.2")
    assert lowest == set(published["digitisation_rates"]["low_units"])


def test_ballots_are_as_many_as_published(published: Published) -> None:
    files = {"department": ("to-chuc-so", "sipas-so"), "district": ("to-chuc-huyen", "sipas-huyen")}
    for target in published["survey"]["targets"]:
        matrix, citizens = (example.rows(f"{name}.csv") for name in files[target["target_level"]])
        found = sorted([*Counter(row["group"] for row in matrix).values(), len(citizens)])
        assert found == sorted(group["ballots"] for group in target["groups"])
        assert len(matrix) + len(citizens) == target["ballots"]


def test_quotas_hold_and_serials_are_unique() -> None:
    definitions, serials = example.definitions(), []
    for name, definition in definitions.items():
        ballots = example.rows(f"{name}.csv")
        serials += [row.get("serial") or row["Số phiếu"] for row in ballots]
        if definition["layout"] == "matrix":
            found = Counter(row["group"] for row in ballots)
            assert found == {group["code"]: group["quota"] for group in definition["groups"]}
    assert len(set(serials)) == len(serials) == 2476
    assert set(Counter(row["unit"] for row in example.rows("sipas-huyen.csv")).values()) == {135}
    spellings = example.unit_by_spelling()
    served = Counter(spellings[match_key(row["Đơn vị"])] for row in example.rows("sipas-so.csv"))
    assert sorted(served.values()) == [35] * 8 + [36] * 10


def test_bags_hold_every_ballot_once() -> None:
    bags = example.load("batches.json")
    assert len({bag["bag_seal"] for bag in bags}) == len({bag["code"] for bag in bags}) == len(bags)
    for name in ("to-chuc-so", "to-chuc-huyen", "sipas-huyen"):
        stated = {bag["code"]: bag["ballots"] for bag in bags if bag["questionnaire"] == name}
        assert Counter(row["batch"] for row in example.rows(f"{name}.csv")) == stated


def test_slips_of_the_pen_stay_outside_the_count(cells: list[TallyCell]) -> None:
    assert sum(cell.blank for cell in cells) > 0
    assert sum(cell.double for cell in cells) > 0
    per_group = {
        "dai-bieu-hdnd-tinh": 20,
        "lanh-dao-mttq-tinh": 4,
        "lanh-dao-cap-huyen": 96,
        "lanh-dao-so-nganh": 72,
    }
    for cell in cells:
        if cell.group in per_group:
            assert cell.total + cell.blank + cell.double == per_group[cell.group]


def test_the_secretariat_gives_a_reason_wherever_it_differs() -> None:
    claims = example.load("self-assessments.json")
    for unit, acts in example.load("appraisals.json").items():
        assert acts
        for key, act in acts.items():
            assert act["reason"]
            assert act["value"] != claims[unit][key]["value"]


def test_no_person_is_named(published: Published) -> None:
    assert published["document"]["signed_as"] == "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH"
    assert "signed_by" not in published["document"]


def test_the_frameworks_hold_the_published_maxima(published: Published, indexes: Indexes) -> None:
    for level in LEVELS:
        groups = published["framework_parts"][level]["groups"]
        nodes = indexes[level].framework.nodes
        assert [node.max_points for node in indexes[level].framework.roots] == [
            Decimal(group["points"]) for group in groups
        ]
        areas = [part for group in groups for part in (*group.get("domains", ()), *group.get("parts", ()))]
        found = [node.max_points for node in nodes.values() if node.role == "area"]
        assert found == [Decimal(area["points"]) for area in areas]


def test_figures_are_texts() -> None:
    claims = example.load("self-assessments.json")
    appraised = example.load("appraisals.json")
    acts = [act for file in (claims, appraised) for unit in file.values() for act in unit.values()]
    acts += example.load("council.json")["decisions"]
    assert all(isinstance(figure, str) for act in acts for figure in act["value"].values())
