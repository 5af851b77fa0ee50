"""The three ways to decide with a policy: live, in columns, on a cluster."""
