"""`python -m doorstep` is `doorstep`."""

from doorstep.cli import main

main()
