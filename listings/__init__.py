"""Organisations, offers, wants, saved searches and their evidence: what is on the market, and who may see it."""
