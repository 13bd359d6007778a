"""Fitting a model for suggestions with scikit-learn, and keeping it on disk."""
