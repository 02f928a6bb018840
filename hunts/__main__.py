"""`python -m hunts`: the command line."""

import sys


def main() -> None:
    """Run it, or say what is missing where only the components are installed."""
    try:
        from hunts.cli import main as run
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the hunts need the package {error.name}, which isn't installed: pip install "
            "'inspected-egress[hunts]', or, in a clone of the repository, make setup"
        )
    run()


if __name__ == "__main__":
    main()
