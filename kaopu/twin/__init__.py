"""A seeded town: borrowers, contacts, agents and gateways whose truth is known, so that beliefs can be scored."""
