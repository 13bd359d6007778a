"""What a seeker spends per tonne before a material can be used as intended: our own estimate, unknown for many uses.

Source: contracts/reference/treatment_costs (see its source note).
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from contracts.reference.tables import read_table
from contracts.vocabulary.terms import IntendedUse


@cache
def treatment_costs() -> Mapping[IntendedUse, Decimal]:
    """The middle estimate in EUR per tonne, by use; a use that is not in it is unknown."""
    return MappingProxyType({IntendedUse(row["use"]): Decimal(row["mid"]) for row in read_table("treatment_costs")})
