"""`python -m fundapp` is the console command."""

from fundapp.cli import main

main()
