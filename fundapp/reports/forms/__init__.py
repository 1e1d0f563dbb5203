"""What is filled in about reports, by noun."""
