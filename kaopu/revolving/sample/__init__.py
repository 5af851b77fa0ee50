"""Made-up revolving accounts for the sample lender."""
