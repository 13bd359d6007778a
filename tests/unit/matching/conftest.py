"""Kernels are compiled before the first test, which would else run into its time limit on a new machine."""

from matching.kd.warming import warm

warm()
