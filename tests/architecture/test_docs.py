"""The papers are held to the code: links, samples, targets, variables, decisions."""

import re
from pathlib import Path

import pytest

from tests.architecture import samples
from tests.architecture.compose import containers
from tests.architecture.tree import ROOT, files

PAGES = [path for path in files() if path.suffix == ".md"]
DECISIONS = sorted((ROOT / "docs/adr").glob("*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives"]


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert not missing


def test_the_samples_of_the_readme_are_the_files_that_the_tests_run() -> None:
    assert samples.README.read_text(encoding="utf-8") == samples.render(), (
        "run: .venv/bin/python -m tests.architecture.samples"
    )
    shown = set(samples.sampled())
    assert shown == {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "docs/samples").glob("*.py")
        if path.name != "__init__.py"
    }


def test_samples_compile_and_use_httpx_only() -> None:
    for path in (ROOT / "docs/samples").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        compile(source, path.name, "exec")
        assert "parindex" not in source, "a caller has no package of ours"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_targets_that_are_named_exist(page: str) -> None:
    known = set(re.findall(r"^([a-z-]+):", _text("Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)`", _text(page)))
    assert named
    assert named <= known


def test_continuous_integration_runs_what_the_readme_promises() -> None:
    steps = re.findall(r"^step ([a-z-]+)$", _text(".ci/run"), re.MULTILINE)
    assert steps == ["setup", "check", "test", "demo"]
    assert _text(".ci/run").startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in _text(".ci/run")
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_one_page_with_its_four_parts(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == SECTIONS
    number = int(path.name[:4])
    assert lines[0].startswith(f"# {number}. ")
    assert re.match(r"(Accepted|Superseded by \d+), \d{4}-\d{2}-\d{2}\.", lines[2])
    assert len(lines) <= 60


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_contributing_is_one_page() -> None:
    assert len(_text("CONTRIBUTING.md").splitlines()) <= 70


def test_the_readme_begins_in_vietnamese_and_shows_the_two_commands() -> None:
    text = _text("README.md")
    assert "Chỉ số cải cách hành chính" in text[:400]
    assert text.index("make demo") < text.index("make test") < text.index("docker compose")
    assert set(re.findall(r"docker compose exec (\S+)", text)) <= set(containers())


def test_the_page_of_rooms_names_every_room() -> None:
    text = _text("docs/architecture.md")
    rooms = {
        path.parent.name
        for service in ("scoring-api", "survey-ingest", "report-gen")
        for path in (ROOT / "services" / service / "src").glob("*/*/__init__.py")
    }
    assert rooms
    missing = [room for room in rooms if not re.search(rf"\b{room}\b", text)]
    assert not missing
