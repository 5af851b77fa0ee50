"""Revolving accounts: terms, postings and the monthly statements that follow from them."""
