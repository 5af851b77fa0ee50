"""Revolving accounts: what a card or credit line asks for every month, from its terms and postings."""
