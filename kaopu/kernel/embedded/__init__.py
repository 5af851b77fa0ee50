"""Django's PostgreSQL back end over the embedded server: the server is started or joined at the first connection."""
