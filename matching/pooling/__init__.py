"""Several offers that together meet the minimum of one want."""
