"""Suggestions from free text: the route, and the model that answers."""
