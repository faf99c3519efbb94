"""The repository as data for the architecture tests: its files, its modules and their syntax trees."""

import ast
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MEMBERS = {
    "parindex": ROOT / "shared",
    "scoring_api": ROOT / "services/scoring-api",
    "survey_ingest": ROOT / "services/survey-ingest",
    "report_gen": ROOT / "services/report-gen",
    "parindex_embedded": ROOT / "deploy/embedded",
}
SERVICES = {"scoring": "scoring_api", "survey": "survey_ingest", "report": "report_gen"}
BINARY = {".woff2", ".ttf", ".otf", ".png", ".pdf", ".docx", ".xlsx", ".zip", ".gz"}


@dataclass(frozen=True)
class Module:
    """One source file of a member."""

    path: Path
    package: str

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def label(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def in_domain(self) -> bool:
        return "domain" in self.path.parts or self.path.name == "domain.py" or "/kernel/" in self.label


@cache
def _ignored() -> tuple[str, ...]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.strip().rstrip("/").lstrip("/") for line in lines if line.strip()))


def _is_ignored(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in _ignored())


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, tracked; no git needed, so that an unpacked archive is checked too."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not _is_ignored(name))
        found += [Path(folder) / name for name in sorted(names) if not _is_ignored(name)]
    return tuple(found)


def texts() -> Iterator[tuple[str, str]]:
    """The tracked text files by their path in the repository."""
    for path in files():
        if path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8", errors="replace")


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the members: packages and migrations, no tests."""
    return tuple(
        Module(path, package)
        for package, folder in MEMBERS.items()
        for path in files()
        if path.suffix == ".py" and path.is_relative_to(folder)
    )


def project(package: str) -> dict[str, Any]:
    """The pyproject.toml of a member."""
    return tomllib.loads((MEMBERS[package] / "pyproject.toml").read_text(encoding="utf-8"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node
