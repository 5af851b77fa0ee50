"""A made-up small lender: nobody in it exists. One seed and one end day always give the same book."""
