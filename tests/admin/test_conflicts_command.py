"""`fundapp conflicts check` on an instance of its own."""

from click.testing import CliRunner

from fundapp.cli import main


def test_check_says_what_it_looked_at(monkeypatch, tmp_path):
    monkeypatch.setenv("FUNDAPP_INSTANCE", str(tmp_path))

    done = CliRunner().invoke(main, ["conflicts", "check"])

    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "0 of 0 pairs, 0 pages, 0 leaks")
