"""The ledger: a double-entry journal out of cumulative counters, chart of accounts, trial balance."""
