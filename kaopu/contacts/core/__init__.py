"""Rules of the room: pure functions and frozen values."""
