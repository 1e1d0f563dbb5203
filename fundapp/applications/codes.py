"""The number an application gets when it is first sent in."""

from datetime import datetime

from fundapp.core import clock, counters
from fundapp.core.references import application_code
from fundapp.funds.models import Fund
from fundapp.rounds.models import Stage


def next_code(fund: Fund, stage: Stage, *, at: datetime) -> str:
    """Give the next code: [prefix-]YYYY-MM-NNN, without gaps, unique in the instance.

    The month is that of the closing in the fund's zone; of the sending for a rolling call. Of a trial:
    T, the number of the round, and a number. Runs inside the transaction that uses the code.
    Source: identifiers of the domain model.
    """
    if stage.round.is_trial:  # never of the real series
        return f"T{stage.round_id}-{counters.next_number(f'trial:{stage.round_id}'):03d}"
    on, prefix = clock.day(stage.closes_at or at, fund.zone), fund.code_prefix or ""
    number = counters.next_number(f"application:{prefix}:{on:%Y-%m}")
    return application_code(on, number, prefix)
