"""The outbox of letters: read over by other eyes, changed one by one, sent with the release, on paper."""

from datetime import date
from io import BytesIO

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from fundapp.applications.models import Access, Capacity, Level
from fundapp.core import files, jobs
from fundapp.core.db import db
from fundapp.core.refusals import ChangedMeanwhile, MoveRefused, Refusal
from fundapp.decisions import letters, reasons, service, wording
from fundapp.decisions.models import Letter, LetterState, Outcome
from fundapp.funds.models import Regime
from tests.decisions.scene import LATER, Scene, outbox
from tests.factories import NOW, make_conflict
from tests.visitor import Visitor


def drawn(scene: Scene, *, has_read: bool = False, **values: object) -> Letter:
    decision = scene.propose(**values)  # type: ignore[arg-type]
    service.approve(decision, actor=scene.cast.max, at=NOW, has_read=has_read)
    db.session.flush()
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


# --- assembled ---------------------------------------------------------------------------


def test_a_letter_holds_the_fund_s_words_the_standing_reasons_and_the_own_ones(scene: Scene) -> None:
    fund = scene.cast.fund
    reasons.add_reason(
        fund.id, "one-owner", name={"en": "One owner", "nl": "Eén eigenaar"},
        text={"en": "One firm decides.", "nl": "Eén bedrijf beslist."}, actor=scene.cast.sol, at=NOW,
    )  # fmt: skip
    wording.rewrite(
        fund, Outcome.DECLINED, opening={"en": "No to {title}.", "nl": "Nee op {title}."},
        closing={"en": "Try again.", "nl": "Probeer het nog eens."}, actor=scene.cast.sol, at=NOW,
    )  # fmt: skip

    english = drawn(scene, outcome=Outcome.DECLINED, codes=["one-owner"])
    dutch = drawn(scene, application=scene.ben, outcome=Outcome.DECLINED, codes=["one-owner"])

    assert english.body == (
        f"No to {scene.ana.title}.\n\nWhy:\n\n- One firm decides.\n\nIt serves many.\n\nTry again."
    )
    assert ("- Eén bedrijf beslist." in dutch.body, f"Nee op {scene.ben.title}." in dutch.body) == (
        True,
        True,
    )


def test_a_partial_award_says_so(scene: Scene) -> None:
    letter = drawn(scene, amount_cents=900_000)

    assert "You asked for €10,000; below you read why the amount is lower." in letter.body


@pytest.mark.parametrize(
    ("regime", "outcome", "said"),
    [
        (Regime.AWB, Outcome.AWARDED, "you can object to this decision until Tuesday 5 January 2027"),
        (Regime.AWB, Outcome.DECLINED, "you can object to this decision until Tuesday 5 January 2027"),
        (Regime.PRIVATE, Outcome.DECLINED, "ask us until Tuesday 5 January 2027"),
        (Regime.PRIVATE, Outcome.AWARDED, ""),
    ],
)
def test_letters_state_what_can_be_done(scene: Scene, regime: Regime, outcome: Outcome, said: str) -> None:
    scene.cast.fund.legal_regime = regime
    letter = drawn(scene, has_read=True, outcome=outcome)

    service.release(letter.decision, actor=scene.cast.max, at=LATER.replace(day=24))

    body = outbox()[-1].body_text
    assert said in body
    assert bool(said) is ("until" in body)
    assert letter.object_by_on == date(2027, 1, 5)


# --- read over ---------------------------------------------------------------------------


def test_nothing_goes_out_unread(scene: Scene) -> None:
    letter = drawn(scene)

    with pytest.raises(Refusal) as fault:
        service.release(letter.decision, actor=scene.cast.max, at=LATER)
    letters.read_over([(letter, letter.row_version)], actor=scene.cast.sol, at=NOW)
    service.release(letter.decision, actor=scene.cast.max, at=LATER)

    assert fault.value.message == "The letter to Ana Alders has not been read over yet."
    assert (letter.state, letter.read_by, letter.sent_at) == (LetterState.SENT, scene.cast.sol.id, LATER)


