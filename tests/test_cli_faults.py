"""What somebody types wrongly is answered with one clear line, never with a traceback."""

from pathlib import Path

import pytest

from fundapp import create_app
from fundapp.config import Settings
from fundapp.core.db import db
from tests.command import Run
from tests.factories import make_fund, make_round

pytestmark = pytest.mark.usefixtures("there")


@pytest.fixture
def there(environment: dict[str, str]) -> None:
    """Put a fund with a round into that installation."""
    with create_app(Settings.load(None, environment)).app_context():
        make_round(make_fund("commons"), slug="first-call")
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("users", "add", "not-an-address", "--name", "A"), 1, "'not-an-address' is not an address"),
        (("applications", "show", "9" * 20), 1, "no application '9999"),
        (("rounds", "clone", "first-call", "bad slug!"), 2, "small letters, figures and hyphens"),
        (
            ("export", "applications", "--round", "first-call", "--output", "/none/x.csv"),
            1,
            "/none/x.csv.part: No",
        ),
        (("form", "export", "first-call", "--output", "/none/x.yaml"), 1, "/none/x.yaml"),
        (("backup", "/none/fund.tar"), 1, "No such file or directory"),
    ],
)
def test_a_fault_is_one_line(run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    result = run(*words)

    assert (result.exit_code, told in result.output) == (code, True), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_a_folder_that_may_not_be_written_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    result = run(
        "export", "applications", "--round", "first-call", "--output", str(tmp_path / "file" / "x.csv")
    )

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Not a directory" in result.output
