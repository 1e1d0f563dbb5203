"""Which fundapp this is: printed by `fundapp --version` and kept with every report."""

VERSION = "0.1.0"
