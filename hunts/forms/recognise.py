"""Which form a file has, by what it holds."""

import io
import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from hunts.forms import (
    Form,
    NotALogError,
    UnreadableError,
    capture,
    json_values,
    lines,
    log_of,
    parquet,
    pieces,
    splunk,
    vpc_flow_logs,
    zeek,
)
from hunts.forms.behind import behind
from hunts.forms.containers import container
from hunts.forms.content import GZIP, encoding, layers
from hunts.forms.envelopes import records
from hunts.forms.flows import is_timed
from hunts.forms.inspected import is_inspected

AS_IT_IS = Form("AWS records, a line each")
_JSON = Form(
    "JSON",
    lambda content: (
        found for each in pieces.values(json_values.values(content.chunks(), _words)) for found in records(each)
    ),
)
_PREFIXED = Form("JSON behind a time or a name, a line each", lines.prefixed)
_CSV = Form("CSV with messages", lines.table)
_SPLUNK = Form("Splunk's results as XML", splunk.results)
_ZEEK = Form("Zeek's table", zeek.table)
_FLOW_LOG = Form("VPC Flow Logs", vpc_flow_logs.table)
_PARQUET = Form("Parquet", table=parquet.table)
_ROWS = Form("Parquet", parquet.rows)
_CAPTURE = Form("packets", capture.records)
_LOOKED_AT = 20
_KEYS = "event|firewall_name|availability_zone|event_timestamp|query_name|query_timestamp|version"
_BEGINS = re.compile(rf'\{{\s*"({_KEYS})"\s*:')


def recognise(path: Path, start: bytes) -> Form:
    """Return the form of a file whose content begins so. Raises NotALogError with the reason where it has none."""
    if not start:
        if layers(path):
            raise UnreadableError("damaged: it is compressed, and can't be opened")
        raise NotALogError("empty")
    if capture.is_capture(start):
        return _CAPTURE
    if start.startswith(b"PAR1"):
        return _PARQUET if parquet.is_known(path) else _ROWS
    if why := container(start):
        raise UnreadableError(why)
    coded = encoding(start)
    text = start.decode(coded, errors="replace")
    begins = text.lstrip("\ufeff \t\r\n\x00\x1e")
    if not begins:
        raise NotALogError("nothing but white space")
    plain = _is_utf8(coded, text) and layers(path) in ([], [GZIP]) and not start.startswith((b"\x00", b"\x1e"))
    if begins.startswith(("#separator", "#fields")):
        return _ZEEK
    if begins[0] in "{[":
        return AS_IT_IS if plain and begins.startswith("{") and _are_lines(begins) else _JSON
    if any(char < " " and char not in "\t\r\n\x1b" for char in begins[:1000]):
        # Lines of logs may well lie in it, as in an archive that isn't compressed: never a part for the whole.
        raise UnreadableError("no text, and no capture or Parquet either")
    if splunk.is_results(begins):
        return _SPLUNK
    if lines.delimiter(begins):
        return _CSV
    first = [line for line in begins.split("\n") if line.strip()][:_LOOKED_AT]
    if vpc_flow_logs.is_head(first[0]):
        return _FLOW_LOG
    return _by_lines(text, first, plain=plain)


def _is_utf8(coded: str, text: str) -> bool:
    """Tell whether all records are UTF-8; a line that isn't and is no record either is named by whoever reads it."""
    if coded == "cp1252":
        return not any(_reads(line) for line in text.split("\n") if not line.isascii())
    return coded == "utf-8"


def _by_lines(text: str, first: list[str], *, plain: bool) -> Form:
    """Judge a text that begins with something else: bad lines among good ones, or a word before each record."""
    whole = [line for line in first if line.lstrip().startswith("{") and _is_aws(line)]
    if whole:
        return AS_IT_IS if plain else _JSON
    if any(map(pieces.is_piece, first)) or any(
        _is_record(value) for value in itertools.islice(behind(io.StringIO(text)), _LOOKED_AT)
    ):
        return _PREFIXED
    if why := vpc_flow_logs.nameless(first[0]):
        raise NotALogError(why)
    shown = text.lstrip()[:40].split("\n")[0]
    raise NotALogError(f"no log records: it begins with {shown!r}")


def _are_lines(text: str) -> bool:
    """Tell whether a text has AWS's records, one a line, as DuckDB reads them itself."""
    seen = [line for line in text.split("\n") if line.strip()]
    if len(seen) == 1 and "\n" not in text and _BEGINS.match(text) and _value(text) is None and not _other(text):
        # One line that is longer than what was looked at, or breaks off: whoever reads it says so.
        return True
    # A record of ours is read everywhere, one of another form only where somebody looks for it: one is enough to look.
    return any(map(_is_aws, seen)) and not any(map(_other, seen))


def _is_aws(line: str) -> bool:
    value = _value(line)
    if not isinstance(value, dict) or (isinstance(value.get("event"), dict) and is_inspected(value)):
        return False
    return isinstance(value.get("query_name"), str) or (isinstance(value.get("event"), dict) and is_timed(value))


def _other(line: str) -> bool:
    """Tell whether a line is whole, and a record of a form that has to be read by ourselves; or several in one."""
    value = _value(line)
    if value is None and not line.lstrip().startswith("{"):
        return _behind(line)
    if value is None:
        return any(not isinstance(found, NotALogError) for found in _found(line))
    return not _is_aws(line) and _reads(line)


def _behind(line: str) -> bool:
    """Tell whether words stand before a record."""
    return any(_is_record(value) for value in _words(line))


def _words(line: str) -> Iterator[object]:
    """Yield what stands behind the words of a line among JSON: whoever writes one file from two has such."""
    return behind([line])


def _value(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _reads(line: str) -> bool:
    return _is_record(_value(line))


def _is_record(value: object) -> bool:
    return any(not isinstance(found, NotALogError) and log_of(found) for found in records(value))


def _found(line: str) -> list[object]:
    """Return what two values on one line are; a value that breaks off is none."""
    decoder = json.JSONDecoder()
    try:
        value, end = decoder.raw_decode(line.lstrip())
        decoder.raw_decode(line.lstrip()[end:].lstrip())
    except (ValueError, RecursionError):
        return []
    return [found for found in records(value) if not isinstance(found, NotALogError)]
