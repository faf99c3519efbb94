"""Pure rules of double entry: samples, stop rule, differences and what a second entry is refused for."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_ingest.double_entry.domain.comparing import Difference, Said, differences, truth, with_values
from survey_ingest.double_entry.domain.plan import DoublePlan, Progress, read_plan, sample_size, sampled
from survey_ingest.double_entry.domain.receipt import Facing, SecondReceipt, refusal

serials = st.sets(st.text("ABC0123456789-", min_size=1, max_size=8), max_size=60)
shares = st.decimals(0, 100, places=2)


@given(serials, shares, st.text(max_size=5))
def test_a_sample_is_exactly_its_share_and_the_same_in_any_order(
    listed: set[str], share: Decimal, seed: str
) -> None:
    plan = DoublePlan(share, seed, None, 30)
    drawn = sampled(sorted(listed), plan)
    assert drawn == sampled(sorted(listed, reverse=True), plan)
    assert drawn <= listed
    assert len(listed) * share <= len(drawn) * 100 < len(listed) * share + 100 or not listed


@given(serials, st.text(max_size=5), shares, shares)
def test_a_larger_share_keeps_what_a_smaller_one_drew(
    listed: set[str], seed: str, one: Decimal, other: Decimal
) -> None:
    less, more = sorted((one, other))
    assert sampled(listed, DoublePlan(less, seed, None, 30)) <= sampled(
        listed, DoublePlan(more, seed, None, 30)
    )


def test_another_seed_draws_another_sample() -> None:
    listed = [f"SPH-{n:04}" for n in range(200)]
    plan = DoublePlan(Decimal(10), "một", None, 30)
    assert sampled(listed, plan) != sampled(listed, replace(plan, seed="hai"))


@pytest.mark.parametrize(
    ("share", "ballots", "size"),
    [("0", 135, 0), ("100", 135, 135), ("0.01", 135, 1), ("10", 130, 13), ("10", 131, 14), ("33.33", 3, 1)],
)
def test_a_share_is_rounded_up(share: str, ballots: int, size: int) -> None:
    assert sample_size(ballots, Decimal(share)) == size


def test_a_plan_without_a_seed_is_drawn_by_the_campaigns_code() -> None:
    assert read_plan("dot-1", {"share": "10", "seed": ""}).seed == "dot-1"
    assert read_plan("dot-1", {"share": "10", "seed": "khác"}).seed == "khác"


WELL = Progress(100, 10, 12, 10, 220, 1, 0, 0)


def test_the_stop_rule_asks_for_every_ballot_only_above_its_rate() -> None:
    plan = DoublePlan(Decimal(10), "", Decimal(5), 30)
    at_the_rate = replace(WELL, fields=200)  # 1 of 200 is 5 ‰ exactly
    assert not at_the_rate.is_stopped(plan)
    assert (at_the_rate.needed(plan), at_the_rate.missing(plan)) == (10, 0)
    over = replace(WELL, fields=199)
    assert over.is_stopped(plan)
    assert (over.needed(plan), over.missing(plan)) == (100, 88)
    assert not over.is_stopped(replace(plan, stop_rate=None))
    assert replace(at_the_rate, was_stopped=True).missing(plan) == 88  # what is on record stays
    assert not Progress(100, 0, 0, 0, 0, 0, 0, 0).is_stopped(replace(plan, stop_rate=Decimal(0)))


values = st.lists(st.integers(-1, 5), min_size=1, max_size=20)


@given(values, st.data())
def test_differences_lead_from_one_entry_to_the_other(answers: list[int], data: st.DataObject) -> None:
    first = Said("g", data.draw(st.sampled_from(["a", "b"])), answers)
    second = Said(
        data.draw(st.sampled_from(["g", "h"])),
        data.draw(st.sampled_from(["a", "b"])),
        data.draw(st.lists(st.integers(-1, 5), min_size=len(answers), max_size=len(answers))),
    )
    found = differences(first, second)
    led = with_values(first, {item.position: item.second for item in found})
    assert led == replace(second, answers=tuple(second.answers))
    assert all(item.first != item.second for item in found)


def test_only_the_first_value_or_a_decision_settles() -> None:
    found = Difference("3", "4", "5")
    assert found.settled is None
    assert replace(found, rekeyed="4").settled == "4"
    assert replace(found, rekeyed="5").settled is None
    assert replace(found, rekeyed="2").settled is None
    assert replace(found, decided="1").settled == "1"
    assert replace(found, rekeyed="4", decided="5").settled == "5"


def test_the_truth_is_what_the_first_entry_had_wrong() -> None:
    found = [
        Difference("0", "1", "2", rekeyed="1"),
        Difference("1", "1", "2", rekeyed="2", decided="2"),
        Difference("2", "1", "2", rekeyed="3", decided="1"),
        Difference("unit", "a", "b", decided="c"),
    ]
    assert truth(found) == {"1": "2", "unit": "c"}


FACING = Facing("open", ("binh",), "tui-1", "an", is_entered=False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"batch_state": "sealed"}, "batch_sealed"),
        ({"claimants": ()}, "batch_not_claimed"),
        ({"claimants": ("chi",)}, "batch_not_claimed"),
        ({"first_batch": None, "first_clerk": None}, "first_entry_missing"),
        ({"first_batch": "tui-2"}, "first_entry_missing"),
        ({"first_clerk": "binh"}, "second_clerk_is_first"),
        ({"is_entered": True}, "second_entry_taken"),
    ],
)
def test_each_reason_of_a_refusal(changes: dict[str, object], code: str) -> None:
    refused = refusal("tui-1", "A1", "binh", replace(FACING, **changes))  # type: ignore[arg-type]
    assert refused is not None
    assert refused.code == code


def test_who_held_the_batch_before_is_not_shut_out() -> None:
    assert refusal("tui-1", "A1", "binh", replace(FACING, claimants=("chi", "binh"))) is None


def test_nothing_stands_against_another_clerks_open_ballot() -> None:
    assert refusal("tui-1", "A1", "binh", FACING) is None


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ({}, "matching"),
        ({"0": "settled"}, "settled"),
        ({"0": "settled", "1": "to_decide"}, "to_decide"),
        ({"0": "to_decide", "1": "to_rekey"}, "to_rekey"),
    ],
)
def test_a_receipt_tells_the_clerks_own_work_first(states: dict[str, str], state: str) -> None:
    receipt = SecondReceipt(UUID(int=1), "A1", "", datetime(2023, 1, 1, tzinfo=UTC), states, repeated=False)
    assert receipt.state == state
