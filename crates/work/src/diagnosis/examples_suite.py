"""Imports each module and tries the examples of its docstrings: nobody gave tests for them."""

import doctest
import importlib
import traceback

import pytest

MODULES = []
WITH_EXAMPLES = []


class Runner(doctest.DocTestRunner):
    """Tells apart examples that were written to be read: they name what nobody defines, or are no Python."""

    is_only_read = False

    def report_unexpected_exception(self, out, test, example, exc_info):
        kind, _, trace = exc_info
        # Where it was raised, which the code under test cannot choose: by the example itself, or where it is compiled.
        place = traceback.extract_tb(trace)[-1].filename
        is_unnamed = kind is NameError and place.startswith("<doctest ")
        self.is_only_read = is_unnamed or (issubclass(kind, SyntaxError) and place == doctest.__file__)
        if not self.is_only_read:
            super().report_unexpected_exception(out, test, example, exc_info)


@pytest.mark.parametrize("name", MODULES)
def test_import(name):
    importlib.import_module(name)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name):
    found = doctest.DocTestFinder().find(importlib.import_module(name))
    tried, failed, only_read = 0, 0, 0
    for test in found:
        runner = Runner(optionflags=doctest.FAIL_FAST)
        result = runner.run(test)
        tried += result.attempted - runner.is_only_read
        failed += result.failed - runner.is_only_read
        only_read += runner.is_only_read
    assert tried or only_read, "none of the examples is in a docstring"
    assert not failed, f"{failed} of {len(found)} docstrings have an example that fails"
    if not tried:
        pytest.skip("the examples use names that they do not define, or are no Python")
