"""All applications of a round in one file: complete, safe to open, and without what is not theirs."""

import csv
import io
import json

import openpyxl
import pytest

from fundapp.applications.models import ApplicationState
from fundapp.applications.queries import seen
from fundapp.core.db import db
from fundapp.reports.export import export_applications
from tests.factories import make_application, make_conflict


def exported(round, format, **options):
    """Give (number, bytes) of an export."""
    out = io.BytesIO()
    return export_applications(round, format, out, **options), out.getvalue()


def records(round, format):
    """Read an export back as dictionaries."""
    _number, made = exported(round, format)
    if format == "json":
        return json.loads(made)["applications"]
    if format == "csv":
        return list(csv.DictReader(io.StringIO(made.decode())))
    rows = list(openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_export_holds_every_application_but_drafts(story, format):
    make_application(story.round, story.cast.ben, state=ApplicationState.DRAFT)
    db.session.commit()

    found = records(story.round, format)

    assert [one["code"] for one in found] == sorted(
        a.code for a in (story.funded, story.declined, story.withdrawn)
    )
    assert [float(one["requested"]) for one in found] == [10_000.0, 20_000.0, 5_000.0]
    assert [one["state"] for one in found] == ["awarded", "declined", "withdrawn"]
    assert float(found[0]["awarded"]) == 8_000.0


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_export_carries_the_answers(story, format):
    found = records(story.round, format)

    assert found[0]["answer_abstract"].startswith("What project")


def test_export_counts_what_it_wrote(story):
    assert [exported(story.round, format)[0] for format in ("csv", "xlsx", "json")] == [3, 3, 3]


def test_export_cannot_be_made_to_run_anything(story):
    story.funded.title = '=HYPERLINK("http://evil","x")'
    db.session.commit()
    _number, made = exported(story.round, "xlsx")

    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(made)).active.iter_rows() for cell in row]

    assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == []
    assert records(story.round, "csv")[0]["title"] == '\'=HYPERLINK("http://evil","x")'


def test_export_leaves_out_what_a_tie_bars(story):
    make_conflict(story.funded, story.cast.sol)

    number, made = exported(story.round, "csv", only=seen(story.cast.sol))

    assert number == 2
    assert story.funded.code not in made.decode()


def test_export_reads_row_by_row(story, count_statements):
    for _ in range(30):
        make_application(story.round, story.cast.ben)
    db.session.commit()
    story.round.stage.form.definition, story.round.stage.rubric.criteria, story.round.fund.zone  # noqa: B018 load first

    with count_statements() as seen_statements:
        number, _made = exported(story.round, "json")

    assert number == 33
    assert len(seen_statements) == 1


def test_other_formats_are_refused(story):
    with pytest.raises(ValueError, match="pdf"):
        exported(story.round, "pdf")


def test_hostile_text_survives_every_format(story):
    story.funded.title = 'a\x00b\u202ec "quoted", \n new line; שלום 🚀'
    if db.engine.dialect.name == "postgresql":
        story.funded.title = story.funded.title.replace("\x00", "")
    db.session.commit()

    for format in ("csv", "xlsx", "json"):
        title = records(story.round, format)[0]["title"]
        assert "שלום 🚀" in title
        assert '"quoted"' in title
