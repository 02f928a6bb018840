"""Mistakes that a person can mend; the command line prints their message and no traceback."""


class TrafficError(Exception):
    """What was found, what is required and what to do, in one message."""


class SuricataMissingError(TrafficError):
    """Suricata is not on this machine."""
