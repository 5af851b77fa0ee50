"""Channels that can say whether a point or a paper is a person's: whoever has one registers it here."""
