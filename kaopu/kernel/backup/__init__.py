"""A copy of everything, to be put into an empty home: every table of one moment, files, and the key ring if sealed."""
