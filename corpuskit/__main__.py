"""`python -m corpuskit` is the command line."""

from corpuskit.cli import main

main()
