"""`python -m hunts`: the command line."""

from hunts.cli import main

if __name__ == "__main__":
    main()
