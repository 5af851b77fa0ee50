"""The rulebook, permits, attempts and refusals."""
