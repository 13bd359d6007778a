"""Limits, operators and dates live in law files only: the engine's code holds no number but 0 and 1."""

import ast
from pathlib import Path

import matching.end_of_waste

FOLDER = Path(matching.end_of_waste.__file__).parent
FILES = sorted(FOLDER.glob("*.py"))


def numbers_in(path: Path) -> list[tuple[str, int, object]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (path.name, node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float, complex))
        and not isinstance(node.value, bool)
        and node.value not in (0, 1)
    ]


def decimals_in(path: Path) -> list[tuple[str, int]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (path.name, node.lineno)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Decimal"
        and any(
            isinstance(arg, ast.Constant) and str(arg.value).replace(".", "").isdigit() and arg.value not in (0, 1)
            for arg in node.args
        )
    ]


def test_engine_code_holds_no_number_but_nought_and_one() -> None:
    assert len(FILES) > 15
    assert [found for path in FILES for found in numbers_in(path)] == []
    assert [found for path in FILES for found in decimals_in(path)] == []


def test_the_engine_never_evaluates_text_as_code() -> None:
    called = [
        (path.name, node.lineno)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"eval", "exec", "compile", "__import__"}
    ]
    assert called == []