def test_whoever_changes_a_letter_is_not_the_one_who_reads_it_over(scene: Scene) -> None:
    letter = drawn(scene, has_read=True)
    letters.edit(
        letter, subject="Yes!", body="Dear Ana, yes.", shown=letter.row_version, actor=scene.cast.sol, at=NOW
    )
    db.session.flush()

    with pytest.raises(MoveRefused):
        letters.read_over([(letter, letter.row_version)], actor=scene.cast.sol, at=NOW)
    letters.read_over([(letter, letter.row_version)], actor=scene.cast.max, at=NOW)
    service.release(letter.decision, actor=scene.cast.max, at=LATER)

    assert (outbox()[-1].subject, "Dear Ana, yes." in outbox()[-1].body_text) == ("Yes!", True)


def test_a_changed_letter_is_not_waved_through(scene: Scene) -> None:
    letter = drawn(scene)
    shown = letter.row_version
    letters.edit(letter, subject="A", body="B", shown=shown, actor=scene.cast.sol, at=NOW)
    db.session.flush()

    with pytest.raises(ChangedMeanwhile):
        letters.read_over([(letter, shown)], actor=scene.cast.max, at=NOW)
    with pytest.raises(ChangedMeanwhile) as fault:
        letters.edit(letter, subject="A", body="Mine", shown=shown, actor=scene.cast.max, at=NOW)

    assert (fault.value.yours, fault.value.theirs) == ("Mine", "B")


def test_a_decision_taken_back_is_written_and_read_anew(scene: Scene) -> None:
    letter = drawn(scene, has_read=True)
    decision = letter.decision
    service.take_back(decision, actor=scene.cast.sol, at=NOW)
    again = scene.propose(to_applicant="Other words.")
    service.approve(again, actor=scene.cast.max, at=NOW, has_read=False)
    db.session.flush()
    db.session.refresh(letter)

    assert (again.id, letter.state, letter.read_by) == (decision.id, LetterState.DRAFT, None)
    assert "Other words." in letter.body


def test_who_joined_after_the_approval_gets_the_same_words(scene: Scene) -> None:
    letter = drawn(scene, has_read=True)
    db.session.add(
        Access(
            application_id=scene.ana.id, user_id=scene.cast.ben.id, capacity=Capacity.CO_APPLICANT,
            level=Level.WRITE, granted_at=NOW,
        )
    )  # fmt: skip
    db.session.expire(scene.ana, ["access"])

    service.release(letter.decision, actor=scene.cast.max, at=LATER)

    assert [one.user_id for one in outbox()] == [scene.cast.ana.id, scene.cast.ben.id]


@pytest.mark.parametrize(
    "change",
    [
        "edited_by = read_by", "state = 'held', read_by = NULL", "state = 'sent'", "sha256 = 'x'",
        "decision_id = decision_id + 1",
    ],
)  # fmt: skip
def test_database_keeps_letters_honest(scene: Scene, change: str) -> None:
    letter = drawn(scene, has_read=True)

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(text(f"UPDATE letter SET {change} WHERE id = {letter.id}"))  # noqa: S608


# --- the pages ---------------------------------------------------------------------------


def test_letters_are_ticked_off_in_the_outbox(scene: Scene, client: Visitor) -> None:
    one, two = drawn(scene), drawn(scene, application=scene.ben)
    path = f"/office/rounds/{scene.round.id}/letters"
    client.sign_in(scene.cast.sol)
    data = {"once": "k", "letters": [one.id, two.id], f"shown-{one.id}": 1, f"shown-{two.id}": 1}
    before = client.get(path).text

    client.post(path, data=data)
    again = client.post(path, data=data)

    assert ("It serves many." in before, "2 to be read over" in before) == (True, True)
    assert (one.state, two.state, again.status_code) == (LetterState.HELD, LetterState.HELD, 302)
    assert "2 held" in client.get(f"{path}?state=held").text


