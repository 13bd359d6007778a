"""What a listing says in the shared vocabulary, in the words of the check."""

from collections.abc import Mapping

from contracts.vocabulary.terms import IntendedUse
from matching.end_of_waste.words import Use

USES: Mapping[IntendedUse, frozenset[Use]] = {
    IntendedUse.REUSE_SAME_PURPOSE: frozenset({Use.REUSE_SAME_PURPOSE}),
    IntendedUse.REPAIR_OR_REFURBISH: frozenset({Use.REUSE_SAME_PURPOSE}),
    IntendedUse.PARTS: frozenset({Use.REUSE_SAME_PURPOSE}),
    IntendedUse.OTHER_PURPOSE: frozenset({Use.ARTICLE_MANUFACTURE}),
    IntendedUse.FURNACE_MELTING: frozenset({Use.FURNACE_MELTING}),
    IntendedUse.GLASS_REMELTING: frozenset({Use.GLASS_REMELTING}),
    IntendedUse.MATERIAL_RECYCLING: frozenset({Use.RECYCLING}),
    IntendedUse.AGGREGATE_IN_CONCRETE: frozenset({Use.CONCRETE}),
    IntendedUse.AGGREGATE_UNBOUND: frozenset({Use.UNBOUND_ON_SOIL}),
    IntendedUse.ASPHALT: frozenset({Use.ASPHALT}),
    IntendedUse.SOIL_APPLICATION: frozenset(
        {Use.LARGE_SCALE_SOIL, Use.SOIL_RESIDENTIAL_INDUSTRIAL, Use.SOIL_AGRICULTURE_NATURE}
    ),
    IntendedUse.FERTILISER: frozenset({Use.INORGANIC_FERTILISER}),
    IntendedUse.ANIMAL_FEED: frozenset({Use.ANIMAL_FEED}),
    IntendedUse.COMPOSTING: frozenset({Use.RECYCLING}),
    IntendedUse.DIGESTION: frozenset({Use.RECYCLING}),
    IntendedUse.FUEL: frozenset({Use.FUEL}),
    IntendedUse.RAW_MATERIAL: frozenset({Use.RAW_MATERIAL}),
}
"""Where the shared word leaves the kind of soil open, the limits of every kind are asked: the strictest decides."""
