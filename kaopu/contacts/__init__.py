"""Emergency contacts: nomination to withdrawal, trust, reach, network, episodes."""
