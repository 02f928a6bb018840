"""What names carried, whole: text as text, with nothing in it that a terminal would obey, anything else as hex."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from hunts.model import Answer
from hunts.terminal import safe, size
from hunts.window import instant

_WIDTH = 16
_NUMBERS = 12
"""Missing numbers that are named one by one."""


def print_carried(console: Console, answer: Answer) -> None:
    """Print each file of a `carried-out` answer under a line that says whose, how encoded, and how sure that is."""
    for record in answer.records():
        console.print(Text(_head(record)), style="bold")
        console.print(Text(_order(record)), style="dim")
        for line in _lines(record):
            console.print(Text(line), soft_wrap=True)
        console.print()


def _head(record: dict[str, Any]) -> str:
    what = {"text": "text", "unknown": "nothing that can be read (encrypted, or no data)"}.get(
        record["kind"], f"a {record['kind']} file"
    )
    sure = "" if record["kind"] == "unknown" else f", {record['sure']}"
    return (
        f"{safe(record['src_ip'])} under {safe(record['domain'])}: {size(record['bytes'])} in {record['names']:,} "
        f"names, as {record['encoding']}: {what}{sure}"
    )


def _order(record: dict[str, Any]) -> str:
    times = f"{instant(record['first_seen'])} to {instant(record['last_seen'])}"
    if not record["ordered"].startswith("by number"):
        return f"{times}; {record['ordered']}: names of the same second may stand in another order than they were sent"
    if not record["missing"]:
        return f"{times}; {record['ordered']}, none missing"
    named = ", ".join(str(number) for number in record["missing"][:_NUMBERS])
    more = f" and {len(record['missing']) - _NUMBERS:,} more" if len(record["missing"]) > _NUMBERS else ""
    return f"{times}; {record['ordered']}; number {named}{more} isn't in the log (shown as ?)"


def _lines(record: dict[str, Any]) -> Iterator[str]:
    if record["kind"] == "text":
        yield from (f"  {safe(line.expandtabs())}" for line in record["content"].splitlines())
        return
    data = bytes.fromhex(record["content"])
    for at in range(0, len(data), _WIDTH):
        part = data[at : at + _WIDTH]
        readable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)  # noqa: PLR2004 (printable ASCII)
        yield f"  {at:08x}  {part.hex(' '):<{3 * _WIDTH}} {readable}"
