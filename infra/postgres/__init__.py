"""PostgreSQL: one write path with the event rows in the same commit, and the stores of each domain."""
