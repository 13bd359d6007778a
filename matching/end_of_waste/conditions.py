"""Conditions of law files, compiled once into functions: view -> True, False or None (unknown).

Unknown is carried by Kleene's rules: `all` is False as soon as one part is False, `any` is True as soon as one
part is True, and otherwise an unknown part makes the whole unknown. A law file holds only the forms of FORMS and
comparisons of fields with words; there is no expression language and nothing is ever evaluated as code.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.vocabulary.evidence import EvidenceKind
from contracts.vocabulary.measures import UnknownUnit, convert, measure_unit
from contracts.vocabulary.terms import Operator
from matching.end_of_waste.calendar_terms import not_older_than
from matching.end_of_waste.fields import (
    ASSUMED,
    EVIDENCE,
    ON,
    PREFIX,
    SET_FIELDS,
    TRUTH_FIELDS,
    WORD_FIELDS,
    Property,
    View,
)
from matching.end_of_waste.yaml_lines import Block

Condition = Callable[[View], bool | None]

COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    Operator.AT_MOST: operator.le,
    Operator.BELOW: operator.lt,
    Operator.AT_LEAST: operator.ge,
    Operator.ABOVE: operator.gt,
    Operator.EQUAL: operator.eq,
}
_UPPER = (Operator.AT_MOST, Operator.BELOW)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a condition may refer to: the known properties, and the tests of rules read so far."""

    properties: Mapping[str, Property]
    tests: Mapping[str, Condition]


def always(_view: View) -> bool | None:
    """The condition of a rule that states none."""
    return True


def compile_condition(block: Any, scope: Scope) -> Condition:
    """The condition in `block`; several keys in one block must all hold. Raises LawFileError."""
    if not isinstance(block, Block):
        raise TypeError(f"a condition is a block of 'name: value' lines; got {block!r}")
    for key, form in FORMS.items():
        if key in block:
            return form(block, scope)
    return _all([_field(block, key) for key in block])


def _parts(block: Block, key: str, scope: Scope) -> list[Condition]:
    block.only(frozenset({key}))
    items = block[key]
    if not isinstance(items, list) or not items:
        raise block.error(f"'{key}' needs a list of conditions, each on a line that starts with '-'", key)
    return [compile_condition(_as_block(block, key, item), scope) for item in items]


def _as_block(block: Block, key: str, item: Any) -> Block:
    if not isinstance(item, Block):
        raise block.error(f"'{key}' needs conditions of the form 'name: value'; got {item!r}", key)
    return item


def _all(parts: Sequence[Condition]) -> Condition:
    if not parts:
        return always
    first, *rest = parts
    if not rest:
        return first

    def check(view: View) -> bool | None:
        found: bool | None = True
        for part in parts:
            one = part(view)
            if one is False:
                return False
            if one is None:
                found = None
        return found

    return check


def _any(parts: Sequence[Condition]) -> Condition:
    def check(view: View) -> bool | None:
        found: bool | None = False
        for part in parts:
            one = part(view)
            if one:
                return True
            if one is None:
                found = None
        return found

    return check


def _form_not(block: Block, scope: Scope) -> Condition:
    block.only(frozenset({"not"}))
    part = compile_condition(_as_block(block, "not", block["not"]), scope)

    def check(view: View) -> bool | None:
        one = part(view)
        return None if one is None else not one

    return check


def _words(block: Block, key: str, accepted: frozenset[str] | None) -> frozenset[str]:
    value = block[key]
    words = [str(item) for item in (value if isinstance(value, list) else [value])]
    for word in words:
        if accepted is not None and word not in accepted:
            raise block.error(f"'{word}' is no value of {key}; accepted are {', '.join(sorted(accepted))}", key)
    return frozenset(words)


def _field(block: Block, key: str) -> Condition:
    if key in TRUTH_FIELDS:
        wanted = block[key]
        if not isinstance(wanted, bool):
            raise block.error(f"{key} is true or false; got {wanted!r}", key)
        return _truth(key, wanted)
    if key in SET_FIELDS:
        words = _words(block, key, SET_FIELDS[key])
        return lambda view: None if (held := view.get(key)) is None else not words.isdisjoint(held)
    if key in WORD_FIELDS:
        one_of = _words(block, key, WORD_FIELDS[key])
        return lambda view: None if (word := view.get(key)) is None else word in one_of
    accepted = sorted([*TRUTH_FIELDS, *SET_FIELDS, *WORD_FIELDS, *FORMS])
    raise block.error(f"'{key}' is no fact that a rule can ask for; accepted are {', '.join(accepted)}", key)


