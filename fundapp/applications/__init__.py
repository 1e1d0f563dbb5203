"""Applications: drafts, versions, who may see them, and who may not."""
