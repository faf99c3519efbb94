"""Small files, small functions, one sentence at the head of each: what keeps the code readable."""

import ast

from tests.architecture.tree import files, functions, modules

FILE_LINES, DOMAIN_FILE_LINES = 400, 200
FUNCTION_LINES, DOMAIN_FUNCTION_LINES = 50, 30
TEST_FILE_LINES = 1000
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "base"}


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function without its docstring: a worked example of a rule costs nothing."""
    documented = ast.get_docstring(node, clean=False) is not None
    first = node.body[0]
    spared = (first.end_lineno or first.lineno) - first.lineno + 1 if documented else 0
    return (node.end_lineno or node.lineno) - node.lineno + 1 - spared


def test_files_are_short() -> None:
    long = {
        module.label: count
        for module in modules()
        if (count := len(module.text.splitlines())) > (DOMAIN_FILE_LINES if module.in_domain else FILE_LINES)
    }
    assert not long, f"split these files: {long}"


def test_functions_are_short() -> None:
    long = {
        f"{module.label}:{function.lineno} {function.name}": count
        for module in modules()
        for function in functions(module.tree)
        if (count := _lines(function)) > (DOMAIN_FUNCTION_LINES if module.in_domain else FUNCTION_LINES)
        and "/migrations/" not in module.label  # one table after another
    }
    assert not long, f"split these functions: {long}"


def test_test_files_stay_readable() -> None:
    long = [
        path.name
        for path in files()
        if "tests" in path.parts
        and path.suffix == ".py"
        and len(path.read_text(encoding="utf-8").splitlines()) > TEST_FILE_LINES
    ]
    assert not long


def test_every_module_says_what_lives_in_it() -> None:
    silent = [module.label for module in modules() if not ast.get_docstring(module.tree)]
    assert not silent


def test_no_module_is_a_drawer() -> None:
    drawers = [module.label for module in modules() if module.path.stem in FORBIDDEN_NAMES]
    assert not drawers


def test_nothing_is_left_for_later() -> None:
    """No stub and no promise in the code: an unfinished thing is not there."""
    words = ("TODO", "FIXME", "XXX", "HACK", "NotImplementedError")
    found = [f"{module.label}: {word}" for module in modules() for word in words if word in module.text]
    assert not found
