"""Tests that mirror the tree: one file per module, nothing outside the process."""
