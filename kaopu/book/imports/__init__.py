"""Import of loan books: a mapping says what a file's columns mean, a recipe turns rows into debts, COPY stores them."""
