"""Which entries of one block pass the coarse comparison; a branch-free loop over sixteen-bit columns."""

import numpy as np

from matching import numeric
from matching.kd.coarse import (
    AMOUNT,
    ASKED,
    CENT,
    ENDS,
    FROM_DAY,
    LEAST,
    MARGIN,
    MONEY,
    MOST,
    OPENS,
    REACH,
    STATUSES,
    X,
    Y,
)
from matching.kd.compiling import compiled
from matching.kd.floors import Floors, least_margin, most_price

Cells = np.ndarray

CHEAPEST = int(numeric.ARTICULATED_HANDLING_CENTS * CENT) - 1
"""Units of money that every transport costs at least."""
NEARER = np.float32(1.0)
"""Units of place by which two roundings may have moved two points apart, on each axis."""
SINGLE = np.float32(1.000001)
"""A square in single precision may come out this much too small."""
NOTHING = np.float32(0.0)


@compiled
def apart(one: int, other: np.float32) -> np.float32:
    """The least distance along one axis. Single precision, because the compiler widens whole numbers to 64 bits."""
    far = abs(np.float32(one) - other) - NEARER
    return max(NOTHING, far)


@compiled
def latest_start(last: int, days: int) -> int:
    """The latest first day that leaves so many days until the last; without a last day any will do."""
    return MOST if last == MOST else max(min(last - days + 1, MOST), LEAST)


@compiled
def pass_wants(cells: Cells, block: int, size: int, offer: Cells, floors: Floors, km: float, passing: Cells) -> None:
    """Mark the wants among the first `size` of a block that may fit the offer and keep above the floors."""
    east, north, reach = cells[block, X], cells[block, Y], cells[block, REACH]
    limit, margin, asked, need = cells[block, MONEY], cells[block, MARGIN], cells[block, ASKED], cells[block, AMOUNT]
    opens, ends, from_day, statuses = (
        cells[block, OPENS],
        cells[block, ENDS],
        cells[block, FROM_DAY],
        cells[block, STATUSES],
    )
    x, y, have, claimed = np.float32(offer[0, X]), np.float32(offer[0, Y]), offer[0, AMOUNT], offer[0, STATUSES]
    open_load = have == MOST or offer[0, MONEY] <= LEAST + 1
    price = np.int16(LEAST) if open_load else np.int16(min(offer[0, MONEY] + CHEAPEST, MOST))
    least = np.int16(least_margin(floors, offer[0, MONEY], have, km))
    most = np.int16(min(have + floors.short, MOST))
    first = np.int16(max(offer[0, OPENS], min(offer[0, FROM_DAY] + floors.days - 1, MOST)))
    last, start = offer[0, ENDS], np.int16(latest_start(offer[0, ENDS], floors.days))
    farthest = np.float32(floors.reach)
    for slot in range(size):
        dx, dy, far = apart(east[slot], x), apart(north[slot], y), min(np.float32(reach[slot]), farthest)
        passing[slot] = (
            (dx * dx + dy * dy <= far * far * SINGLE)
            & (((price <= limit[slot]) & (margin[slot] >= least)) | (asked[slot] == LEAST))
            & (need[slot] <= have)
            & (asked[slot] <= most)
            & (opens[slot] <= last)
            & (ends[slot] >= first)
            & (from_day[slot] <= start)
            & ((statuses[slot] & claimed) != 0)
        )


@compiled
def pass_offers(cells: Cells, block: int, size: int, want: Cells, floors: Floors, km: float, passing: Cells) -> None:
    """Mark the offers among the first `size` of a block that may fit the want and keep above the floors."""
    east, north, price, have = cells[block, X], cells[block, Y], cells[block, MONEY], cells[block, AMOUNT]
    opens, ends, from_day, statuses = (
        cells[block, OPENS],
        cells[block, ENDS],
        cells[block, FROM_DAY],
        cells[block, STATUSES],
    )
    x, y, far = np.float32(want[0, X]), np.float32(want[0, Y]), np.float32(min(want[0, REACH], floors.reach))
    open_limit = want[0, MONEY] == MOST or want[0, ASKED] == LEAST
    limit = MOST if open_limit else max(want[0, MONEY] - CHEAPEST, LEAST)
    limit = np.int16(min(limit, most_price(floors, want[0, MARGIN], want[0, ASKED], km)))
    need = np.int16(max(want[0, AMOUNT], max(want[0, ASKED] - floors.short, LEAST)))
    accepted, last, start = want[0, STATUSES], want[0, ENDS], np.int16(latest_start(want[0, ENDS], floors.days))
    first = np.int16(max(want[0, OPENS], min(want[0, FROM_DAY] + floors.days - 1, MOST)))
    most = far * far * SINGLE
    for slot in range(size):
        dx, dy = apart(east[slot], x), apart(north[slot], y)
        passing[slot] = (
            (dx * dx + dy * dy <= most)
            & ((price[slot] <= limit) | (have[slot] == MOST))
            & (have[slot] >= need)
            & (opens[slot] <= last)
            & (ends[slot] >= first)
            & (from_day[slot] <= start)
            & ((statuses[slot] & accepted) != 0)
        )


@compiled
def pass_near(cells: Cells, block: int, size: int, point: np.ndarray, own_reach: bool, passing: Cells) -> None:
    """Mark the entries within reach of a point (x, y, reach): that reach, or each one's own."""
    east, north, reach = cells[block, X], cells[block, Y], cells[block, REACH]
    x, y, given = np.float32(point[0]), np.float32(point[1]), np.float32(point[2])
    for slot in range(size):
        dx, dy = apart(east[slot], x), apart(north[slot], y)
        most = np.float32(reach[slot]) if own_reach else given
        passing[slot] = dx * dx + dy * dy <= most * most * SINGLE
