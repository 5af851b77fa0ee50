"""Rules of the town: pure functions of a seed and a world."""
