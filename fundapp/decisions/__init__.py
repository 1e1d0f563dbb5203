"""Decisions: proposed, approved and released by different people; the letter that follows."""
