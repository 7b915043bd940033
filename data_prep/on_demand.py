"""Names that a package takes from its modules when they are first asked for (PEP 562).

So `lenet1989 --help` imports neither numpy nor the engine, while `from reproduction import Bank`
is as good as ever.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from importlib import import_module

TYPE_CHECKING = False
"""As `typing` has it, which is slow to import: true for those who check types."""


def on_demand(
    package: str, names: Collection[str], *modules: str
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Make a package's __getattr__ and __dir__.

    Parameters
    ----------
    package : str
        Its __name__.
    names : collection of str
        Its __all__.
    *modules : str
        The modules of the package that have the names, the quickest to import first: they are
        asked in this order.
    """

    def get(name: str) -> object:
        if name in names:
            for module in modules:
                found = import_module(f"{package}.{module}")
                if hasattr(found, name):
                    setattr(sys.modules[package], name, getattr(found, name))
                    return getattr(found, name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *names})

    return get, listed
