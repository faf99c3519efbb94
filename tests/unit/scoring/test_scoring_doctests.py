"""The worked examples in the docstrings of the rules run."""

import doctest
import importlib
import pkgutil

import pytest

import scoring_api.frameworks.domain as frameworks
import scoring_api.results.domain as results

MODULES = sorted(
    module.name
    for package in (frameworks, results)
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_hold(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
