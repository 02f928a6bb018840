"""`python -m hunts`: the command line."""

import signal
import sys


def main() -> None:
    """Run it, or say what is missing where only the components are installed."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A time limit or a closed terminal ends it as Ctrl-C does: what was read of the logs doesn't stay on the disk.
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)
    try:
        from hunts.cli import main as run
    except ModuleNotFoundError as error:
        sys.exit(
            f"error: the hunts need the package {error.name}, which isn't installed: pip install "
            "'inspected-egress[hunts]', or, in a clone of the repository, make setup"
        )
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
