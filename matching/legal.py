"""The answer of the legal check where no rule is at hand: undetermined, and what to state or to ask."""

from datetime import date

from contracts.vocabulary.terms import IntendedUse, LegalStatus
from contracts.vocabulary.verdict import Verdict
from matching.model import OfferEntry, WantEntry

USES: dict[IntendedUse, tuple[str, str]] = {
    IntendedUse.REUSE_SAME_PURPOSE: ("opnieuw gebruiken voor hetzelfde doel", "reuse for the same purpose"),
    IntendedUse.REPAIR_OR_REFURBISH: ("repareren of opknappen", "repair or refurbishment"),
    IntendedUse.PARTS: ("gebruiken als onderdelen", "use as parts"),
    IntendedUse.OTHER_PURPOSE: ("gebruiken voor een ander doel", "use for another purpose"),
    IntendedUse.FURNACE_MELTING: ("smelten in een oven", "melting in a furnace"),
    IntendedUse.GLASS_REMELTING: ("omsmelten tot glas", "remelting into glass"),
    IntendedUse.MATERIAL_RECYCLING: ("recyclen tot materiaal", "recycling into material"),
    IntendedUse.AGGREGATE_IN_CONCRETE: ("toeslagmateriaal in beton", "aggregate in concrete"),
    IntendedUse.AGGREGATE_UNBOUND: ("los toeslagmateriaal", "unbound aggregate"),
    IntendedUse.ASPHALT: ("verwerken in asfalt", "use in asphalt"),
    IntendedUse.SOIL_APPLICATION: ("toepassen in of op de bodem", "application in or on soil"),
    IntendedUse.FERTILISER: ("meststof", "fertiliser"),
    IntendedUse.ANIMAL_FEED: ("diervoeder", "animal feed"),
    IntendedUse.COMPOSTING: ("composteren", "composting"),
    IntendedUse.DIGESTION: ("vergisten", "digestion"),
    IntendedUse.FUEL: ("brandstof", "fuel"),
    IntendedUse.RAW_MATERIAL: ("grondstof voor een product", "raw material for a product"),
}


def undetermined_check(offer: OfferEntry, want: WantEntry, today: date) -> Verdict:
    """Undetermined, for a material in a use that no rule covers, or in a use that is not stated."""
    material, use = offer.concept, want.state.intended_use
    if use is None:
        return Verdict(
            status=LegalStatus.UNDETERMINED,
            on=today,
            reason_nl=f"Het gebruik van '{material.label_nl}' is onbekend. De vrager moet zeggen waarvoor het "
            "materiaal nodig is.",
            reason_en=f"The use of '{material.label_en}' is unknown. The seeker must state what the material is for.",
            blockers=("missing:use_plan",),
        )
    use_nl, use_en = USES[use]
    return Verdict(
        status=LegalStatus.UNDETERMINED,
        on=today,
        reason_nl=f"Er is nog geen regel voor '{material.label_nl}' met als gebruik: {use_nl}. Vraag het na bij uw "
        "omgevingsdienst.",
        reason_en=f"There is no rule yet for '{material.label_en}' with this use: {use_en}. Ask your regional "
        "environmental authority.",
    )
