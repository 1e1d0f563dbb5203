"""Where templates and migrations stand: beside the package in a checkout, inside it when installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _place(name: str) -> Path:
    checkout = PACKAGE.parent / name
    # An installed package has neighbours of its own; only a checkout has its settings beside it.
    return checkout if (PACKAGE.parent / "pyproject.toml").is_file() and checkout.is_dir() else PACKAGE / f"_{name}"


TEMPLATES = _place("templates")
MIGRATIONS = _place("migrations")
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
