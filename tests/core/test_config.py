"""Settings: variables over the file, secrets made once, faults that name the setting."""

import stat
from dataclasses import fields
from pathlib import Path

import pytest

from fundapp.config import Settings, SettingsFault


def test_variables_win_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('name = "From the file"\nworkers = 5\n')

    settings = Settings.load(tmp_path, {"FUNDAPP_NAME": "From the environment", "FUNDAPP_THREADS": "7"})

    assert (settings.name, settings.workers, settings.threads) == ("From the environment", 5, 7)


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first, second = Settings.load(tmp_path, {}), Settings.load(tmp_path, {})

    assert (first.secret_key, first.data_key) == (second.secret_key, second.data_key)
    assert first.secret_key != first.data_key
    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600


def test_the_instance_folder_comes_from_its_variable(tmp_path: Path) -> None:
    settings = Settings.load(None, {"FUNDAPP_INSTANCE": str(tmp_path / "deep" / "inside")})

    assert settings.instance == (tmp_path / "deep" / "inside").resolve()
    assert settings.engine_url == f"sqlite:///{settings.instance / 'fundapp.sqlite3'}"


@pytest.mark.parametrize("given", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_postgresql_always_means_the_third_driver(tmp_path: Path, given: str) -> None:
    settings = Settings.load(tmp_path, {"FUNDAPP_DATABASE_URL": given})

    assert settings.engine_url == "postgresql+psycopg://u@h/d"


@pytest.mark.parametrize(
    ("text", "told"),
    [("colour = 1", "colour"), ('workers = "many"', "workers"), ("workers =", "config.toml")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "config.toml").write_text(text)

    with pytest.raises(SettingsFault, match=told):
        Settings.load(tmp_path, {})


def test_every_setting_says_what_it_is() -> None:
    source = Path(__file__).parents[2].joinpath("fundapp/config.py").read_text("utf-8")
    lines = source.splitlines()

    undocumented = [
        field.name
        for field in fields(Settings)
        for number, line in enumerate(lines)
        if line.startswith(f"    {field.name}: ") and not lines[number + 1].strip().startswith('"""')
    ]

    assert undocumented == []
