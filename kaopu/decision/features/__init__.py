"""Features in and out: one party from PostgreSQL, the book from its snapshot, the catalogue as a document."""
