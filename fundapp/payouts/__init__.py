"""Payouts: claims on milestones, content approval, payments, batches and the bank file."""
