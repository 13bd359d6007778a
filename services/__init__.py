"""One folder per deployable. Wiring only: what is decided is decided in the domains."""
