"""Adapters: databases, event log, push, identity. No business decision is made here."""
