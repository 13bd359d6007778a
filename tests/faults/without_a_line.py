"""A plugin for pytest: one module is imported with a piece of its source replaced. Files stay as they are.

`KRINGMARKT_WITHOUT` names the module, the piece and what stands there instead, as JSON. See
`test_promises_are_kept_by_these_lines.py`.
"""

import importlib.abc
import importlib.machinery
import json
import os
import sys
from collections.abc import Sequence
from types import ModuleType

WITHOUT = "KRINGMARKT_WITHOUT"


class Replacing(importlib.machinery.SourceFileLoader):
    """Loads a module from its source, with a piece replaced."""

    def __init__(self, name: str, path: str, piece: str, instead: str) -> None:
        super().__init__(name, path)
        self._piece, self._instead = piece, instead

    def get_code(self, fullname: str) -> object:  # type: ignore[override]
        """Compiled anew: what Python keeps compiled has the piece in it."""
        path = self.get_filename(fullname)
        source = self.get_data(path).decode()
        assert source.count(self._piece) == 1, f"{path} has this {source.count(self._piece)} times: {self._piece}"
        return self.source_to_code(source.replace(self._piece, self._instead).encode(), path)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the one module."""

    def __init__(self, name: str, piece: str, instead: str) -> None:
        self._name, self._piece, self._instead = name, piece, instead

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Only the one that is asked for."""
        if fullname != self._name:
            return None
        found = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert found is not None
        assert found.origin is not None
        loader = Replacing(fullname, found.origin, self._piece, self._instead)
        return importlib.machinery.ModuleSpec(fullname, loader, origin=found.origin)


if WITHOUT in os.environ:
    asked = json.loads(os.environ[WITHOUT])
    assert asked["module"] not in sys.modules, f"{asked['module']} was imported before it could be changed"
    sys.meta_path.insert(0, Finder(asked["module"], asked["piece"], asked["instead"]))
