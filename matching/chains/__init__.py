"""Offers that become something else, or wait, at a processor or depot before they meet a want."""
