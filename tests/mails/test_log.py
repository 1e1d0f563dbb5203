"""The log of mail: by application, by fund and to oneself; for those who may know, and for nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fundapp.accounts.models import RoleName
from fundapp.applications.models import ApplicationState
from fundapp.core import mail
from fundapp.core.audit import AuditEvent
from fundapp.core.bounces import BadAddress
from fundapp.core.db import db
from fundapp.core.mail import Outbox, Posted
from fundapp.mails import log
from tests.factories import (
    NOW,
    Cast,
    make_application,
    make_cast,
    make_conflict,
    make_fund,
    make_round,
    make_user,
)
from tests.visitor import Visitor

SECRET = "https://fund.example.org/take-part/IjEyMyI.aXk2Zw.Zx81QmVpTq0s9Ck4Wb"


@pytest.fixture
def cast(app: Any) -> Cast:
    return make_cast()


def post(cast: Cast, to: Any, subject: str, application: Any = None, **more: Any) -> Outbox:
    """Put one mail in the outbox as it may stand there."""
    given = {"name": "claim-approved", "fund_id": cast.fund.id} | more
    row = Outbox(
        key=f"{subject}:{to.id}", state=given.pop("state", Posted.SENT), address=to.email,
        user_id=to.id, application_id=application.id if application else None, language="en",
        subject=subject, body_text=given.pop("body", f"Text of {subject}"), body_html="<p>x</p>",
        created_at=NOW, not_before_at=NOW, tries=1, **given,
    )  # fmt: skip
    row.sent_at = NOW if row.state is Posted.SENT else None
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def proposal(cast: Cast) -> Any:
    return make_application(make_round(cast.fund), cast.ana, title="Tide book")


def about(proposal: Any) -> str:
    return f"/office/applications/{proposal.id}/mail"


# --- about an application --------------------------------------------------------------


def test_the_office_sees_all_mail_about_an_application_and_its_text(
    cast: Cast, client: Visitor, proposal: Any
) -> None:
    row = post(cast, cast.ana, "First", proposal, text_number=3)
    post(cast, cast.ben, "Elsewhere")
    client.sign_in(cast.sol)

    listed, shown = client.get(about(proposal)).text, client.get(f"/office/mail/{row.id}").text

    assert "First" in listed
    assert "own text, version 3" in listed
    assert cast.ana.email in listed
    assert "Elsewhere" not in listed
    assert "Text of First" in shown


def test_the_list_asks_as_much_for_one_as_for_many_and_goes_by_pages(
    cast: Cast, client: Visitor, proposal: Any
) -> None:
    client.sign_in(cast.aud)
    post(cast, cast.ana, "Mail 0", proposal)
    client.get(about(proposal))
    few = len(client.statements)
    for number in range(1, 60):
        post(cast, cast.ana, f"Mail {number}", proposal)

    first = client.get(about(proposal)).text
    many = len(client.statements)
    oldest = db.session.scalars(select(Outbox.id).order_by(Outbox.id.desc()).offset(49).limit(1)).one()
    second = client.get(f"{about(proposal)}?before={oldest}").text

    assert few == many <= 10
    assert (first.count("Mail 1<"), first.count("Mail 59<")) == (0, 1)
    assert (second.count("Mail 1<"), second.count("Mail 59<")) == (1, 0)


def test_mail_is_found_by_address_subject_and_state(cast: Cast, client: Visitor, proposal: Any) -> None:
    post(cast, cast.ana, "Sent along", proposal)
    post(cast, cast.ben, "Came home", proposal, fault="5.1.1 no such user")
    post(cast, cast.ben, "Stayed", proposal, state=Posted.FAILED, fault="ConnectionRefusedError")
    client.sign_in(cast.sol)

    def shown(query: str) -> list[str]:
        page = client.get(f"{about(proposal)}?{query}").text
        return [word for word in ("Sent along", "Came home", "Stayed") if word in page]

    queries = ("q=ALONG", f"q={cast.ben.email}", "state=back", "state=failed", "q=100%25")
    found = {query: shown(query) for query in queries}

    assert found == {
        "q=ALONG": ["Sent along"],
        f"q={cast.ben.email}": ["Came home", "Stayed"],
        "state=back": ["Came home"],
        "state=failed": ["Stayed"],
        "q=100%25": [],
    }


@pytest.mark.parametrize(
    ("who", "status"), [("sol", 200), ("aud", 200), ("fin", 404), ("rhea", 404), ("ana", 404), ("ben", 404)]
)
def test_only_who_oversees_an_application_reads_its_mail(
    cast: Cast, client: Visitor, proposal: Any, who: str, status: int
) -> None:
    row = post(cast, cast.ana, "First", proposal)
    client.sign_in(getattr(cast, who))

    assert client.get(about(proposal)).status_code == status
    assert client.get(f"/office/mail/{row.id}").status_code == status


def test_a_tie_shuts_every_list_and_mail(cast: Cast, client: Visitor, proposal: Any) -> None:
    row, other = (
        post(cast, cast.ana, "First", proposal),
        post(cast, cast.ana, "Digest: Tide book", name="reminders"),
    )
    make_conflict(proposal, cast.max)
    client.sign_in(cast.max)

    assert client.get(about(proposal)).status_code == 404
    assert [client.get(f"/office/mail/{one.id}").status_code for one in (row, other)] == [404, 404]
    listed = client.get(f"/office/funds/{cast.fund.id}/mail").text
    assert "First" not in listed
    assert "Tide book" not in listed


def test_drafts_and_sealed_rounds_stay_closed(cast: Cast, client: Visitor) -> None:
    draft = make_application(make_round(cast.fund), cast.ana, state=ApplicationState.DRAFT, title="Draft")
    sealed = make_application(make_round(cast.fund, is_sealed=True), cast.ana, title="Sealed")
    rows = [post(cast, cast.ana, "About a draft", draft), post(cast, cast.ana, "About a seal", sealed)]
    client.sign_in(cast.sol)

    assert [client.get(f"/office/mail/{row.id}").status_code for row in rows] == [404, 404]
    listed = client.get(f"/office/funds/{cast.fund.id}/mail").text
    assert "About a" not in listed


def test_keys_and_invitations_to_drafts_stay_with_their_reader(cast: Cast, client: Visitor) -> None:
    rows = [
        post(cast, cast.ana, name, name=name, fund_id=fund_id)
        for name, fund_id in (
            ("reset-password", None), ("confirm-address", None), ("invited-to-proposal", cast.fund.id),
        )
    ]  # fmt: skip
    client.sign_in(cast.sol)

    assert [client.get(f"/office/mail/{row.id}").status_code for row in rows] == [404, 404, 404]
    assert "invited-to-proposal" not in client.get(f"/office/funds/{cast.fund.id}/mail").text


def test_a_manager_of_another_fund_sees_nothing(cast: Cast, client: Visitor) -> None:
    row = post(cast, cast.ana, "Ours")
    client.sign_in(make_user("Stranger", roles={make_fund("other"): [RoleName.MANAGER]}))

    assert client.get(f"/office/mail/{row.id}").status_code == 404
    assert client.get(f"/office/funds/{cast.fund.id}/mail").status_code == 404


def test_a_link_that_opens_something_is_covered(cast: Cast, client: Visitor) -> None:
    row = post(
        cast, cast.ana, "Gift", name="gift-pledged", body=f"Your page: {SECRET}\nhttps://x.org/claims/7"
    )
    client.sign_in(cast.sol)
    office = client.get(f"/office/mail/{row.id}").text
    client.sign_in(cast.ana)
    own = client.get(f"/account/mail/{row.id}").text

    for text in (office, own):
        assert "https://fund.example.org/take-part/•••" in text
        assert "https://x.org/claims/7" in text
        assert "IjEyMyI" not in text


def test_plain_addresses_stay_readable() -> None:
    kept = "See https://fund.example.org/projects/getijdenboek-voor-de-waddenzee and https://x.org/claims/12."

    assert log.masked(kept) == kept


# --- sending again ---------------------------------------------------------------------


def test_failed_mail_says_what_happened_and_goes_again(cast: Cast, client: Visitor, proposal: Any) -> None:
    row = post(
        cast, cast.ana, "Stayed", proposal, state=Posted.FAILED, fault="ConnectionRefusedError: no relay"
    )
    client.sign_in(cast.sol)

    shown = client.get(f"/office/mail/{row.id}").text
    sent = client.post(f"/office/mail/{row.id}/again")
    twice = client.post(f"/office/mail/{row.id}/again")

    assert "ConnectionRefusedError: no relay" in shown
    assert (sent.status_code, twice.status_code) == (302, 409)
    assert db.session.scalars(select(AuditEvent.verb).where(AuditEvent.subject_type == "outbox")).all() == [
        "send_again"
    ]
    db.session.refresh(row)
    assert (row.state, row.tries) == (Posted.QUEUED, 0)


def test_an_address_that_takes_no_mail_is_said_so(cast: Cast, client: Visitor, proposal: Any) -> None:
    row = post(cast, cast.ana, "Stayed", proposal, state=Posted.FAILED, fault="5.1.1 gone")
    db.session.add(
        BadAddress(address=cast.ana.email, status="5.1.1", said="gone", outbox_id=row.id, since_at=NOW)
    )
    client.sign_in(cast.sol)

    assert "nothing is sent to it any more" in client.get(f"/office/mail/{row.id}").text


def test_an_auditor_reads_and_sends_nothing(cast: Cast, client: Visitor, proposal: Any) -> None:
    row = post(cast, cast.ana, "Stayed", proposal, state=Posted.FAILED, fault="x")
    client.sign_in(cast.aud)

    assert "Send again" not in client.get(f"/office/mail/{row.id}").text
    assert client.post(f"/office/mail/{row.id}/again").status_code == 403


# --- to oneself ------------------------------------------------------------------------


def test_everybody_reads_all_mail_to_themselves_and_no_other(cast: Cast, client: Visitor) -> None:
    mine, other = post(cast, cast.ben, "For Ben"), post(cast, cast.ana, "For Ana")
    failed = post(cast, cast.ben, "Never left", state=Posted.FAILED, fault="550 relay 10.0.0.3 says no")
    client.sign_in(cast.ben)

    listed = client.get("/account/mail").text
    shown = client.get(f"/account/mail/{mine.id}").text

    assert ("For Ben" in listed, "For Ana" in listed, "Never left" in listed) == (True, False, True)
    assert "Text of For Ben" in shown
    assert client.get(f"/account/mail/{other.id}").status_code == 404
    assert "10.0.0.3" not in client.get(f"/account/mail/{failed.id}").text
    assert "/account/mail" in client.get("/account").text


def test_a_tie_keeps_old_mail_away_too_but_not_from_who_applies(
    cast: Cast, client: Visitor, proposal: Any
) -> None:
    rows = [
        post(cast, cast.max, "To a manager", proposal),
        post(cast, cast.max, "Digest", name="reminders"),
        post(cast, cast.max, "Your own", name="reset-password", fund_id=None),
    ]
    to_ana = post(cast, cast.ana, "To an applicant", proposal)
    make_conflict(proposal, cast.max)
    make_conflict(proposal, cast.ana)
    client.sign_in(cast.max)

    assert [client.get(f"/account/mail/{row.id}").status_code for row in rows] == [404, 404, 200]
    assert "To a manager" not in client.get("/account/mail").text
    client.sign_in(cast.ana)
    assert client.get(f"/account/mail/{to_ana.id}").status_code == 200


def test_mail_that_waits_says_until_when(cast: Cast, client: Visitor) -> None:
    mail.queue(
        "opinion-over", key="k", to=cast.ben, at=NOW + timedelta(days=1), fund=cast.fund, fund_id=cast.fund.id
    )
    client.sign_in(cast.sol)

    assert "Wachten" not in client.get(f"/office/funds/{cast.fund.id}/mail").text
    assert "Waiting" in client.get(f"/office/funds/{cast.fund.id}/mail?state=queued").text
