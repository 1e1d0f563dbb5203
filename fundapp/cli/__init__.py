"""The `fundapp` command: run it, look after it, take data in and out."""

import click

from fundapp.cli import data, people, running
from fundapp.cli.start import Faults
from fundapp.core.version import VERSION


@click.group(cls=Faults, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="%(version)s")
def main() -> None:
    """Open software on which a fund runs. Settings: FUNDAPP_* over instance/config.toml."""


for command in (*running.COMMANDS, *people.COMMANDS, *data.COMMANDS):
    main.add_command(command)
