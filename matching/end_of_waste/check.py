"""`python -m matching.end_of_waste.check`: read the law folder, run every case, say what is wrong.

The reader is the person who wrote the law file: every line names a file and, where there is one, a line number.
Ends with 0 when everything is in order and with 1 otherwise.
"""

import sys
from collections.abc import Sequence
from importlib.resources.abc import Traversable

from matching.end_of_waste.casefiles import LawCase, law_cases, run_case
from matching.end_of_waste.coverage import gaps
from matching.end_of_waste.loader import load_rulebook, rulebook_folder
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import LawFileError


def check(folder: Traversable) -> tuple[list[str], str]:
    """What is wrong with the law folder, and a last line that says what was done."""
    try:
        rulebook = load_rulebook(folder)
        cases = list(law_cases(folder, rulebook))
    except LawFileError as error:
        return [str(error)], "Stopped at the first error: correct it and run the check again."
    wrong = [*_failures(cases, rulebook), *gaps(cases, rulebook)]
    done = f"{len(rulebook.files)} law files, {len(rulebook.rules)} rules, {len(cases)} cases; {len(wrong)} to correct."
    return wrong, done


def _failures(cases: Sequence[LawCase], rulebook: Rulebook) -> list[str]:
    found: list[str] = []
    for case in cases:
        found.extend(f"{case.where}: case '{case.name}': {sentence}" for sentence in run_case(case, rulebook))
    return found


def main() -> int:
    """Check the packaged law folder and print the result."""
    wrong, done = check(rulebook_folder())
    for sentence in wrong:
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"{done}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
