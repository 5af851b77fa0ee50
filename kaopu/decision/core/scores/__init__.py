"""Scores: tables, derived columns, scorecards, challengers, what they are worth, and the file that holds one."""
