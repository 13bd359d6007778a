"""The event log: one write path, and three ways to read it (memory, Postgres, Kafka) that keep the same promises."""
