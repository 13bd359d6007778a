"""The files of the repository, and its Python as syntax trees: what the tests in this folder look at."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGES = ("contracts", "listings", "matching", "notifications", "infra", "services")
DOMAINS = ("listings", "matching", "notifications")
MIGRATIONS = "infra/postgres/migrations/"

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file. `path` is seen from the root of the repository, with forward slashes."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return _parsed(self.path, self.text)

    @property
    def stem(self) -> str:
        """The file name without `.py`."""
        return Path(self.path).stem

    @property
    def name(self) -> str:
        """As it is imported."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_test(self) -> bool:
        """Whether it stands below `tests/`."""
        return self.path.startswith("tests/")


@cache
def kept_files() -> tuple[str, ...]:
    """Files that git keeps or would keep: tracked, or new and not ignored."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=REPOSITORY, capture_output=True, check=True).stdout.decode()
    names = sorted({name for name in listed.split("\0") if name})
    return tuple(name for name in names if (REPOSITORY / name).is_file())


@cache
def modules() -> tuple[Module, ...]:
    """All Python files of the packages and of `tests/`."""
    below = (*PACKAGES, "tests")
    found = [name for name in kept_files() if name.endswith(".py") and name.partition("/")[0] in below]
    return tuple(Module(name, (REPOSITORY / name).read_text(encoding="utf-8")) for name in found)


def sources() -> tuple[Module, ...]:
    """The Python files that are not tests."""
    return tuple(module for module in modules() if not module.is_test)


def functions(module: Module) -> list[FunctionNode]:
    """Every function and method, inner ones too."""
    return [node for node in ast.walk(module.tree) if isinstance(node, FunctionNode)]


@cache
def _parsed(path: str, text: str) -> ast.Module:
    return ast.parse(text, path)
