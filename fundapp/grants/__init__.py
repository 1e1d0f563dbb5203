"""Grants: the award, the agreement and its plan, milestones, payees and their accounts."""
