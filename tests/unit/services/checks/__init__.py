"""Tests of the stand-alone check."""
