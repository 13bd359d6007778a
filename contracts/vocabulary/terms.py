"""Closed lists of words that listings, trades and alerts use."""

from enum import StrEnum


class Language(StrEnum):
    """Languages of free text and of explanations."""

    DUTCH = "nl"
    ENGLISH = "en"


class ListingKind(StrEnum):
    """What a listing is."""

    OFFER = "offer"
    WANT = "want"


class ListingStatus(StrEnum):
    """Where a listing is in its life."""

    DRAFT = "draft"
    OPEN = "open"
    RESERVED = "reserved"
    CLOSED = "closed"
    EXPIRED = "expired"


class Visibility(StrEnum):
    """Who may see a listing, and whose it is."""

    PUBLIC = "public"
    ANONYMOUS = "anonymous"
    PARTNERS = "partners"


class Weighting(StrEnum):
    """Which of two orders ranks the candidates: what is near by first, or what keeps most value first."""

    AREA_FIRST = "area_first"
    CHAIN_FIRST = "chain_first"


class LegalStatus(StrEnum):
    """The status of a material under waste law, as claimed or as proposed by the check."""

    WASTE = "waste"
    HAZARDOUS_WASTE = "hazardous_waste"
    POP_WASTE = "pop_waste"
    BY_PRODUCT = "by_product"
    END_OF_WASTE = "end_of_waste"
    PRODUCT = "product"
    OUT_OF_SCOPE = "out_of_scope"
    UNDETERMINED = "undetermined"


class Grade(StrEnum):
    """How far a stated property or document can be trusted."""

    DECLARED = "declared"
    DOCUMENTED = "documented"
    VERIFIED = "verified"


class Condition(StrEnum):
    """The state of goods that are used again."""

    NEW = "new"
    GOOD = "good"
    USED = "used"
    REPAIRABLE = "repairable"
    SCRAP = "scrap"


class Operator(StrEnum):
    """How a measured value is compared with a limit."""

    AT_MOST = "<="
    BELOW = "<"
    AT_LEAST = ">="
    ABOVE = ">"
    EQUAL = "="


class Role(StrEnum):
    """What an organisation or a person signed in for it may do on the marketplace."""

    HOLDER = "holder"
    SEEKER = "seeker"
    MUNICIPALITY = "municipality"
    PROCESSOR = "processor"
    BROKER = "broker"
    AUTHORITY = "authority"
    OPERATOR = "operator"


class TradeStatus(StrEnum):
    """Where a trade is in its life."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    AGREED = "agreed"
    COLLECTED = "collected"
    COMPLETED = "completed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class Side(StrEnum):
    """The two sides of a trade: who holds the material and who seeks it."""

    HOLDER = "holder"
    SEEKER = "seeker"


class DeclineReason(StrEnum):
    """Why a side says no; it narrows later proposals."""

    TOO_FAR = "too_far"
    TOO_DEAR = "too_dear"
    TOO_DIRTY = "too_dirty"
    WRONG_TIME = "wrong_time"
    WRONG_MATERIAL = "wrong_material"
    NO_LONGER_NEEDED = "no_longer_needed"
    OTHER = "other"


class LapseReason(StrEnum):
    """Why a proposal or trade ended without anybody saying no."""

    REVISED = "revised"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"
    TAKEN = "taken"
    HOLD_ENDED = "hold_ended"


class IntendedUse(StrEnum):
    """What a seeker will do with the material: the half of the legal question that no listing alone has."""

    REUSE_SAME_PURPOSE = "reuse_same_purpose"
    REPAIR_OR_REFURBISH = "repair_or_refurbish"
    PARTS = "parts"
    OTHER_PURPOSE = "other_purpose"
    FURNACE_MELTING = "furnace_melting"
    GLASS_REMELTING = "glass_remelting"
    MATERIAL_RECYCLING = "material_recycling"
    AGGREGATE_IN_CONCRETE = "aggregate_in_concrete"
    AGGREGATE_UNBOUND = "aggregate_unbound"
    ASPHALT = "asphalt"
    SOIL_APPLICATION = "soil_application"
    FERTILISER = "fertiliser"
    ANIMAL_FEED = "animal_feed"
    COMPOSTING = "composting"
    DIGESTION = "digestion"
    FUEL = "fuel"
    RAW_MATERIAL = "raw_material"
