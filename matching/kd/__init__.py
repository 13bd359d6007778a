"""The compiled index: exact best-k over open listings, in flat arrays, without a Python object per entry."""
