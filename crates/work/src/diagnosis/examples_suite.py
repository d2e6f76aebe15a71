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
        kind, error, trace = exc_info
        if isinstance(error, SyntaxError):
            place = str(error.filename)
        else:
            place = traceback.extract_tb(trace)[-1].filename if kind is NameError else ""
        self.is_only_read = place.startswith("<doctest ")
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
