"""Who looks after the connections of a fund."""

from fundapp.accounts.rules import administrator, finance, manager
from fundapp.core.rules import CLOCK, person

CONNECT = manager | finance | administrator
"""May make keys; what such a key reads is never more than its maker may."""
HEAR = manager | administrator
"""May give addresses that hear of what happens."""
HEAR_OR_CLOCK = HEAR | CLOCK

maker = person(lambda user, row: row.user_id == user.id, "maker")
REVOKE = HEAR | (maker & CONNECT)
"""A finance officer ends their own keys only."""
