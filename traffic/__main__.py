"""`python -m traffic`: the command line."""

import sys


def main() -> None:
    """Run it, or say what is missing where only the components are installed."""
    try:
        from traffic.cli import main as run
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: traffic needs the package {error.name}, which isn't installed: pip install "
            "'inspected-egress[simulator]', or, in a clone of the repository, make setup"
        )
    run()


if __name__ == "__main__":
    main()
