"""What is nearly a match: the smallest change of one term that would make a pair of two listings."""
