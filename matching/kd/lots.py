"""The exact numbers of one listing, 128 bytes: what the kernels need to refuse or to score a pair.

An offer and a want have the same layout, so that both directions are searched by one source.
"""

from typing import Any

import numpy as np

LOT = np.dtype(
    [
        ("x", "f8"),
        ("y", "f8"),
        ("z", "f8"),
        ("amount", "f8"),  # what remains, in the listing's unit
        ("minimum", "f8"),  # the least that is of use; 0 for an offer, or when none is stated
        ("kg", "f8"),  # kg in one unit; NaN: unknown
        ("money", "f8"),  # cents per tonne: an offer's price, a want's limit; NaN: open
        ("reach", "f8"),  # a want's greatest distance in km; infinite: anywhere
        ("step", "f8"),  # R-step: of a want's planned use, of the usual treatment of what is offered; NaN: unknown
        ("high", "u8"),  # the listing id
        ("low", "u8"),
        ("legal", "u8"),  # the legal class: a digest of all that the check reads of this listing
        ("opens", "i4"),  # first and last day that count for fitting
        ("ends", "i4"),
        ("from_day", "i4"),  # first day that counts for the score
        ("organisation", "i4"),
        ("concept", "i4"),  # an offer's concept
        ("extra", "i4"),  # where its extras start
        ("extras", "i2"),  # how many it has: properties, limits, partners
        ("group", "i2"),  # a small number for the legal class; UNGROUPED: there are too many classes
        ("unit", "u1"),
        ("times", "u1"),  # deliveries a year; 0: one-off
        ("statuses", "u1"),  # bits: an offer's claimed status, a want's accepted ones
        ("flags", "u1"),
    ],
    align=True,
)

Lot = Any
"""One record of LOT."""

NEVER, EVER = -(2**31) + 1, 2**31 - 1
"""Days before and after all others: a window without a start or an end."""

CHAIN = 1
"""Flag: this want weighs the chain first."""
PARTNERS = 2
"""Flag: only for the partners among the extras."""
SEVERAL = 4
"""Flag: stands on more than one shelf."""
DOUBTFUL = 8
"""Flag: something of it cannot be decided by these numbers; ask the exact comparison."""

ANY_STATUS = 255

UNGROUPED = -1
GROUPS = 250
"""Legal classes of one side that get a small number, so that their marks are at hand while a block is scanned."""
