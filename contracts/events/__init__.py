"""Every event of the marketplace, as promises: one class per type and version."""
