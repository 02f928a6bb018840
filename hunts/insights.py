"""The CloudWatch Logs Insights form of a hunt: parameters in their places, as numbers or harmless text."""

import re

from hunts.errors import HuntError
from hunts.model import Question

_NAME = re.compile(r":([a-z_]+)\b")
_HARMLESS = re.compile(r"[\w .,:*@^$()|\[\]-]*")


def statement(question: Question) -> str:
    """Return the hunt's query with `:name` replaced.

    Numbers go in as numbers; text only where it can't end the string or expression around it.
    """

    def put(match: re.Match[str]) -> str:
        name = match[1]
        if name not in question.values:
            return match[0]
        value = question.values[name]
        text = str(value)
        if isinstance(value, str) and not _HARMLESS.fullmatch(text):
            raise HuntError(f"{name}: {text!r} has characters that a Logs Insights query can't take as a value")
        return text

    return _NAME.sub(put, question.hunt.insights).strip()
