"""Suggesting Eural codes and material concepts for a free text, and warning that it may be hazardous.

Suggestions are shown, never filled in. The model is passed in; it is fitted and read from disk elsewhere.
"""
