"""Splunk's results as XML: the events in the `_raw` of each, or fields as columns.

Source: the output mode `xml` of search/jobs/results and search/jobs/export in Splunk's REST API reference.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from hunts.forms import NotALogError, Record, UnreadableError
from hunts.forms.content import LONGEST, Content
from hunts.forms.envelopes import records

_BEGIN, _END = re.compile(r"<result[\s>]"), "</result>"


def is_results(start: str) -> bool:
    """Tell whether a text that begins like this is an answer of Splunk's."""
    return start.startswith(("<?xml", "<results", "<response")) and "<results" in start


def results(content: Content) -> Iterator[Record | NotALogError]:
    """Yield the records of the results; an export is several documents, one behind the other."""
    for text in _elements(content.chunks()):
        if len(text) > LONGEST:
            yield UnreadableError("a result longer than 16 MiB")
            continue
        try:
            element = ET.fromstring(text)  # noqa: S314 - one element has no DTD, so no entities of its own
        except ET.ParseError as error:
            yield NotALogError(f"half a result: {error}")
            continue
        fields = {str(each.get("k")): "".join(each.itertext()).strip() for each in element.iterfind("field")}
        yield from records(fields)


def _elements(pieces: Iterable[str]) -> Iterator[str]:
    """Yield each result as it stands in the text, also where the last one breaks off."""
    text = ""
    for piece in pieces:
        text += piece
        *whole, text = text.split(_END)
        for each in whole:
            if begin := _BEGIN.search(each):
                yield each[begin.start() :] + _END
        if len(text) > LONGEST:
            yield text
            text = ""
    if begin := _BEGIN.search(text):
        yield text[begin.start() :]
