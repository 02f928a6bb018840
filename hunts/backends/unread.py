"""Names the lines that an answer had to leave out, so that somebody can look at them."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from hunts.backends.sources import LONGEST, whole
from hunts.forms.flows import epoch
from hunts.forms.inspected import is_inspected
from hunts.model import Unread

_NAMED = 5
_HALF = re.compile(rb"(?i)\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f][0-9a-f]{2})|(?<!\\ud[89ab][0-9a-f]{2})\\ud[c-f][0-9a-f]{2}")
_LOOKED_AT = 200_000


def name(counts: Mapping[str, int], paths: Mapping[str, Path], log: str) -> Unread:
    """Return `counts` (label to lines left out) with a word about the first of those lines.

    Reads at most the first 200,000 lines of each file for it: the counts are exact, the examples are a courtesy.
    """
    named: list[str] = []
    for label in counts:
        for number, line in enumerate(whole(paths[label]), 1):
            if len(named) == _NAMED or number > _LOOKED_AT:
                break
            reason = fault(line, log)
            if reason:
                named.append(f"{label}:{number}: {reason}")
    return Unread(dict(counts), named)


def fault(line: bytes, log: str) -> str | None:
    """Return what is wrong with a line of `log`, or None when it is a record that hunts can use."""
    if not line.strip():
        return None
    if len(line) >= LONGEST:
        return "longer than a mebibyte"
    try:
        record = json.loads(line)
    except RecursionError:
        return "nested too deeply"
    except UnicodeDecodeError:
        return "not in UTF-8"
    except ValueError:
        return "half a record: it breaks off" if line.lstrip().startswith(b"{") else "not JSON"
    if not isinstance(record, dict):
        return "JSON, but not a record"
    if _HALF.search(line):
        return "half of a character (a surrogate by itself) in it"
    if isinstance(record.get("query_name"), str):
        at = record.get("query_timestamp")
        timeless = log == "dns" and not (isinstance(at, str) and epoch(at) is not None)
        return "its query_timestamp is no time" if timeless else None
    event = record.get("event")
    if log == "dns":
        return None if isinstance(record.get("firewall_name"), str) else "not a resolver query record"
    if not isinstance(event, dict):
        return "not a firewall record: it has no event"
    if is_inspected(record):
        # Among a file's first records they are names; of one that begins otherwise DuckDB reads the rest itself.
        return "a record of TLS inspection far below others: give those in a file of their own"
    if event.get("event_type") not in ("alert", "netflow"):
        return f"a firewall record of unknown type {str(event.get('event_type'))[:40]!r}"
    try:
        int(record.get("event_timestamp", ""))
    except (TypeError, ValueError):
        return "its event_timestamp is no number"
    return None
