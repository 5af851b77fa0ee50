"""Pictures of the book. Each module turns figures into one chart: title, finding, specification, table."""
