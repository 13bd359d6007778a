"""The monitor: ends what has run out, and keeps the log tidy."""
