"""Rules are computed without a database, a network, a clock or a framework: the standard library and themselves.

The forbidden names stand in the contracts of pyproject.toml; here it is the other way round: all that pure code
reaches, through however many modules, is ours or of the standard library.
"""

import ast
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.architecture.tree import MEMBERS, ROOT, modules

IMPURE = {"asyncio", "logging", "os", "pathlib", "random", "socket", "subprocess", "threading", "time"}
KERNEL_MAY = {
    "clocks.py": {"os", "pathlib"},
    "ids.py": {"time"},
}  # the clocks themselves, and time-ordered ids
ROBUSTNESS_MAY = {"robustness.py": {"random"}}  # draws by a seed that its caller names: the same each time


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*MEMBERS, include_external_packages=True, cache_dir=None)


def _is_pure(module: str) -> bool:
    parts = module.split(".")
    return parts[:2] == ["parindex", "kernel"] or (parts[0] in MEMBERS and "domain" in parts[1:])


def test_pure_modules_reach_only_the_standard_library(graph: grimp.ImportGraph) -> None:
    pure = [module for module in graph.modules if _is_pure(module)]
    assert len(pure) > 20
    reached = {
        f"{module} → {upstream}"
        for module in pure
        for upstream in graph.find_upstream_modules(module)
        if upstream.split(".")[0] not in sys.stdlib_module_names | set(MEMBERS)
    }
    assert not reached


def test_pure_modules_do_nothing_to_the_world() -> None:
    found = []
    for module in modules():
        if not module.in_domain:
            continue
        allowances = KERNEL_MAY if "/kernel/" in module.label else ROBUSTNESS_MAY
        allowed = allowances.get(module.path.name, set())
        for node in ast.walk(module.tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{module.label}: {name}" for name in names if name in IMPURE - allowed]
    assert not found


def test_contracts_of_the_import_linter_hold() -> None:
    """`make check` runs them too; a plain test run shall not pass without them."""
    linter = Path(sys.executable).parent / "lint-imports"
    run = subprocess.run(
        [linter, "--no-cache", "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
