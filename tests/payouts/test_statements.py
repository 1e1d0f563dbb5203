"""What the bank sends back: every line held against its payment, nothing booked twice."""

import io
from pathlib import Path

import pytest
from flask import current_app
from sqlalchemy import func, select

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from fundapp.core.refusals import Refusal
from fundapp.funds.models import Account, Posting
from fundapp.funds.queries import own_account
from fundapp.payouts import bank_answers, ledger_proof, statements
from fundapp.payouts.bank_answers import UnreadableAnswer
from fundapp.payouts.models import BatchState, ClaimState, LineState, PaymentState
from tests.factories import NOW, make_cast, make_conflict
from tests.payouts.answers import BOTH, camt, entry, pain002
from tests.payouts.scene import IBAN, OTHER_IBAN, TODAY, make_scene

SAMPLES = Path(__file__).parents[3] / "shared/standards/iso20022/samples"


@pytest.fixture
def scene(app):
    return make_scene()


def ours(scene):
    return own_account(scene.cast.fund.id).iban


def take(content, **options):
    options = {"actor": None, "at": NOW, **options}
    return statements.take_in(content, name="s.xml", settings=current_app.config["SETTINGS"], **options)


def lines(taken):
    return [(line.state, line.why) for one in taken for line in one.statement.lines]


def postings():
    return db.session.scalar(select(func.count(Posting.id)))


@pytest.mark.parametrize("version", BOTH)
def test_statement_pays_what_it_names(scene, version):
    payment = scene.ordered()
    told = entry("5000.00", payment.end_to_end_id, on=TODAY, iban=IBAN, version=version)

    taken = take(camt(told, iban=ours(scene), version=version))

    assert lines(taken) == [(LineState.MATCHED, "")]
    assert (payment.state, payment.paid_on, payment.claim.state) == (
        PaymentState.PAID,
        TODAY,
        ClaimState.PAID,
    )
    assert payment.batch.state is BatchState.SETTLED
    assert scene.cents(Account.BANK) == -500_000


def test_same_statement_twice_books_once(scene):
    payment = scene.ordered()
    content = camt(entry("5000.00", payment.end_to_end_id, on=TODAY), iban=ours(scene))
    take(content)
    before = postings()

    again = take(content)

    assert [one.is_new for one in again] == [False]
    assert postings() == before


def test_same_entry_in_a_later_statement_is_known(scene):
    payment = scene.ordered()
    told = entry("5000.00", payment.end_to_end_id, on=TODAY, ref="B1")
    take(camt(told, iban=ours(scene)))
    before = postings()

    later = take(camt(told, iban=ours(scene), id="2026-230"))

    assert lines(later) == [(LineState.KNOWN, "")]
    assert postings() == before


@pytest.mark.parametrize(
    ("amount", "iban", "said"),
    [
        ("4999.99", IBAN, "another amount"),
        ("5000.01", IBAN, "another amount"),
        ("5000", OTHER_IBAN, "another account"),
    ],
)
def test_what_is_not_what_we_ordered_is_shown_and_not_booked(scene, amount, iban, said):
    payment = scene.ordered()
    before = postings()

    taken = take(camt(entry(amount, payment.end_to_end_id, on=TODAY, iban=iban), iban=ours(scene)))

    ((state, why),) = lines(taken)
    assert state is LineState.UNMATCHED
    assert said in why
    assert (payment.state, postings()) == (PaymentState.ORDERED, before)


def test_unknown_reference_and_money_in_are_shown(scene):
    told = entry("12.00", "NOBODY-1", on=TODAY) + entry("250.00", on=TODAY, side="CRDT")

    assert [state for state, _why in lines(take(camt(told, iban=ours(scene))))] == [LineState.UNMATCHED] * 2


def test_pending_entries_wait(scene):
    payment = scene.ordered()

    taken = take(camt(entry("5000", payment.end_to_end_id, on=TODAY, status="PDNG"), iban=ours(scene)))

    assert lines(taken) == []
    assert payment.state is PaymentState.ORDERED


def test_money_that_comes_back_makes_the_claim_payable_again(scene):
    payment = scene.ordered()
    out = entry("5000.00", payment.end_to_end_id, on=TODAY)
    back = entry("5000.00", payment.end_to_end_id, on=TODAY, side="CRDT", reason="AC04")

    taken = take(camt(out + back, iban=ours(scene)))

    assert [state for state, _why in lines(taken)] == [LineState.MATCHED, LineState.RETURNED]
    assert (payment.state, payment.claim.state) == (PaymentState.RETURNED, ClaimState.APPROVED)
    assert (scene.cents(Account.BANK), scene.cents(Account.APPROVED)) == (0, 500_000)


