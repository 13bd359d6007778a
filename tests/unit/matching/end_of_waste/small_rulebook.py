"""A rulebook small enough to read in a test: one question, one law file, its cases. Law and figures are invented."""

from pathlib import Path

from matching.end_of_waste.loader import (
    CODE_CHANGES,
    COUNTRIES,
    DOCUMENTS,
    MESSAGES,
    ORDER,
    PROPERTIES,
    rulebook_folder,
)
from matching.end_of_waste.reference_reader import read_properties
from matching.end_of_waste.yaml_lines import Block, read_block

LAW_FILE, CASE_FILE = "act/purity.yaml", "act/purity.cases.yaml"
OF_THE_PACKAGE = (PROPERTIES, COUNTRIES, CODE_CHANGES, MESSAGES, DOCUMENTS)

SMALL_ORDER = """\
settings:
  ask_when_from_memory: competent_authority_view_or_rechtsoordeel
  most_tries: 200
  positive: [end_of_waste]
  better: [end_of_waste, undetermined, waste]
questions:
  - id: pure
    part: status
    title: {nl: "Is het zuiver?", en: "Is it pure?"}
    leads_to: end_of_waste
    rests_on: [PURE-1]
    claims: [end_of_waste, none]
"""
HEAD = """\
act: "Reg. (EU) 1/2020"
place: "Annex I"
title: {nl: "Zuiverheid", en: "Purity"}
link: "https://example.org/act"
source: "invented for tests"
valid_from: 2020-01-01
valid_to: null
last_checked: 2026-11-21
confidence: read
question: pure
"""
RULE = """\
  - id: PURE-1
    title: {nl: "Weinig vreemd materiaal", en: "Little foreign material"}
    explanation: {nl: "Hoogstens 2 procent.", en: "At most 2 per cent."}
    test: {property: foreign_materials, op: <=, limit: 2, unit: '% w/w'}
    on_fail: {blocker: 'criterion:foreign_materials', status: waste}
    on_unknown: {blocker: 'missing:sampling_analysis_report', status: undetermined}
"""
LAW = f"{HEAD}rules:\n{RULE}"
CASES = """\
base: {claimed_status: end_of_waste, properties: {foreign_materials: {value: '1', unit: '% w/w'}}}
cases:
  - {name: pure, on: 2026-11-21, expect: {rule: PURE-1, outcome: met, status: end_of_waste}}
  - name: at the limit
    on: 2026-11-21
    facts: {properties: {foreign_materials: {value: '2', unit: '% w/w'}}}
    expect: {rule: PURE-1, outcome: met}
  - name: past the limit
    on: 2020-01-01
    facts: {properties: {foreign_materials: {value: '2.1', unit: '% w/w'}}}
    expect: {rule: PURE-1, outcome: failed, status: waste, blockers: ['criterion:foreign_materials']}
  - {name: not known, on: 2026-11-21, without: [foreign_materials], expect: {rule: PURE-1, outcome: unknown}}
  - {name: before the act, on: 2019-12-31, expect: {rule: PURE-1, outcome: silent, status: waste}}
"""


def small_folder(at: Path, law: str = LAW, cases: str = CASES, **more: str) -> Path:
    """A law folder below `at`; `more` gives the text of other law files by name. Reference files are the package's."""
    for name in OF_THE_PACKAGE:
        (at / name).write_bytes((rulebook_folder() / name).read_bytes())
    (at / "act").mkdir()
    texts = {ORDER: SMALL_ORDER, LAW_FILE: law, CASE_FILE: cases}
    texts |= {f"act/{name}.yaml": text for name, text in more.items()}
    for name, text in texts.items():
        (at / name).write_text(text, encoding="utf-8")
    return at


def block(text: str) -> Block:
    """A block of a file called law.yaml."""
    return read_block("law.yaml", text)


SMALL_PROPERTIES = read_properties(
    block(
        """\
foreign_materials: {unit: '% w/w', nl: vreemd, en: foreign}
purity: {unit: '% w/w', nl: zuiver, en: purity}
checked: {unit: bool, nl: gezien, en: checked}
grade: {unit: class, nl: klasse, en: grade}
checked_on: {unit: date, nl: gezien op, en: checked on}
"""
    )
)
