"""Words with fixed meanings: quantities with units, materials, codes, places, legal statuses."""
