"""Who asks, who checks, who pays: three different people. The database keeps it too."""

from fundapp.accounts.rules import auditor, finance, manager
from fundapp.applications.rules import OFFICE, barred, partner, staff, writer
from fundapp.core.rules import CLOCK, person

claimant = person(lambda user, claim: claim.claimed_by == user.id, "claimant")

ASK = writer
SEE = partner | OFFICE
JUDGE = staff & ~claimant
"""Staff never hold access as applicants; the claimant is ruled out even after their access ended."""

PAY = finance & ~barred & ~partner
"""Finance without a tie to the project, for one claim or payment."""

VOID = JUDGE | writer | PAY | CLOCK
"""An approval falls away by a change on either side."""

ROOM = manager | finance | auditor
MONEY = finance | auditor
"""Single payments, batches and postings; managers read sums."""

RELEASE = finance
"""On a batch; that the releaser asked for and approved none of its payments is tested for each."""
