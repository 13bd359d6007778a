"""Cases beside the law files: what a rule must find, in the words of the person who wrote the rule.

A case file `<law file>.cases.yaml` holds `base` (facts shared by its cases) and `cases`. A case changes the base
(`facts`, `without`), names a day (`on`) and says what is expected: of one rule (`rule` and `outcome`), of the whole
(`status`, `blockers`, `duties` that must and `no_duties` that must not be there), or both. Outcome `silent` means
that the rule is not asked or says nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from contracts.vocabulary.terms import LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.end_of_waste.engine import evaluate
from matching.end_of_waste.facts import Facts
from matching.end_of_waste.fields import FactError
from matching.end_of_waste.loader import CASES_ENDING, walk
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.reference_reader import day, sub_blocks, word
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import Block, LawFileError, read_block

SILENT = "silent"
OUTCOMES = ("met", "failed", "unknown", SILENT)
CASE = frozenset(["name", "on", "facts", "without", "expect"])
EXPECT = frozenset(["rule", "outcome", "status", "blockers", "duties", "no_duties"])
FILE = frozenset({"base", "cases"})


@dataclass(frozen=True, slots=True)
class LawCase:
    """One case beside a law file, ready to run."""

    file: str
    line: int
    name: str
    on: date
    facts: Facts
    rule: str | None
    outcome: str | None
    status: LegalStatus | None
    blockers: frozenset[str] | None
    duties: frozenset[str]
    no_duties: frozenset[str]

    @property
    def where(self) -> str:
        """File and line, as an editor understands them."""
        return f"{self.file}, line {self.line}"


def law_cases(folder: Traversable, rulebook: Rulebook) -> Iterator[LawCase]:
    """All cases below `folder`. Raises LawFileError when one cannot be read."""
    for name, file in walk(folder):
        if name.endswith(CASES_ENDING):
            yield from read_cases(name, file.read_bytes(), rulebook)


def read_cases(name: str, text: str | bytes, rulebook: Rulebook) -> Iterator[LawCase]:
    """The cases of one file; a case file must stand beside the law file of the same name."""
    law = name.removesuffix(CASES_ENDING) + ".yaml"
    if law not in {known.file for known in rulebook.files}:
        raise LawFileError(name, None, f"there is no law file {law} for these cases; rename one of the two")
    block = read_block(name, text)
    block.only(FILE)
    base = block.get("base") or {}
    for item in sub_blocks(block, "cases"):
        yield _case(name, item, base, rulebook)


def _case(name: str, block: Block, base: Mapping[str, Any], rulebook: Rulebook) -> LawCase:
    block.only(CASE)
    expect = block.required("expect")
    if not isinstance(expect, Block):
        raise block.error("'expect' needs lines such as 'rule: ...' and 'outcome: met'", "expect")
    expect.only(EXPECT)
    outcome = expect.get("outcome")
    if outcome is not None and outcome not in OUTCOMES:
        raise expect.error(f"'{outcome}' is no outcome; accepted are {', '.join(OUTCOMES)}", "outcome")
    rule = expect.get("rule")
    if rule is not None and rule not in rulebook.by_id:
        raise expect.error(f"rule '{rule}' does not exist; correct the id", "rule")
    return LawCase(
        file=name,
        line=block.line,
        name=str(block.required("name")),
        on=day(block, "on"),
        facts=_facts(block, base, rulebook),
        rule=rule,
        outcome=outcome,
        status=word(LegalStatus, expect, "status") if "status" in expect else None,
        blockers=frozenset(expect["blockers"]) if "blockers" in expect else None,
        duties=frozenset(expect.get("duties", ())),
        no_duties=frozenset(expect.get("no_duties", ())),
    )


def _facts(block: Block, base: Mapping[str, Any], rulebook: Rulebook) -> Facts:
    raw = merge(base, block.get("facts") or {})
    left_out = set(block.get("without") or ())
    raw["evidence"] = [kind for kind in raw.get("evidence", ()) if kind not in left_out]
    raw["properties"] = {key: value for key, value in raw.get("properties", {}).items() if key not in left_out}
    for key in left_out & raw.keys():
        del raw[key]
    try:
        return facts_from_mapping(raw, rulebook.properties)
    except FactError as error:
        raise block.error(str(error), "facts") from None


def merge(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """`base` with `change` laid over it; blocks are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in change.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged


def run_case(case: LawCase, rulebook: Rulebook) -> tuple[str, ...]:
    """What differs from what the case expects, as sentences; empty when all is as expected."""
    verdict = evaluate(case.facts, rulebook, case.on)
    wrong = []
    found = outcome_of(verdict, case.rule) if case.rule else None
    if case.outcome is not None and found != case.outcome:
        wrong.append(f"rule {case.rule} is '{found}', expected '{case.outcome}'")
    if case.status is not None and verdict.status is not case.status:
        wrong.append(f"the status is '{verdict.status}', expected '{case.status}'")
    if case.blockers is not None and set(verdict.blockers) != case.blockers:
        wrong.append(f"the blockers are {sorted(verdict.blockers)}, expected {sorted(case.blockers)}")
    if absent := case.duties - set(verdict.duties):
        wrong.append(f"the duties {sorted(absent)} are expected and not there")
    if present := case.no_duties & set(verdict.duties):
        wrong.append(f"the duties {sorted(present)} are there and not expected")
    return tuple(wrong)


def outcome_of(verdict: Verdict, rule_id: str) -> str:
    """What a verdict says about one rule."""
    return next((found.outcome.value for found in verdict.criteria if found.rule_id == rule_id), SILENT)
