"""The API of trades and what remains of listings."""
