"""Read a shared case (plain English) as the structured facts that the product asks in a form.

Only phrases are recognised, never the id or the note of a case; the note explains the answer. A case is about a
trade, so the material changes hands unless the case says that it stays in one company.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from matching.end_of_waste.facts import Facts
from matching.end_of_waste.parsing import facts_from_mapping
from matching.end_of_waste.rules import Rulebook

Case = Mapping[str, Any]
HERE = Path(__file__).parent
DRY_UNITS = {"mg/kg ds": "mg/kg", "mg/kg dm": "mg/kg", "ug/kg ds": "ug/kg", "g/kg dm": "g/kg", "% dm": "% w/w"}
WET_UNITS = {
    "mg/kg": "mg/kg ds",
    "ppm": "mg/kg ds",
    "ug/kg": "ug/kg ds",
    "g/kg": "g/kg dm",
    "% w/w": "% dm",
    "%": "% dm",
}
REFUSED = ("authorised", "authorized", "permit", "permitted", "listed", "registered", "licensed")
UNDECLARED = r"(?<!as )(?<!by the )declar|not named in"
STAYS = r"own furnace|same company|same legal|own (use|foundry|plant)|not transferred|no transfer|stays (at|with|in)"


@cache
def phrases() -> dict[str, Any]:
    """The table of phrases."""
    table: dict[str, Any] = yaml.safe_load((HERE / "case_phrases.yaml").read_text(encoding="utf-8"))
    return table


def facts_of_case(case: Case, rulebook: Rulebook) -> Facts:
    """The facts of one shared case; raises FactError when a property is not known."""
    return facts_from_mapping(mapping_of_case(case, rulebook), rulebook.properties)


def mapping_of_case(case: Case, rulebook: Rulebook) -> dict[str, Any]:
    """The facts as plain values."""
    properties = _properties(case, rulebook)
    return {
        "stream": _stream(case),
        "material": case["material"],
        "eural_code": case.get("eural_code"),
        "origin": _origin(case, properties),
        "processing": _processing(case),
        "intended_use": _use(case, properties),
        "treatment_completed": _completed(case),
        "claimed_status": case.get("claimed_status"),
        "supplier_country": _supplier(case),
        "destination_country": case.get("destination_country"),
        "properties": properties,
        "evidence": case["evidence"],
        "trade": _trade(case, properties),
    }


def _found(table: str, text: str) -> list[str]:
    return sorted({word for word, pattern in phrases()[table] if re.search(pattern, text, re.IGNORECASE)})


def _first(table: str, text: str) -> str | None:
    return next((word for word, pattern in phrases()[table] if re.search(pattern, text, re.IGNORECASE)), None)


def _stream(case: Case) -> str:
    material = case["material"]
    if re.search("glycerin", material, re.IGNORECASE):
        return _first("stream", f"{material} {case['origin']}") or "other"
    return _first("stream", material) or _first("stream", case["origin"]) or "other"


def _origin(case: Case, properties: Mapping[str, Any]) -> list[str]:
    words = set(_found("origin", f"{case['material']}; {case['origin']}"))
    if re.search(r"(?<!un)contaminated|polluted", case["material"], re.IGNORECASE) is None and re.search(
        "uncontaminated|clean soil", f"{case['material']} {case['origin']}", re.IGNORECASE
    ):
        words.add("excavated_uncontaminated_soil")
    discarded = words & {"consumption_residue", "construction_demolition"}
    if discarded and not re.search("production (of|residue)", case["origin"], re.IGNORECASE):
        words.discard("production_residue")
    if words & {"surplus_unopened", "donor_building", "reuse_counter", "deposit_pool"}:
        words -= {"returns_untested", "waste_container"}
    if re.search("tested, works|works", case["processing"], re.IGNORECASE):
        words.discard("returns_untested")
    if "dehp" in properties:
        words.add("plasticised_material")
    return sorted(words)


def _processing(case: Case) -> list[str] | None:
    text = case["processing"]
    if re.search("completed abroad", text, re.IGNORECASE):
        return ["sorted"]
    if re.search(phrases()["never"], text, re.IGNORECASE):
        return []
    return _found("processing", text) or None


def _completed(case: Case) -> bool | None:
    text = f"{case['processing']}; {case['material']}"
    if re.search(phrases()["unfinished"], text, re.IGNORECASE):
        return False
    return not re.search(phrases()["never"], case["processing"], re.IGNORECASE)


def _use(case: Case, properties: Mapping[str, Any]) -> list[str]:
    words = set(_found("use", case["intended_use"]))
    if "same_holding" in properties:
        words.discard("spread_adjacent_parcel")
        words.add("spread_other_parcel")
    elif "spread_adjacent_parcel" in words:
        words.discard("spread_other_parcel")
    if "glass_remelting" in words and "furnace_melting" in words:
        words.discard("furnace_melting")
    return sorted(words) or ["raw_material"]


def _supplier(case: Case) -> str:
    for role in ("supplier", "seller", "producer", "holder"):
        country = (case["parties"].get(role) or {}).get("country")
        if country:
            return str(country)
    return _first("countries", case["origin"]) or "NL"


def _properties(case: Case, rulebook: Rulebook) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, raw in case["properties"].items():
        name, value, unit = _on_basis(name, raw["value"], raw["unit"], rulebook)
        found[name] = {"value": value, "unit": unit}
    kilos = case["route"].get("quantity_kg")
    if kilos is not None:
        found["quantity"] = {"value": kilos, "unit": "kg"}
    if _profile(case):
        found["temperature_profile_met"] = {"value": False, "unit": "bool"}
    if re.search(UNDECLARED, case["intended_use"], re.IGNORECASE):
        found["use_covered_by_declaration"] = {"value": False, "unit": "bool"}
    return found


def _on_basis(name: str, value: Any, unit: str, rulebook: Rulebook) -> tuple[str, Any, str]:
    """The cases write "%" and "mg/kg" loosely; the basis of the limit is meant, as the case names no other."""
    if name == "organic_carbon" and unit in ("%", "% w/w"):
        return "organic_carbon_fresh", value, "% w/w"
    if name in ("visible_oil", "closed_containers", "pvc_coating", "pvc_present") and isinstance(value, str):
        return name, not re.search("none|no\b|not drip|negligible|trace", value, re.IGNORECASE), "bool"
    wanted = rulebook.properties[name].dimension.value
    if "dry" in wanted:
        return name, value, WET_UNITS.get(unit, unit)
    if wanted.startswith("mass fraction"):
        return name, value, DRY_UNITS.get(unit, unit)
    return name, value, unit


def _profile(case: Case) -> bool:
    text = case["processing"]
    return bool(re.search("mesophilic", text, re.IGNORECASE)) and not re.search("pasteur|compost", text, re.IGNORECASE)


def _trade(case: Case, properties: Mapping[str, Any]) -> dict[str, Any]:
    parties, route = case["parties"], case["route"]
    trade: dict[str, Any] = {
        "transfer_to_other_holder": not _one_company(case),
        "transport_planned": bool(route),
        "category_b_vehicle": _category_b(str(route.get("vehicle", ""))),
        "operation": route.get("operation"),
        "receiver_number": (parties.get("receiver") or {}).get("verwerkersnummer"),
    }
    trade |= _carrier(parties) | _intermediary(parties, "broker") | _intermediary(parties, "dealer")
    receiver = parties.get("receiver") or {}
    if any(receiver.get(key) is False for key in REFUSED):
        trade["receiver_authorised"] = False
    for side in ("dispatch", "destination"):
        view = (parties.get(f"authority_{side}") or {}).get("view")
        if view:
            trade[f"authority_{side}_view"] = "waste" if view.strip() == "waste" else "not_waste"
    return {name: value for name, value in trade.items() if value is not None}


def _one_company(case: Case) -> bool:
    parties = case["parties"]
    entities = [(parties.get(role) or {}).get("legal_entity") for role in ("producer", "buyer")]
    same = entities[0] is not None and entities[0] == entities[1]
    return same or bool(re.search(STAYS, case["intended_use"], re.IGNORECASE))


def _category_b(vehicle: str) -> bool | None:
    return None if not vehicle else bool(re.search(r"category.?b|car\b|van\b|trailer", vehicle, re.IGNORECASE))


def _carrier(parties: Mapping[str, Any]) -> dict[str, Any]:
    carrier = parties.get("carrier")
    if carrier is None:
        return {}
    return {"carrier_for_pay": carrier.get("for_others_for_pay"), "carrier_vihb": carrier.get("vihb_number")}


def _intermediary(parties: Mapping[str, Any], role: str) -> dict[str, Any]:
    party = parties.get(role) or (parties.get("trader") if role == "dealer" else None)
    if party is None:
        return {}
    acts = not re.search("logistic|book|transport only|lorry", str(party.get("role", "")), re.IGNORECASE)
    verb = "arranges" if role == "broker" else "trades"
    return {f"{role}_{verb}": acts, f"{role}_vihb": party.get("vihb_number")}


def day_of_case(case: Case) -> date:
    """The day on which the check is made."""
    return date.fromisoformat(case["date"])
