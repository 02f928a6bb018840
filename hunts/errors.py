"""The one error that the command line shows as a message instead of a traceback."""


class HuntError(Exception):
    """Something that the user can put right: the message says what was found, what is required and what to do."""
