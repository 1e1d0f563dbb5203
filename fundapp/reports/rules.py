"""Who may make and read reports."""

from fundapp.accounts.rules import manager
from fundapp.applications.rules import barred, partner, staff
from fundapp.core.rules import person
from fundapp.funds.rules import OFFICE

READ = OFFICE
"""Snapshots are loaded through the person's own filter: see queries.visible_snapshot."""
MAKE_ROUND = manager
MAKE_DOSSIER = staff

evaluator = person(lambda user, row: row is not None and row.evaluator_id == user.id, "evaluator")
"""The outsider who was asked to judge one evaluation."""
decider = person(lambda user, row: row.decided_by == user.id, "decider")

READ_EVALUATION = OFFICE | evaluator
WRITE_EVALUATION = manager & ~evaluator
SIGN_EVALUATION = evaluator
CONFIRM_DECISION = manager & ~decider & ~evaluator
"""Two people stand behind a decision; that they differ, the database keeps too."""

ASK_CLOSING = staff
READ_GRANT = OFFICE & ~barred
ANSWER_ALIVE = partner | staff
"""The grantee tells; staff may fill in what they found out."""
