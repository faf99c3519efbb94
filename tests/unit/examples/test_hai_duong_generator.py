"""The script that made the illustrative files makes the same bytes again."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.unit.examples.hai_duong import EXAMPLE

MADE = ("self-assessments.json", "appraisals.json", "council.json", "previous-year.json", "batches.json")


def test_the_generator_reproduces_every_file(tmp_path: Path) -> None:
    copy = tmp_path / "example"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("ballots", "__pycache__", *MADE))
    subprocess.run([sys.executable, "-B", str(copy / "make_illustrative.py")], check=True, timeout=60)
    stored = sorted(
        path.relative_to(EXAMPLE) for path in EXAMPLE.rglob("*") if path.suffix in {".json", ".csv"}
    )
    assert len(stored) == 14
    assert [path for path in stored if (copy / path).read_bytes() != (EXAMPLE / path).read_bytes()] == []
