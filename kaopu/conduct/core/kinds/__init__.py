"""The kinds of question a rule may ask. A kind is code, what it is asked with is data of a pack."""
