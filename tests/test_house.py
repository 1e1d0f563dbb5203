"""The house rules that tools check, and that a built package is whole."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("check", ["format", "ruff", "mypy", "imports", "templates"])
def test_check_finds_nothing(check):
    command = [ROOT / "script" / "check", check]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package as it would be published, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def files(folder: Path) -> set[str]:
    """List the files of a folder, without what Python makes beside them."""
    found = [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    return {path.relative_to(folder).as_posix() for path in found}


def test_wheel_carries_every_file(wheel):
    kept = {"fundapp": "fundapp", "templates": "fundapp/_templates", "migrations": "fundapp/_migrations"}

    packed = set(ZipFile(wheel).namelist())

    wanted = {f"{inside}/{path}" for folder, inside in kept.items() for path in files(ROOT / folder)}
    assert wanted - packed == set()


def test_installed_package_migrates_and_answers(wheel, tmp_path):
    ZipFile(wheel).extractall(tmp_path / "site")
    instance = tmp_path / "instance"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path / "site"),
        "FUNDAPP_INSTANCE": str(instance),
    }
    script = (
        "import fundapp, fundapp.core.places as places, pathlib;"
        "assert pathlib.Path(fundapp.__file__).parents[1] == places.TEMPLATES.parents[1], places.TEMPLATES;"
        "print(fundapp.create_app().test_client().get('/healthz').status_code)"
    )

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *arguments]
        options = {"cwd": tmp_path, "env": environment, "capture_output": True, "text": True}
        return subprocess.run(command, check=False, **options)

    migrated = run("-m", "fundapp", "migrate")
    answered = run("-c", script)

    assert migrated.returncode == 0, migrated.stderr
    assert (instance / "fundapp.sqlite3").exists()
    assert answered.stdout.strip() == "200", answered.stderr
