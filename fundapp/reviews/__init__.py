"""Reviews: assigning, declaring conflicts, scoring against the rubric, standings."""
