"""Where templates and migrations stand: beside the package in a checkout, inside it when installed."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def _place(name: str) -> Path:
    # An installed package has strangers for neighbours; only a checkout has its settings beside it.
    is_checkout = (PACKAGE.parent / "pyproject.toml").is_file()
    return PACKAGE.parent / name if is_checkout else PACKAGE / f"_{name}"


TEMPLATES = _place("templates")
MIGRATIONS = _place("migrations")
STATIC = PACKAGE / "static"
TRANSLATIONS = PACKAGE / "translations"