def _truth(key: str, wanted: bool) -> Condition:
    return lambda view: None if (held := view.get(key)) is None else held is wanted


def _only_step(block: Block, _scope: Scope) -> Condition:
    """True when every step that was carried out is one of the list (and something was carried out or nothing)."""
    block.only(frozenset({"processing_only"}))
    words = _words(block, "processing_only", SET_FIELDS["processing"])
    return lambda view: None if (held := view.get("processing")) is None else words.issuperset(held)


def _uses_only(block: Block, _scope: Scope) -> Condition:
    """True when every use is one of the list: a material for concrete *or* for soil is no material for concrete."""
    block.only(frozenset({"uses_only"}))
    words = _words(block, "uses_only", SET_FIELDS["intended_use"])
    return lambda view: None if not (held := view.get("intended_use")) else words.issuperset(held)


def _eural_prefix(block: Block, _scope: Scope) -> Condition:
    block.only(frozenset({"eural_prefix"}))
    starts = tuple(_words(block, "eural_prefix", None))
    return lambda view: None if (code := view.get("eural_code")) is None else code.startswith(starts)


def _known(block: Block, scope: Scope) -> Condition:
    """`known: name` holds when the fact is stated; never unknown itself."""
    block.only(frozenset({"known"}))
    name = str(block["known"])
    key = PREFIX + name if name in scope.properties else name
    if key == name and name not in {*SET_FIELDS, *TRUTH_FIELDS, *WORD_FIELDS}:
        raise block.error(f"'{name}' is neither a property nor a fact", "known")
    return lambda view: view.get(key) is not None


def _evidence(block: Block, _scope: Scope) -> Condition:
    """A document that is not held is unknown, never a refutation: it may still come."""
    block.only(frozenset({"evidence"}))
    wanted = _documents(block, "evidence")
    return lambda view: True if wanted <= view[EVIDENCE] else None


def _any_evidence(block: Block, _scope: Scope) -> Condition:
    block.only(frozenset({"any_evidence"}))
    wanted = _documents(block, "any_evidence")
    return lambda view: None if wanted.isdisjoint(view[EVIDENCE]) else True


def _documents(block: Block, key: str) -> frozenset[str]:
    return _words(block, key, frozenset(kind.value for kind in EvidenceKind))


def _property(block: Block, scope: Scope) -> Condition:
    known = _property_of(block, "property", scope)
    key = PREFIX + known.name
    if "is" in block:
        block.only(frozenset({"property", "is"}))
        return _property_is(block, key)
    if "matches" in block or "starts_with" in block:
        return _text(block, key)
    block.only(frozenset({"property", "op", "limit", "unit"}))
    compare, limit = _limit(block, known)

    def check(view: View) -> bool | None:
        value = view.get(key)
        if value is None:
            return True if known.name in view.get(ASSUMED, ()) else None
        return compare(value, limit)

    return check


def _property_is(block: Block, key: str) -> Condition:
    value = block["is"]
    if isinstance(value, bool):
        return _truth(key, value)
    words = _words(block, "is", None)
    return lambda view: None if (held := view.get(key)) is None else held in words


def _text(block: Block, key: str) -> Condition:
    if "starts_with" in block:
        block.only(frozenset({"property", "starts_with"}))
        other = str(block["starts_with"])
        return lambda view: (
            None if (held := view.get(key)) is None or (start := view.get(other)) is None else held.startswith(start)
        )
    block.only(frozenset({"property", "matches"}))
    try:
        pattern = re.compile(str(block["matches"]))
    except re.error as error:
        raise block.error(f"'matches' is no pattern: {error}", "matches") from None
    return lambda view: None if (held := view.get(key)) is None else pattern.fullmatch(held) is not None


