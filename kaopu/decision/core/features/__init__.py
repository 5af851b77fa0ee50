"""The feature catalogue: what is known of a party, declared once, for one live decision and for the whole book."""