def test_part_that_comes_back_is_left_to_people(scene):
    payment = scene.paid()

    taken = take(
        camt(entry("10", payment.end_to_end_id, on=TODAY, side="CRDT", reason="X"), iban=ours(scene))
    )

    ((state, why),) = lines(taken)
    assert (state, why) == (LineState.UNMATCHED, "only a part came back")
    assert payment.state is PaymentState.PAID


def test_run_booked_in_one_sum_pays_every_payment(scene):
    first = scene.listed(scene.asked(1))
    second = scene.ordered(scene.asked(2))
    told = entry("8000.00", on=TODAY, batch=first.batch.message_id)

    taken = take(camt(told, iban=ours(scene)))

    assert [state for state, _why in lines(taken)] == [LineState.MATCHED] * 2
    assert {first.state, second.state} == {PaymentState.PAID}


def test_run_of_another_sum_is_not_booked(scene):
    payment = scene.ordered()

    taken = take(camt(entry("1.00", on=TODAY, batch=payment.batch.message_id), iban=ours(scene)))

    assert lines(taken)[0][0] is LineState.UNMATCHED
    assert payment.state is PaymentState.ORDERED


def test_statement_of_another_account_is_refused(scene):
    with pytest.raises(Refusal, match="another account"):
        take(camt("", iban="DE02120300000000202051"))


def test_statement_of_another_fund_is_refused_on_this_page(scene):
    other = make_cast()

    with pytest.raises(Refusal, match="another account"):
        take(camt("", iban=ours(scene)), fund=other.fund)


def test_other_currency_is_shown_and_not_booked(scene):
    payment = scene.ordered()

    taken = take(camt(entry("5000", payment.end_to_end_id, on=TODAY, currency="SEK"), iban=ours(scene)))

    assert "currency" in lines(taken)[0][1]
    assert payment.state is PaymentState.ORDERED


@pytest.mark.parametrize("version", ["03", "10"])
def test_status_report_returns_what_the_bank_refused(scene, version):
    payment = scene.ordered()

    taken = take(pain002(payment.batch.message_id, (payment.end_to_end_id, "RJCT"), version=version))

    assert lines(taken) == [(LineState.RETURNED, "AC04 Closed")]
    assert (payment.state, payment.claim.state) == (PaymentState.RETURNED, ClaimState.APPROVED)


def test_status_report_books_nothing_for_what_is_on_its_way(scene):
    payment = scene.ordered()

    taken = take(pain002(payment.batch.message_id, (payment.end_to_end_id, "ACSC")))

    assert lines(taken) == [(LineState.NOTED, "")]
    assert payment.state is PaymentState.ORDERED


def test_file_refused_as_a_whole_returns_all_of_it(scene):
    first = scene.listed(scene.asked(1))
    second = scene.ordered(scene.asked(2))

    take(pain002(first.batch.message_id, status="RJCT"))

    assert {first.state, second.state} == {PaymentState.RETURNED}


def test_report_about_a_strange_file_is_refused(scene):
    with pytest.raises(Refusal, match="not ours"):
        take(pain002("STRANGE-1", ("X", "RJCT")))


def test_report_taken_in_twice_returns_once(scene):
    payment = scene.ordered()
    content = pain002(payment.batch.message_id, (payment.end_to_end_id, "RJCT"))
    take(content)
    before = postings()

    assert [one.is_new for one in take(content)] == [False]
    assert postings() == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no XML"),
        (b"<a>", "no XML"),
        (b"<a/>", "no statement"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        (b'<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (b"\x00" * 50, "no XML"),
    ],
)
def test_what_is_no_answer_of_a_bank_is_refused_in_words(app, content, said):
    with pytest.raises(UnreadableAnswer, match=said):
        bank_answers.read(content)


@pytest.mark.parametrize("amount", ["1.005", "-5", "NaN", "1e400", "lots", ""])
def test_amounts_are_whole_cents(app, amount):
    with pytest.raises(UnreadableAnswer):
        bank_answers.read(camt(entry(amount, "X", on=TODAY), iban=IBAN))


def test_statement_that_does_not_add_up_is_refused(app):
    with pytest.raises(UnreadableAnswer, match="does not add up"):
        bank_answers.read(camt(entry("1.00", "X", on=TODAY), iban=IBAN, opening="10.00", closing="9.50"))


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples are not beside this checkout")
def test_samples_are_read_or_refused_in_words(app):
    told = {}
    for path in sorted(SAMPLES.glob("*.xml")):
        try:
            told[path.name] = bank_answers.read(path.read_bytes())
        except UnreadableAnswer as fault:
            told[path.name] = str(fault)

    many = told["camt053.v2.multi.statement.xml"]
    assert [[entry.cents for entry in one.entries] for one in many] == [[885], [-700]]
    assert "no statement" in told["generated-pain.001.001.09.xml"]
    assert "add up" in told["camt053.v2.five.decimals.xml"]  # five cents are missing in it
    assert [one.status for one in told["own-pain.002.001.10-partial.xml"].verdicts] == [
        "ACSC",
        "RJCT",
        "PDNG",
    ]