def _word_matches(block: Block, _scope: Scope) -> Condition:
    """`word: broker_vihb, matches: ...`: a text field of the trade against a pattern."""
    block.only(frozenset({"word", "matches"}))
    key = str(block["word"])
    if key not in WORD_FIELDS:
        raise block.error(f"'{key}' is no text field; accepted are {', '.join(sorted(WORD_FIELDS))}", "word")
    pattern = re.compile(str(block.required("matches")))
    return lambda view: None if (held := view.get(key)) is None else pattern.fullmatch(held) is not None


def _property_of(block: Block, key: str, scope: Scope) -> Property:
    name = str(block[key])
    known = scope.properties.get(name)
    if known is None:
        raise block.error(f"'{name}' is no property; add it to properties.yaml or correct the name", key)
    return known


def _limit(block: Block, known: Property) -> tuple[Callable[[Any, Any], bool], Decimal]:
    op, unit = str(block.required("op")), str(block.required("unit"))
    if op not in COMPARE:
        raise block.error(f"operator '{op}' is not known; accepted are {', '.join(COMPARE)}", "op")
    try:
        if measure_unit(unit).dimension is not known.dimension:
            raise block.error(f"'{unit}' does not measure a {known.dimension} such as {known.unit}", "unit")
        value = Decimal(str(block.required("limit")))
    except UnknownUnit as error:
        raise block.error(str(error), "unit") from None
    except InvalidOperation:
        raise block.error(f"the limit must be a number; got {block['limit']!r}", "limit") from None
    return COMPARE[op], value * measure_unit(unit).factor


def _sum(block: Block, scope: Scope) -> Condition:
    """A weighted sum against an upper limit. A part below its cut-off counts as zero.

    Parts are never negative: what is known already may show that the limit is passed, though other parts are
    unknown; that it is kept is shown only when every part is known.
    """
    block.only(frozenset({"sum", "op", "limit", "unit"}))
    terms = [_term(_as_block(block, "sum", item), scope) for item in block["sum"]]
    compare, limit = _limit(block, terms[0].known)
    if str(block["op"]) not in _UPPER:
        raise block.error(f"a sum is compared with {' or '.join(_UPPER)}; write the rule the other way round", "op")

    def check(view: View) -> bool | None:
        total, complete = Decimal(0), True
        for term in terms:
            value = view.get(term.key)
            if value is None:
                complete = False
            elif value >= term.cut_off:
                total += value * term.times
        if not compare(total, limit):
            return False
        return True if complete else None

    return check


@dataclass(frozen=True, slots=True)
class _Term:
    known: Property
    key: str
    times: Decimal
    cut_off: Decimal


def _term(block: Block, scope: Scope) -> _Term:
    block.only(frozenset({"property", "times", "cut_off"}))
    known = _property_of(block, "property", scope)
    cut_off = convert(Decimal(str(block.get("cut_off", 0))), known.unit, known.unit) * measure_unit(known.unit).factor
    return _Term(known, PREFIX + known.name, Decimal(str(block.get("times", 1))), cut_off)


def _date(block: Block, scope: Scope) -> Condition:
    """`date: name, within_months: n`: the date on a paper is at most n months before the day of the check."""
    block.only(frozenset({"date", "within_months"}))
    key, months = PREFIX + _property_of(block, "date", scope).name, int(block.required("within_months"))

    def check(view: View) -> bool | None:
        held: date | None = view.get(key)
        return None if held is None else not_older_than(held, months, view[ON])

    return check


def _met(block: Block, scope: Scope) -> Condition:
    """`met: [ids]`: the tests of earlier rules all hold."""
    block.only(frozenset({"met"}))
    missing = [str(name) for name in block["met"] if str(name) not in scope.tests]
    if missing:
        raise block.error(f"rule {', '.join(missing)} is not known above this line; name rules of this file", "met")
    return _all([scope.tests[str(name)] for name in block["met"]])


FORMS: Mapping[str, Callable[[Block, Scope], Condition]] = {
    "all": lambda block, scope: _all(_parts(block, "all", scope)),
    "any": lambda block, scope: _any(_parts(block, "any", scope)),
    "not": _form_not,
    "property": _property,
    "sum": _sum,
    "date": _date,
    "word": _word_matches,
    "evidence": _evidence,
    "any_evidence": _any_evidence,
    "eural_prefix": _eural_prefix,
    "processing_only": _only_step,
    "uses_only": _uses_only,
    "known": _known,
    "met": _met,
}
