"""Transactions open and end in `parindex.db` alone: a use case cannot commit half of an act."""

import ast

from tests.architecture.tree import calls, modules

# Beside the request: a batch of the ballot writer, and a chunk of a job with its checkpoint.
OTHER_UNITS_OF_WORK = (
    "ballots/use_cases/writer.py",
    "ballots/use_cases/definitions.py",
    "imports/use_cases/reading.py",
)
ENDING = {"begin", "begin_nested", "commit", "rollback"}


def test_only_the_database_room_opens_and_ends_transactions() -> None:
    found = [
        f"{module.label}:{call.lineno} .{call.func.attr}()"
        for module in modules()
        if module.package != "parindex_embedded" and "/parindex/db/" not in module.label
        for call in calls(module.tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in ENDING
    ]
    assert not found, f"use Database.writing() or the request's connection: {found}"


def test_use_cases_never_open_a_unit_of_work() -> None:
    """They are given the connection of their request or delivery, and what they do is one with it."""
    found = [
        f"{module.label}:{call.lineno}"
        for module in modules()
        if "use_cases" in module.label and not module.label.endswith(OTHER_UNITS_OF_WORK)
        for call in calls(module.tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"writing", "reading"}
    ]
    assert not found


def test_no_column_takes_the_servers_clock() -> None:
    """Time comes from the two clocks of the kernel, so that a rehearsal moves every instant at once."""
    spoken = ("func.now(", "CURRENT_TIMESTAMP", "now()")
    found = [
        f"{module.label}: {word}"
        for module in modules()
        for word in spoken
        if word in module.text and module.package != "parindex_embedded"
    ]
    assert not found


SIMULATIONS = ("results/domain/robustness.py", "results/domain/robustness_model.py")  # no score leaves them


def test_no_float_touches_a_score() -> None:
    """A domain module neither writes a float literal nor calls float()."""
    found = [
        f"{module.label}:{node.lineno}"
        for module in modules()
        if module.in_domain and not module.label.endswith(SIMULATIONS)
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float")
    ]
    assert not found
