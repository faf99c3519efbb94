"""The calls that README shows are run against the running stack, so that they cannot rot."""

from decimal import Decimal
from pathlib import Path

import pytest

from docs.samples.ballot_entry import send_ballot
from docs.samples.other_system import read_unit, save_documents
from docs.samples.portal import ranking, read_index
from parindex.auth.policy import Role
from parindex.kernel.points import total
from tests.support.open_campaign import ballot
from tests.support.origin import origin
from tests.support.stack import token_for
from tests.support.told import Told


def test_the_portal_reads_the_index_and_transfers_it_once(told: Told) -> None:
    with origin(told.stack) as client:
        index, tag = read_index(client, "2022")
        assert index is not None
        assert ranking(index, "district")[0].startswith("1. UBND huyện Nam Sách: 9")
        assert read_index(client, "2022", tag) == (None, tag)


def test_another_system_takes_a_sheet_that_adds_up_and_the_documents(told: Told, tmp_path: Path) -> None:
    with origin(told.stack, token_for(told.stack, Role.READER)) as client:
        sheet = read_unit(client, "2022", 1, "so-noi-vu")
        points = [Decimal(leaf["points"]) for leaf in sheet["leaves"] if leaf["source"]]
        assert total(points) == Decimal(sheet["points"])
        saved = save_documents(client, "2022", 1, tmp_path)
    assert {path.suffix for path in saved} == {".docx", ".xlsx"}


def test_a_ballot_sent_again_has_one_receipt(
    told: Told, tokens: dict[Role, str], taking_ballots: None
) -> None:
    one = ballot()
    with origin(told.stack, tokens[Role.ENTRY_CLERK]) as client:
        first, second = send_ballot(client, "thu", one), send_ballot(client, "thu", one)
        assert (first["repeated"], second["repeated"]) == (False, True)
        assert {name: first[name] for name in ("serial", "digest", "accepted_at")} == {
            name: second[name] for name in ("serial", "digest", "accepted_at")
        }
        with pytest.raises(ValueError, match="/answers/0"):
            send_ballot(client, "thu", ballot(answers=[9] + [5] * 19))
