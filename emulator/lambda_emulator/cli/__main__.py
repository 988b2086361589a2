"""`python -m lambda_emulator.cli`: the command line where no script is installed."""

from lambda_emulator.cli import main

main()
