"""`python -m fundapp` is the console command."""

import sys

try:
    from fundapp.cli import main

    main(prog_name="fundapp")
except KeyboardInterrupt:  # before there was anybody to hear it
    sys.exit(130)
