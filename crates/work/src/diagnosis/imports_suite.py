"""Imports each module: nobody gave tests for them."""

import importlib

import pytest

MODULES = []


@pytest.mark.parametrize("name", MODULES)
def test_import(name):
    importlib.import_module(name)