# --- the proof -------------------------------------------------------------------


def test_ledger_is_proved_after_all_that_can_happen(scene):
    payment = scene.paid()
    back = entry("5000.00", payment.end_to_end_id, on=TODAY, side="CRDT", reason="AC04")
    take(camt(back, iban=ours(scene)))

    proof = ledger_proof.prove(scene.cast.fund)

    assert proof.faults == []
    assert proof.checks > 5


def test_proof_finds_money_that_is_not_where_its_payment_says(scene, session):
    payment = scene.paid()
    row = session.scalar(select(Posting).where(Posting.payment_id == payment.id, Posting.event == "pay"))
    session.add(
        Posting(
            fund_id=row.fund_id, key="forged", event="pay", booked_on=row.booked_on, at=NOW, debit=row.debit,
            credit=row.credit, amount_cents=1, contribution_id=row.contribution_id, award_id=row.award_id,
            round_id=row.round_id, payment_id=row.payment_id,
        )
    )  # fmt: skip
    session.flush()

    proof = ledger_proof.prove(scene.cast.fund)

    assert any("stands at -1" in fault for fault in proof.faults)
    assert any(payment.end_to_end_id in fault for fault in proof.faults)


# --- pages and commands ------------------------------------------------------------


def upload(client, scene, content):
    url = f"/ledger/{scene.cast.fund.id}/statements"
    return client.post(url, data={"file": (io.BytesIO(content), "statement.xml")})


def test_finance_takes_a_statement_in_and_sees_its_lines(client, scene):
    payment = scene.ordered()
    client.sign_in(scene.cast.fin)
    content = camt(
        entry("5000.00", payment.end_to_end_id, on=TODAY) + entry("3.00", "STRANGE", on=TODAY),
        iban=ours(scene),
    )

    page = client.get(upload(client, scene, content).location)
    again = client.get(upload(client, scene, content).location)

    assert payment.end_to_end_id in page.text
    assert "No match" in page.text
    assert "1 line is booked." in page.text
    assert "taken in before" in again.text


def test_bad_file_is_told_beside_the_field(client, scene):
    client.sign_in(scene.cast.fin)

    page = upload(client, scene, b"<html/>")

    assert page.status_code == 422
    assert "no statement (camt.053)" in page.text


def test_auditor_reads_statements_and_manager_does_not(client, scene):
    (taken,) = take(camt("", iban=ours(scene)))
    db.session.flush()
    client.sign_in(scene.cast.aud)
    assert client.get(f"/statements/{taken.statement.id}").status_code == 200
    assert upload(client, scene, b"x").status_code == 403

    client.sign_in(scene.cast.sol)
    assert client.get(f"/statements/{taken.statement.id}").status_code == 404


def test_line_of_a_project_one_has_a_tie_to_loses_its_name(client, scene):
    payment = scene.ordered()
    (taken,) = take(camt(entry("5000.00", payment.end_to_end_id, on=TODAY), iban=ours(scene)))
    make_conflict(scene.award.application, scene.cast.fin)
    client.sign_in(scene.cast.fin)

    page = client.get(f"/statements/{taken.statement.id}")

    assert payment.end_to_end_id not in page.text
    assert "5,000" in page.text


def test_commands_prove_write_out_and_list(run, environment, tmp_path):
    app = create_app(Settings.load(None, environment))
    with app.app_context():
        scene = make_scene()
        payment = scene.ordered()
        number, account, slug = payment.batch.message_id, ours(scene), scene.cast.fund.slug
        content = camt(entry("5000.00", payment.end_to_end_id, on=TODAY), iban=account)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    (tmp_path / "s.xml").write_bytes(content)

    listed = run("batches", "list")
    file = run("batches", "file", number, "--output", str(tmp_path / "b.xml"))
    first, again = (run("statements", "import", str(tmp_path / "s.xml")) for _time in range(2))
    proved = run("ledger", "verify")
    wrote = run("ledger", "export", "--fund", slug, "--output", str(tmp_path / "l.csv"))

    assert listed.stdout == f"{number}\treleased\t1\t500000\n"
    assert file.exit_code == 0
    assert (tmp_path / "b.xml").read_bytes().startswith(b"<?xml")
    assert first.stdout.splitlines()[0].startswith("matched\t")
    assert "1 matched" in first.stdout
    assert again.stdout.startswith("known\t")
    assert proved.exit_code == 0
    assert "proved" in proved.stdout
    assert wrote.exit_code == 0
    assert (tmp_path / "l.csv").read_text("utf-8").startswith("id,at,booked_on,event")
