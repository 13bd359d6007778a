"""The whole marketplace in one process."""
