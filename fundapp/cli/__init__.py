"""The `fundapp` command: run it, look after it, take data in and out."""

from importlib import import_module
from pkgutil import iter_modules

import click

from fundapp.cli.start import Faults
from fundapp.core.version import VERSION


@click.group(cls=Faults, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, message="%(version)s")
def main() -> None:
    """Open software on which a fund runs. Settings: FUNDAPP_* over instance/config.toml."""


def collect() -> None:
    """Add every command of this folder: a file lists its own in COMMANDS; groups of one name become one."""
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        for command in getattr(module, "COMMANDS", ()):
            there = main.commands.get(str(command.name))
            if isinstance(there, click.Group) and isinstance(command, click.Group):
                there.commands.update(command.commands)
            else:
                main.add_command(command)


collect()
