"""``python -m traffic``: the command line."""

from traffic.cli import main

if __name__ == "__main__":
    main()
