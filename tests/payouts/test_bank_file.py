"""The payment file: valid, repeatable, and in letters that banks pass on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fundapp.core.bank_letters import for_bank
from fundapp.core.iban import UnusableIban
from fundapp.payouts.bank_file import BankFile, Line, UnusableBatch, write

SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
XSD = etree.XMLSchema(etree.parse(Path(sepaxml.__file__).parent / "schemas/pain.001.001.09.xsd"))
FIRST = Line(
    end_to_end_id="2026-11-001-C1-1",
    creditor_name="Zoë Ångström & Søn",
    iban="DE89 3704 0044 0532 0130 00",
    amount_cents=123456,
    creditor_reference="RF34202611001C1",
)
SECOND = Line(
    "2026-11-002-C1-1",
    "Stichting Ponder",
    "NL91ABNA0417164300",
    4,
    "ABNANL2A",
    remittance="Mijlpaal 2, €0,04",
)
BATCH = BankFile(
    message_id="MEENT-12",
    debtor_name="Meentfonds",
    debtor_iban="NL20INGB0001234567",
    execution_on=date(2026, 12, 1),
    created_at=datetime(2026, 11, 30, 9, 15, 0, tzinfo=timezone(timedelta(hours=1))),
    lines=(FIRST, SECOND),
)


def texts(written, path):
    return etree.fromstring(written).xpath(f"{path}/text()", namespaces=SPACE)


def test_write_is_valid_under_the_schema_of_another_library():
    document = etree.fromstring(write(BATCH))

    assert XSD.validate(document), XSD.error_log


def test_write_says_who_pays_whom_how_much_and_when():
    written = write(BATCH)

    assert texts(written, "//p:GrpHdr/p:MsgId") == ["MEENT-12"]
    assert texts(written, "//p:GrpHdr/p:CreDtTm") == ["2026-11-30T08:15:00Z"]
    assert texts(written, "//p:NbOfTxs") == ["2", "2"]
    assert texts(written, "//p:CtrlSum") == ["1234.60", "1234.60"]
    assert texts(written, "//p:PmtInf/p:PmtInfId") == ["MEENT-12"]
    assert texts(written, "//p:BtchBookg") == ["false"]
    assert texts(written, "//p:ReqdExctnDt/p:Dt") == ["2026-12-01"]
    assert texts(written, "//p:Dbtr/p:Nm") == ["Meentfonds"]
    assert texts(written, "//p:DbtrAcct//p:IBAN") == ["NL20INGB0001234567"]
    assert texts(written, "//p:EndToEndId") == ["2026-11-001-C1-1", "2026-11-002-C1-1"]
    assert texts(written, "//p:InstdAmt") == ["1234.56", "0.04"]
    assert texts(written, "//p:InstdAmt/@Ccy/..") == ["1234.56", "0.04"]
    assert texts(written, "//p:Cdtr/p:Nm") == ["Zoe Angstrom + Son", "Stichting Ponder"]
    assert texts(written, "//p:CdtrAcct//p:IBAN") == ["DE89370400440532013000", "NL91ABNA0417164300"]
    assert texts(written, "//p:CdtrAgt//p:BICFI") == ["ABNANL2A"]


def test_write_carries_either_a_reference_or_words():
    written = write(BATCH)

    assert texts(written, "//p:Strd/p:CdtrRefInf/p:Ref") == ["RF34202611001C1"]
    assert texts(written, "//p:Strd/p:CdtrRefInf/p:Tp/p:CdOrPrtry/p:Cd") == ["SCOR"]
    assert texts(written, "//p:Ustrd") == ["Mijlpaal 2, EUR0,04"]


def test_write_says_the_reference_when_there_are_no_words():
    written = write(replace(BATCH, lines=(replace(SECOND, remittance="🦄"),)))

    assert texts(written, "//p:Ustrd") == ["2026-11-002-C1-1"]


def test_write_names_the_bank_that_it_is_given():
    assert texts(write(replace(BATCH, debtor_bic="TRIONL2U")), "//p:DbtrAgt//p:BICFI") == ["TRIONL2U"]


def test_write_finds_the_funds_bank_from_its_account_or_says_that_it_is_not_known():
    written = write(BATCH)
    unknown = write(replace(BATCH, debtor_iban="VA95994142432834897378"))

    assert texts(written, "//p:DbtrAgt//p:BICFI") == ["INGBNL2A"]
    assert texts(unknown, "//p:DbtrAgt//p:Othr/p:Id") == ["NOTPROVIDED"]
    assert XSD.validate(etree.fromstring(unknown))


def test_write_gives_the_same_bytes_for_the_same_batch():
    assert write(BATCH) == write(replace(BATCH))
    assert write(BATCH) != write(replace(BATCH, message_id="MEENT-13"))


def test_write_knows_its_control_sum():
    assert BATCH.total_cents == 123460


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": ()}, "empty"),
        ({"currency": "USD"}, "currency"),
        ({"message_id": "meent_12"}, "reference"),
        ({"message_id": "M" * 36}, "reference"),
        ({"execution_on": date(2026, 11, 29)}, "date"),
        ({"debtor_name": "🦄"}, "name"),
        ({"lines": (FIRST, FIRST)}, "duplicate"),
        ({"debtor_bic": "NOT A BIC"}, "schema"),
    ],
)
def test_write_refuses_a_batch(changes, code):
    with pytest.raises(UnusableBatch) as refused:
        write(replace(BATCH, **changes))

    assert refused.value.code == code


def test_write_refuses_the_funds_account_when_it_is_wrong():
    with pytest.raises(UnusableIban):
        write(replace(BATCH, debtor_iban="NL91ABNA0417164301"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iban": "DE00370400440532013000"}, "iban"),
        ({"iban": "de89 3704"}, "iban"),
        ({"amount_cents": 0}, "amount"),
        ({"amount_cents": -5}, "amount"),
        ({"amount_cents": True}, "amount"),
        ({"amount_cents": 100_000_000_000}, "amount"),
        ({"creditor_name": ""}, "name"),
        ({"creditor_name": "🦄🦄"}, "name"),
        ({"creditor_reference": "RF35202611001C1"}, "creditor_reference"),
    ],
)
def test_write_refuses_a_line_and_names_it(changes, code):
    with pytest.raises(UnusableBatch) as refused:
        write(replace(BATCH, lines=(replace(FIRST, **changes),)))

    assert (refused.value.code, refused.value.end_to_end_id) == (code, FIRST.end_to_end_id)
    assert refused.value.message.startswith("2026-11-001-C1-1: ")


@pytest.mark.parametrize("reference", ["a b", "", "C1/2", "x" * 36])
def test_write_refuses_a_reference_that_banks_change(reference):
    with pytest.raises(UnusableBatch) as refused:
        write(replace(BATCH, lines=(replace(FIRST, end_to_end_id=reference),)))

    assert refused.value.code == "reference"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Zoë Ångström", "Zoe Angstrom"),
        ("Weiß & Sønner", "Weiss + Sonner"),
        ("€ 5", "EUR 5"),
        ("Жук", "Zhuk"),
        ("测试", "Ce Shi"),
        ("a\x00b\x0bc\u202ed", "abcd"),
        ("<script>x</script>", "scriptx/script"),
        ("//start /x/", "start /x"),
        ("a / / b", "a / b"),
        ("ana@example.org", "ana(at)example.org"),
        ("“quoted”", "'quoted'"),
        ("🦄", ""),
        ("\ud800", ""),
    ],
)
def test_for_bank_transliterates(text, plain):
    assert for_bank(text, 70) == plain


@given(st.text(), st.integers(1, 140))
def test_for_bank_gives_only_letters_that_banks_pass_on(text, longest):
    plain = for_bank(text, longest)

    assert len(plain) <= longest
    assert set(plain) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
    assert "//" not in plain
    assert plain == plain.strip(" /")


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=90), st.text(max_size=160), st.integers(1, 99_999_999_999))
def test_write_is_valid_for_any_name_words_and_amount(name, words, cents):
    line = Line("C1-1", f"A {name}", "NL91ABNA0417164300", cents, remittance=words)
    batch = replace(BATCH, lines=(line,), created_at=datetime(2026, 11, 30, tzinfo=UTC))

    assert XSD.validate(etree.fromstring(write(batch)))
