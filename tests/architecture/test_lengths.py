"""Functions and files stay short: an upper bound for each, and a median and 90th percentile over all of them.

Even the clearest codebases lose control in one long file, because nothing stopped it. So this does.
"""

from statistics import median, quantiles

from tests.architecture.tree import MIGRATIONS, FunctionNode, Module, functions, modules, sources

MOST_LINES = {False: 40, True: 60}
"""Lines of one function, from `def` to its end, docstring included; the key says whether it stands in a test file."""
MOST_LINES_OF_A_FILE = 400
MEDIAN = 8
NINETIETH = 30


def lines_of(node: FunctionNode) -> int:
    """Lines from `def` to the end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_long(module: Module) -> list[str]:
    """The functions of a module that pass the bound."""
    most = MOST_LINES[module.is_test]
    found = [(node, lines_of(node)) for node in functions(module)]
    return [f"{module.path}:{node.lineno} {node.name}: {n} lines, at most {most}" for node, n in found if n > most]


def test_no_function_is_longer_than_the_bound() -> None:
    found = [line for module in modules() for line in too_long(module)]
    assert not found, "split these functions:\n" + "\n".join(found)


def test_no_file_is_longer_than_the_bound() -> None:
    lines = {module.path: module.text.count("\n") for module in modules() if not module.path.startswith(MIGRATIONS)}
    found = [
        f"{path}: {n} lines, at most {MOST_LINES_OF_A_FILE}" for path, n in lines.items() if n > MOST_LINES_OF_A_FILE
    ]
    assert not found, "split these files, one idea each:\n" + "\n".join(found)


def test_half_of_the_functions_are_very_short_and_nine_of_ten_are_short() -> None:
    counted = sorted(
        (lines_of(node), f"{module.path}:{node.lineno} {node.name}")
        for module in sources()
        for node in functions(module)
    )
    lengths = [length for length, _place in counted]
    middle, ninetieth = median(lengths), quantiles(lengths, n=10)[-1]
    longest = "\n".join(f"{length} {place}" for length, place in counted[-10:])
    assert middle <= MEDIAN, f"the median function has {middle} lines, at most {MEDIAN}; the longest are\n{longest}"
    assert ninetieth <= NINETIETH, f"90 % have up to {ninetieth} lines, at most {NINETIETH}; the longest are\n{longest}"
