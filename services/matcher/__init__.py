"""The matcher: hears listings, proposes trades."""
