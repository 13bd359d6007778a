"""Conditions are three-valued: unknown is carried, never guessed."""

from typing import Any

import pytest

from matching.end_of_waste.conditions import Scope, compile_condition
from matching.end_of_waste.rules import Rulebook
from matching.end_of_waste.yaml_lines import LawFileError, read_block


def held(text: str, rulebook: Rulebook, **view: Any) -> bool | None:
    block = read_block("test.yaml", f"when: {text}")["when"]
    return compile_condition(block, Scope(rulebook.properties, {}))({"evidence": frozenset(), **view})


TABLE = [
    ("{all: [{stream: paper}, {transport_planned: true}]}", {"stream": "paper"}, None),
    ("{all: [{stream: paper}, {transport_planned: true}]}", {"stream": "wood"}, False),
    ("{any: [{stream: paper}, {transport_planned: true}]}", {"stream": "paper"}, True),
    ("{any: [{stream: paper}, {transport_planned: true}]}", {"stream": "wood"}, None),
    ("{not: {stream: paper}}", {}, None),
    ("{not: {stream: paper}}", {"stream": "wood"}, True),
    ("{evidence: qms_certificate}", {}, None),
    ("{evidence: qms_certificate}", {"evidence": frozenset({"qms_certificate"})}, True),
    ("{origin: [household, business]}", {"origin": frozenset({"business"})}, True),
    ("{origin: household}", {"origin": frozenset()}, False),
    ("{origin: household}", {}, None),
    ("{known: stream}", {}, False),
    ("{known: stream}", {"stream": "wood"}, True),
    ("{processing_only: [sorted, baled]}", {"processing": frozenset({"baled"})}, True),
    ("{processing_only: [sorted, baled]}", {"processing": frozenset({"baled", "extruded"})}, False),
    ("{eural_prefix: '1606'}", {"eural_code": "160604"}, True),
]


@pytest.mark.parametrize(("text", "view", "expected"), TABLE)
def test_a_condition_gives_true_false_or_unknown(
    text: str, view: dict[str, Any], expected: bool | None, rulebook: Rulebook
) -> None:
    assert held(text, rulebook, **view) is expected


def test_a_sum_fails_on_what_is_known_and_holds_only_when_all_is_known(rulebook: Rulebook) -> None:
    terms = "[{property: asbestos_serpentine}, {property: asbestos_amphibole, times: 10}]"
    text = f"{{sum: {terms}, op: <=, limit: 100, unit: mg/kg ds}}"
    serpentine, amphibole = "property:asbestos_serpentine", "property:asbestos_amphibole"
    assert held(text, rulebook, **{serpentine: 101}) is False
    assert held(text, rulebook, **{serpentine: 40}) is None
    assert held(text, rulebook, **{serpentine: 40, amphibole: 6}) is True
    assert held(text, rulebook, **{serpentine: 41, amphibole: 6}) is False


def test_a_field_that_does_not_exist_is_refused_with_its_line(rulebook: Rulebook) -> None:
    with pytest.raises(LawFileError, match=r"test\.yaml, line 1: 'colour' is no fact"):
        held("{colour: red}", rulebook)
