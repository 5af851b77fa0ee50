"""Records of one person found among many: Splink over a table, and the same scales for one person on line."""
