"""`./local net`: the deployed network as namespaces, and commands run in its instances."""

import sys


def main() -> None:
    """Run it, or say what is missing where no more was installed than `make up` needs."""
    try:
        from emulation.cli import main as run
    except ModuleNotFoundError as error:
        sys.exit(f"error: the network needs the package {error.name}, which isn't installed: make setup")
    try:
        run(prog_name="./local net")
    except OSError as error:
        # A folder that is gone, a disk that is full, a network of another user's: what the system says is the reason.
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