def test_with_a_tie_there_is_no_letter(scene: Scene, client: Visitor) -> None:
    letter = drawn(scene)
    make_conflict(scene.ana, scene.cast.sol)
    client.sign_in(scene.cast.sol)

    codes = [client.get(f"/office/letters/{letter.id}{end}").status_code for end in ("", ".pdf")]

    assert codes == [404, 404]
    assert scene.ana.title not in client.get(f"/office/rounds/{scene.round.id}/letters").text


def test_changing_a_letter_on_its_page(scene: Scene, client: Visitor) -> None:
    letter = drawn(scene, has_read=True)
    client.sign_in(scene.cast.sol)
    path = f"/office/letters/{letter.id}"
    data = {"subject": "Yes", "body": "New words.", "shown": str(letter.row_version)}

    first = client.post(path, data=data)
    late = client.post(path, data={**data, "body": "Late words."})
    empty = client.post(path, data={**data, "body": ""})

    assert (first.status_code, late.status_code, empty.status_code) == (302, 409, 422)
    assert ("Late words." in late.text, "New words." in late.text) == (True, True)
    assert letter.state is LetterState.DRAFT


def test_reasons_and_words_are_kept_on_their_pages(scene: Scene, client: Visitor) -> None:
    base = f"/office/funds/{scene.cast.fund.id}"
    client.sign_in(scene.cast.sol)
    data = {
        "once": "r",
        "code": "late",
        "name_en": "Late",
        "name_nl": "Laat",
        "text_en": "Too late.",
        "text_nl": "Te laat.",
    }
    words = {"opening_en": "No.", "opening_nl": "Nee.", "closing_en": "", "closing_nl": ""}

    made = client.post(f"{base}/reasons/new", data=data)
    taken = client.post(f"{base}/reasons/new", data={**data, "once": "s"})
    client.post(f"{base}/letters/declined", data={**words, "once": "t"})
    page = client.get(f"{base}/letters").text
    (late,) = reasons.reasons_of(scene.cast.fund.id)
    client.post(f"/office/reasons/{late.id}", data={**data, "name_en": "Too late"})
    client.post(f"/office/reasons/{late.id}/end")

    assert (made.status_code, taken.status_code, "own words, version 1" in page) == (302, 422, True)
    assert (late.name["en"], late.ended_at is not None) == ("Too late", True)
    assert client.get(f"/office/reasons/{late.id}").status_code == 200
    assert client.get(f"{base}/letters/awarded").status_code == 200


# --- on paper ----------------------------------------------------------------------------


def test_a_sent_letter_is_kept_on_paper_with_its_hash(scene: Scene, client: Visitor) -> None:
    letter = drawn(scene, has_read=True, application=scene.ben)
    service.release(letter.decision, actor=scene.cast.max, at=LATER)
    db.session.commit()
    client.sign_in(scene.cast.ben)
    before = client.get(f"/letters/{letter.id}.pdf").data

    jobs.run("print-letters", LATER)
    after = client.get(f"/letters/{letter.id}.pdf").data

    db.session.refresh(letter)
    assert before == after
    assert letter.sha256 == db.session.get_one(files.File, letter.file_id).sha256
    said = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(after)).pages).replace("\xa0", " ")
    assert ("Goed nieuws" in said, "Sol Smit" in said) == (True, False)


@pytest.mark.parametrize(("who", "status"), [("ana", 200), ("ben", 404), ("sol", 404)])
def test_a_letter_on_paper_is_for_its_reader(
    app: Flask, scene: Scene, client: Visitor, who: str, status: int
) -> None:
    letter = drawn(scene, has_read=True)
    client.sign_in(scene.cast.ana)
    early = client.get(f"/letters/{letter.id}.pdf").status_code
    service.release(letter.decision, actor=scene.cast.max, at=LATER)
    client.sign_in(getattr(scene.cast, who))

    assert (early, client.get(f"/letters/{letter.id}.pdf").status_code) == (404, status)
