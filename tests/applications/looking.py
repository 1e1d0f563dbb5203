"""Looking for applications as the office does, and three that differ in everything one can ask for."""

from datetime import timedelta

from fundapp.applications import office_list, search_keys, search_texts, tags
from fundapp.applications.models import ApplicationState, Audience, ThreadKind
from fundapp.applications.search_words import read
from fundapp.applications.threads import open_thread
from tests.factories import NOW, make_application, make_user

S = ApplicationState
THEMES = {"web": {"en": "The open web", "nl": "Het open web"}, "tools": {"en": "Tools", "nl": "Gereedschap"}}
W, T, Z = "Sluiswachter", "Getijdenboek", "Zaadwissel"


def look(user, query, round=None, sort="title"):
    """Give what a search says is wrong, or else the titles it finds."""
    asked = read(query)
    asking = search_keys.Asking(user, NOW, "Europe/Amsterdam", THEMES)
    found = search_keys.condition(asked, asking)
    if asked.faults:
        return [fault.message for fault in asked.faults]
    wanted = office_list.scope(user, round.id if round else None) & found
    return [row.title for row in office_list.page(wanted, sort=sort).rows]


def make_three(cast, call):
    """Three applications that differ in everything one can ask for."""
    web = make_application(
        call, cast.ana, title="Sluiswachter", theme="web", country="NL", requested_cents=2_000_000
    )
    tools = make_application(
        call,
        cast.ben,
        title="Getijdenboek",
        theme="tools",
        country="DE",
        requested_cents=500_000,
        state=S.IN_REVIEW,
    )
    bare = make_application(call, make_user("Zoë Quist"), title="Zaadwissel", requested_cents=None)
    web.lead_id, web.submitted_at, bare.submitted_at = (
        cast.sol.id,
        NOW - timedelta(days=40),
        NOW - timedelta(days=2),
    )
    tools.submitted_at = NOW - timedelta(hours=3)
    for one, words in (
        (web, "A library café for the open web"),
        (tools, "Peer-to-peer libraries"),
        (bare, "Seeds"),
    ):
        one.current.answers["abstract"] = words
        search_texts.keep(one, one.current)
    tags.put(web, "Second try", actor=cast.sol, at=NOW)
    tags.raise_flag(tools, "Late", actor=cast.max, at=NOW)
    open_thread(
        bare,
        kind=ThreadKind.NOTE,
        audience=Audience.OFFICE,
        subject="Note",
        body="Look.",
        actor=cast.sol,
        at=NOW,
    )
    return web, tools, bare
