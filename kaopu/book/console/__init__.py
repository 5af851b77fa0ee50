"""Staff pages of the book. Each module builds a frozen page value and shows it; rules live elsewhere."""
