"""The calls that README shows are run against the running stack, so that they cannot rot."""

import os
import subprocess
import sys
from pathlib import Path

from parindex.auth.policy import Role
from tests.support.open_campaign import OFFICE
from tests.support.stack import token_for
from tests.support.told import Told

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


def run(name: str, **variables: str) -> list[str]:
    made = subprocess.run(
        [sys.executable, str(SAMPLES / name)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | variables,
    )
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()


def test_the_portal_reads_the_index(told: Told) -> None:
    said = run("portal_reads_index.py", PARINDEX_ORIGIN=told.stack.urls["scoring"])
    assert len(said) == 4
    assert said[0].startswith("1 ")
    assert said[-1] == "304"


def test_another_system_pulls_a_sheet_that_adds_up(told: Told) -> None:
    said = run("system_pulls_sheet.py", PARINDEX_ORIGIN=told.stack.urls["scoring"])
    assert said[0].endswith("Sở Nội vụ True")


def test_a_client_posts_a_ballot_twice_and_it_counts_once(told: Told, taking_ballots: None) -> None:
    said = run(
        "client_posts_ballot.py",
        PARINDEX_ORIGIN=told.stack.urls["survey"],
        PARINDEX_TOKEN=token_for(told.stack, Role.ENTRY_CLERK, "--office", OFFICE),
        PARINDEX_CAMPAIGN="thu",
        PARINDEX_SERIAL="MAU-0001",
    )
    assert said == ["201 MAU-0001 valid", "200 MAU-0001 valid"]
