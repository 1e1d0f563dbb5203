"""Milestones of a proposal as takentaal: what goes out comes back, and faults have a line."""

from datetime import timedelta

import pytest

from fundapp import create_app
from fundapp.applications import drafts, planning, service, versions
from fundapp.config import Settings
from fundapp.core import clock
from fundapp.core.db import db
from fundapp.core.refusals import MoveRefused, Refusal
from fundapp.rounds import service as rounds
from tests.command import environment, run  # noqa: F401  fixtures
from tests.factories import NOW, make_application, make_cast, make_fund, make_round, make_user

PLAN = (
    "takentaal v1.0\n\n# Sluis\n\n## {8000} Study\n\nRead.\n\n## Build\n\n- {2000} Pump\n\n- {1500.50} Door\n"
)


@pytest.fixture
def cast(session):
    return make_cast()


@pytest.fixture
def draft(cast):
    now = clock.now()
    form = rounds.install_form("proposal_form", at=NOW)
    call = make_round(
        cast.fund, form=form, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=5)
    )
    return service.start(call, actor=cast.ana, at=now)


def kept(draft):
    return versions.values(drafts.answers_of(draft.id).values())


def test_plan_becomes_the_milestones(cast, draft):
    total = planning.take_over(draft, PLAN, actor=cast.ana, at=NOW)

    assert total == 1_150_050
    assert kept(draft)["milestones"] == [
        {"title": "Study", "description": "Read.", "amount_cents": 800_000},
        {
            "title": "Build", "description": "- Pump (€2,000)\n- Door (€1,500.50)", "amount_cents": 350_050,
        },
    ]  # fmt: skip


def test_what_goes_out_comes_back_the_same(cast, draft):
    planning.take_over(draft, PLAN, actor=cast.ana, at=NOW)
    before, text = kept(draft)["milestones"], planning.write(draft, kept(draft))

    planning.take_over(draft, text, actor=cast.ana, at=NOW)

    assert kept(draft)["milestones"] == before
    assert planning.write(draft, kept(draft)) == text


def test_faults_have_their_line_and_change_nothing(cast, draft):
    planning.take_over(draft, PLAN, actor=cast.ana, at=NOW)

    with pytest.raises(planning.UnreadablePlan) as refused:
        planning.take_over(draft, "# A\n\n## {about 5} B\n\n## C\n", actor=cast.ana, at=NOW)

    assert {line for line, _fault in refused.value.faults} == {3, 5}
    assert len(kept(draft)["milestones"]) == 2


def test_plan_is_not_for_everybody_nor_for_every_form(cast, draft):
    with pytest.raises(MoveRefused):
        planning.take_over(draft, PLAN, actor=cast.ben, at=NOW)
    with pytest.raises(Refusal, match="asks for no milestones"):
        planning.take_over(make_application(make_round(cast.fund), cast.ana), PLAN, actor=cast.ana, at=NOW)


def test_pages_bring_a_plan_in_and_out(client, cast, draft):
    client.sign_in(cast.ana)
    assert client.post(f"/proposals/{draft.id}/plan", data={"text": "## x"}).status_code == 422

    answer = client.post(f"/proposals/{draft.id}/plan", data={"text": PLAN})

    assert answer.location == f"/proposals/{draft.id}/edit/money?rows=1#a_milestones"
    assert "## {8000} Study" in client.get(f"/proposals/{draft.id}/plan").text
    assert client.get(f"/proposals/{draft.id}/plan.takentaal").text.startswith("takentaal v1.0")
    client.sign_in(cast.ben)
    assert client.get(f"/proposals/{draft.id}/plan").status_code == 404


def test_commands_print_a_plan_and_take_it_over(run, tmp_path, environment):  # noqa: F811
    app = create_app(Settings.load(tmp_path, environment))
    with app.app_context():
        fund, now = make_fund(), clock.now()
        call = make_round(
            fund, form=rounds.install_form("proposal_form", at=NOW), opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=5),
        )  # fmt: skip
        number = service.start(call, actor=make_user(), at=now).id
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    plan, broken = tmp_path / "plan.txt", tmp_path / "broken.txt"
    plan.write_text(PLAN)
    broken.write_text("# A\n\n## {x} B\n")

    assert run("plan", "import", str(number), str(plan)).exit_code == 0
    first = run("plan", "export", str(number))
    plan.write_text(first.stdout)
    assert run("plan", "import", str(number), str(plan)).exit_code == 0
    assert run("plan", "export", str(number)).stdout == first.stdout
    assert "## {8000} Study" in first.stdout

    wrong = run("plan", "import", str(number), str(broken))
    assert (wrong.exit_code, f"{broken}:3:" in wrong.stderr) == (1, True)
    assert run("plan", "export", "2020-01-999").exit_code == 1
