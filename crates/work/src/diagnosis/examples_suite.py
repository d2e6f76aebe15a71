"""Imports each module and tries the examples of its docstrings: nobody gave tests for them."""

import doctest
import importlib

import pytest

MODULES = []
WITH_EXAMPLES = []


@pytest.mark.parametrize("name", MODULES)
def test_import(name):
    importlib.import_module(name)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name):
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried, "none of the examples is in a docstring"
    assert not failed, f"{failed} of {tried} examples differ"
