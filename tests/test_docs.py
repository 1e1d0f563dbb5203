"""The documents say what is: settings, commands, pictures and links."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from fundapp.cli import main
from fundapp.config import Settings
from fundapp.core.workflow import FLOWS
from fundapp.demo import play
from fundapp.demo.cast import PASSWORD

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")] + sorted((ROOT / "docs").glob("*.md"))
LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)[^)]*\)")
SECRET = {"secret_key", "data_key", "old_data_keys", "mark_key"}  # made at the first start, set by nobody
INTERNAL = {"testing", "key_is_given"}


def rows(heading: str) -> list[list[str]]:
    """Give the cells of the table under one heading of the README."""
    section = re.split(r"^## ", README.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def settings_table() -> dict[str, str]:
    return {row[0].strip("`"): row[1].strip("`") for row in rows("Settings")}


def test_readme_lists_every_setting():
    wanted = {field.name for field in fields(Settings)} - SECRET - INTERNAL

    assert set(settings_table()) == wanted


def test_readme_gives_the_real_defaults():
    real = {
        field.name: str(field.default) for field in fields(Settings) if isinstance(field.default, str | int)
    }

    told = {name: default for name, default in settings_table().items() if name in real}

    assert told == {name: real[name] for name in told}


def commands() -> set[str]:
    """Give every command with its subcommand, as it is typed."""
    found = set()
    for name, command in main.commands.items():
        inner = getattr(command, "commands", None)
        found |= {f"{name} {sub}" for sub in inner} if inner else {name}
    return found


def test_readme_lists_every_command():
    name = re.compile(r"`fundapp ([a-z0-9 -]+?)(?: [A-Z\[-]|`)")
    told = {name.match(row[0] + "`") for row in rows("The command line")}

    assert {match[1].strip() for match in told if match} == commands()


def test_readme_tells_the_demo_logins():
    told = {(row[0], row[2]) for row in rows("Signing in to the demo")}

    assert told == {(f"`{way.role}`", f"`{way.email}`") for way in play.logins()}
    assert f"`{PASSWORD}`" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    targets = LINK.findall(document.read_text("utf-8"))

    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_pictures_are_all_shown_and_light():
    pictures = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    shown = set(re.findall(r"docs/pictures/([\w-]+\.png)", README))

    assert {picture.name for picture in pictures} == shown
    assert [picture.name for picture in pictures if picture.stat().st_size > 150 * 1024] == []


def test_workflow_table_names_every_state():
    told = (
        (ROOT / "docs" / "architecture.md")
        .read_text("utf-8")
        .partition("## Workflows")[2]
        .partition("## ")[0]
    )
    states = {state.value.replace("_", " ") for flow in FLOWS for state in flow.column.type.enum_class}

    assert {state for state in states if state not in told} - {
        "incomplete",
        "invited",
        "deferred",
        "merged",
    } == set()


def test_config_example_can_be_used():
    running = (ROOT / "docs" / "running.md").read_text("utf-8")
    example = tomllib.loads(running.partition("```toml\n")[2].partition("```")[0])

    assert set(example) <= {field.name for field in fields(Settings)}
