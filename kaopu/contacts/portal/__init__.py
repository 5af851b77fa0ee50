"""The contact's own pages: no account, a signed link and a code. And the borrower's page of people they named."""
