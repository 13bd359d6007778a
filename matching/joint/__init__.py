"""Trades of more than two parties: their life, and what makes the matcher propose them."""
