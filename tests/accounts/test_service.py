"""Accounts: links that work once, passwords that wait, and nothing told about who has one."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fundapp.accounts import queries, service
from fundapp.accounts.models import Purpose, Role, RoleName, User
from fundapp.core.db import db
from fundapp.core.mail import Outbox
from fundapp.core.refusals import Refusal
from tests.factories import NOW, PASSWORD, make_cast, make_fund, make_user


@pytest.fixture
def settings(app: Flask) -> Any:
    """The settings the passwords are made with."""
    return app.config["SETTINGS"]


def _register(settings: Any, email: str = "ana@example.org") -> None:
    service.register(email, "Ana Alders", PASSWORD, language="nl", at=NOW, settings=settings)


def _token(purpose: str = "confirm") -> str:
    body = db.session.scalars(select(Outbox.body_text).order_by(Outbox.id.desc())).first()
    assert body is not None
    return body.split(f"/{purpose}/")[1].split()[0]


def test_registering_confirming_and_signing_in(settings: Any) -> None:
    _register(settings)
    before = service.sign_in("Ana@Example.org", PASSWORD, at=NOW, settings=settings)

    user = service.confirm(service.token_of(_token(), Purpose.CONFIRM, at=NOW), at=NOW)

    assert before is None
    assert service.sign_in("Ana@Example.org", PASSWORD, at=NOW, settings=settings) is user
    assert (user.language, user.confirmed_at) == ("nl", NOW)


def test_a_link_works_once_and_not_for_ever(settings: Any) -> None:
    _register(settings)
    first = _token()
    late = NOW + service.LIFETIME[Purpose.CONFIRM]

    for at, purpose in ((late, Purpose.CONFIRM), (NOW, Purpose.RESET)):
        with pytest.raises(service.LinkDead):
            service.token_of(first, purpose, at=at)
    service.confirm(service.token_of(first, Purpose.CONFIRM, at=NOW), at=NOW)
    with pytest.raises(service.LinkDead):
        service.token_of(first, Purpose.CONFIRM, at=NOW)


def test_registering_a_known_address_makes_no_second_account_and_tells_its_owner(settings: Any) -> None:
    ana = make_user(password=PASSWORD)
    digest = ana.password_digest

    service.register(
        ana.email.upper(), "Somebody", "another password", language="en", at=NOW, settings=settings
    )

    assert db.session.scalar(select(func.count(User.id))) == 1
    assert ana.password_digest == digest
    assert db.session.scalars(select(Outbox.name)).all() == ["account-exists"]


def test_a_reset_signs_out_everywhere_and_an_unknown_address_gets_nothing(settings: Any) -> None:
    ana = make_user(password=PASSWORD)
    session = ana.get_id()
    service.ask_reset("nobody@example.org", at=NOW)
    service.ask_reset(ana.email, at=NOW)

    token = service.token_of(_token("reset"), Purpose.RESET, at=NOW)
    service.reset(token, "a new long password", at=NOW, settings=settings)

    db.session.flush()
    assert db.session.scalar(select(func.count(Outbox.id))) == 1
    assert queries.session_user(session) is None
    assert queries.session_user(ana.get_id()) is ana
    assert service.sign_in(ana.email, PASSWORD, at=NOW, settings=settings) is None
    assert service.sign_in(ana.email, "a new long password", at=NOW, settings=settings) is ana


def test_five_wrong_passwords_make_the_account_wait(settings: Any) -> None:
    ana = make_user(password=PASSWORD)

    for _try in range(5):
        assert service.sign_in(ana.email, "wrong", at=NOW, settings=settings) is None

    assert service.sign_in(ana.email, PASSWORD, at=NOW, settings=settings) is None
    assert service.sign_in(ana.email, PASSWORD, at=NOW + timedelta(seconds=30), settings=settings) is ana


def test_roles_are_held_per_fund_once_and_end(app: Flask) -> None:
    cast, other = make_cast(), make_fund()
    first = service.grant_role(cast.ben, cast.fund.id, RoleName.REVIEWER, actor=cast.sol, at=NOW)

    again = service.grant_role(cast.ben, cast.fund.id, RoleName.REVIEWER, actor=cast.sol, at=NOW)

    db.session.flush()
    db.session.expire(cast.ben)
    assert again is first
    assert cast.ben.holds(RoleName.REVIEWER, cast.fund.id)
    assert not cast.ben.holds(RoleName.REVIEWER, other.id)
    service.end_role(first, actor=cast.sol, at=NOW)
    assert not cast.ben.holds(RoleName.REVIEWER)
    with pytest.raises(Refusal):
        service.end_role(first, actor=cast.sol, at=NOW)
    assert db.session.get(Role, first.id) is first
