"""What tests of figures share: the situations of a module, each drawn once for all its tests."""

from functools import cache

import pytest

pytest.register_assert_rewrite("tests.reproduction.figures.looked_at")


@pytest.fixture(scope="module")
def drawn(request):
    """Return a function that draws one of the SITUATIONS of the test's module."""
    return cache(lambda situation: request.module.SITUATIONS[situation]())


def pytest_generate_tests(metafunc):
    """Try what holds for every figure in all situations of the module."""
    if getattr(metafunc.cls, "in_every_situation", False):
        metafunc.parametrize("situation", metafunc.module.SITUATIONS)
