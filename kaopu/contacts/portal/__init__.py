"""The contact's own pages: no account, a signed link and a code."""
