"""Answers as a person reads them in a terminal, and as a machine reads them: tables with bars, JSON, CSV."""

import csv
import io
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from hunts.model import Answer, Hunt, Question, Unit, Unread
from hunts.silence import among, left_out
from hunts.window import instant

_BAR = 24
_CROWDED = 7
"""Columns from which on a table has short bars."""
_LEAST = 24
"""Cells that a column of sentences keeps, however crowded the table is; others keep what they hold."""
_LONGEST = 255
"""Characters of one cell: a name in DNS is no longer; JSON and CSV have all of them."""
_SAMPLE = 20
"""Characters of a sample: one example of many, whose end says no more than its beginning."""
_NARROW = 100
"""Cells below which a table has to fit as it is."""
_PLAIN = ("instance", "src_ip", "verdict")
"""Columns whose values need no name before them."""
_FILES = 10
"""Files that were not read, and are named one by one."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """Return text without what a terminal would obey: control, format and bidirectional characters show as escapes."""
    if text.isprintable():
        return text
    return "".join(
        char if unicodedata.category(char)[0] != "C" and char not in "\u2028\u2029" else repr(char)[1:-1]
        for char in text
    )


def safe_lines(text: str) -> str:
    """Return text of several lines, each of them safe."""
    return "\n".join(safe(line) for line in text.split("\n"))


def shown(value: Any, unit: Unit | None = None) -> str:
    """Return a value in its unit as text for people."""
    match value:
        case None:
            return "-"
        case list() | tuple():
            return ("\n" if unit == "lines" else ", ").join(shown(item) for item in value)
        case bool() | str():
            return safe(str(value))
    match unit:
        case "bytes":
            return size(value)
        case "time":
            return instant(value)
        case "usd":
            return f"{value:,.2f} USD"
        case "seconds":
            return f"{value:,.1f} s"
        case "share":
            return f"{value:.0%}"
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def size(count: float) -> str:
    """Return a number of bytes in decimal units, as AWS bills them."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:  # noqa: PLR2004 (decimal units)
            return f"{count:,.0f} {unit}" if unit == "B" else f"{count:,.1f} {unit}"
        count /= 1000
    return f"{count:,.1f} TB"


def table(hunt: Hunt, answer: Answer) -> Table:
    """Return the answer as a table; the hunt's `bar` column gets bars relative to its largest value."""
    measured = hunt.bar if hunt.bar in answer.columns else None
    visible = columns_for_people(hunt, answer)
    result = Table(title=hunt.title, title_justify="left", title_style="bold", header_style="bold")
    largest = max((float(row[measured] or 0) for row in answer.records()), default=0.0) if measured else 0.0
    width = _BAR if len(visible) < _CROWDED else _BAR // 3
    texts = {name: [_cell_text(hunt, name, row[name]) for row in answer.records()] for name in visible}
    for name in visible:
        numeric = any(isinstance(row[name], int | float) for row in answer.records()) and hunt.units.get(name) != "time"
        # Sentences may fold between two words; a name would be torn apart.
        fixed = numeric or hunt.units.get(name) == "time" or not any(" " in text for text in texts[name])
        justify: Literal["left", "right"] = "right" if numeric else "left"
        header = name.replace("_", " ")
        longest = max(cell_len(text) for text in (header, *texts[name]))
        least = longest if fixed else min(longest, _LEAST)
        result.add_column(header, justify=justify, overflow="fold", no_wrap=fixed, min_width=least)
        if name == measured:
            result.add_column("", no_wrap=True)
    for number, row in enumerate(answer.records()):
        cells = []
        for name in visible:
            cells.append(Text(texts[name][number]))
            if name == measured:
                cells.append(Text(bar(float(row[name] or 0), largest, width), style="cyan"))
        result.add_row(*cells)
    return result


def _fits(console: Console, shape: Table) -> bool:
    """Tell whether a table has room; on a wide screen sentences may fold, on a narrow one nothing would be left."""
    needed = shape.__rich_measure__(console, console.options.update(max_width=1000))
    return (needed.minimum if console.width >= _NARROW else needed.maximum) <= console.width


def print_list(console: Console, hunt: Hunt, answer: Answer) -> None:
    """Print each row as a line of its own with its sentences below: what wants more room than a column has."""
    console.print(Text(hunt.title, style="bold"))
    visible = columns_for_people(hunt, answer)
    lines = [name for name in visible if hunt.units.get(name) == "lines"]
    for record in answer.records():
        told = []
        for name in visible:
            if name not in lines and record[name] not in ("", None):
                text = _cell_text(hunt, name, record[name])
                told.append(text if name in _PLAIN else f"{name.replace('_', ' ')} {text}")
        style = {"rogue": "bold red", "watch": "bold"}.get(str(record.get("verdict")), "")
        console.print(Text("\n".join(_lines(told, console.width)), style=style))
        for name in lines:
            for sentence in record[name]:
                console.print(Padding(Text(f"- {shown(sentence)}"), (0, 0, 0, 2)))


def _lines(parts: Sequence[str], width: int) -> list[str]:
    """Return as many parts a line as go into `width` cells, so that none is torn that has room on a line of its own."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]}  {part}" if lines else part
        lines = [*lines[:-1], longer] if lines and cell_len(longer) <= width else [*lines, part]
    return lines


def columns_for_people(hunt: Hunt, answer: Answer) -> list[str]:
    """Return the columns to show: none that is for machines alone, and asides only where they say something."""
    empty = {name for name in hunt.asides if all(row.get(name) is None for row in answer.records())}
    return [name for name in answer.columns if name not in {*hunt.hidden, *empty}]


def _cell_text(hunt: Hunt, name: str, value: Any) -> str:
    """Return a value as a table has room for it: times without the year."""
    unit, most = hunt.units.get(name), _SAMPLE if name == "sample" else _LONGEST
    text = shown(value, unit)
    if unit == "time" and isinstance(value, int):
        return text[5:-1]
    return text if unit == "lines" or len(text) <= most else f"{text[: most - 1]}…"


def bar(value: float, largest: float, width: int = _BAR) -> str:
    """Return a bar of up to `width` cells, in eighths of a cell; anything above zero shows."""
    if largest <= 0 or value <= 0:
        return ""
    eighths = max(1, round(value / largest * width * 8))
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()


def print_answer(console: Console, question: Question, answer: Answer) -> None:
    """Print the table, or that there is nothing, with the window below it."""
    if answer.rows:
        shape = table(question.hunt, answer)
        if "lines" in question.hunt.units.values() or not _fits(console, shape):
            print_list(console, question.hunt, answer)
        else:
            console.print(shape)
    else:
        console.print(Text(f"{question.hunt.title}: nothing found{among(answer)}"), style="bold")
    console.print(Text(f"{question.window}"), style="dim")
    if lines := left_out(question.hunt, answer):
        console.print(Text(lines), style="dim")
    for note in answer.notes:
        console.print(Text(note), style="dim")
    for line in answer.answered_by:
        console.print(Text(f"answered by {line}"), style="dim")


def print_unread(console: Console, answer: Answer) -> None:
    """Say how many lines were left out and name the first ones; nothing when all were read."""
    unread = answer.unread
    for line in unread.ahead:
        console.print(Text(safe(line)), style="yellow")
    if unread.files:
        count = len(unread.files)
        console.print(Text(f"{count:,} file{'' if count == 1 else 's'} not read:"), style="yellow")
        for line in unread.files[:_FILES]:
            console.print(Text(f"  {safe(line)}"), style="yellow")
        if count > _FILES:
            console.print(Text(f"  and {count - _FILES:,} more"), style="yellow")
    if not unread.total:
        return
    files = f"{len(unread.counts)} file{'' if len(unread.counts) == 1 else 's'}"
    console.print(
        Text(f"{unread.total:,} line{'' if unread.total == 1 else 's'} left out, in {files}:"), style="yellow"
    )
    for line in unread.named:
        console.print(Text(f"  {safe(line)}"), style="yellow")
    if unread.total > len(unread.named):
        console.print(Text(f"  and {unread.total - len(unread.named):,} more"), style="yellow")


def as_json(question: Question, answer: Answer) -> str:
    """Return hunt, window, parameters, rows and what was left out as one JSON document."""
    return json.dumps(document(question, answer), indent=2, ensure_ascii=True, default=str)


def document(question: Question, answer: Answer) -> Mapping[str, Any]:
    """Return what `as_json` writes as a mapping."""
    hunt = question.hunt
    return {
        "hunt": hunt.name,
        "title": hunt.title,
        "attack": dict(hunt.attack),
        "window": {"start": instant(question.window.start), "end": instant(question.window.end)},
        "parameters": {item.name: question.values[item.name] for item in hunt.parameters},
        "columns": list(answer.columns),
        "rows": list(answer.records()),
        "unread": account(answer.unread),
        "seen": [
            {"log": seen.log, "records": seen.inside, "of": seen.count, "first": seen.first, "last": seen.last}
            for seen in answer.seen
        ],
        "left_out": answer.left_out,
        "notes": list(answer.notes),
        "answered_by": list(answer.answered_by),
    }


def account(unread: Unread) -> Mapping[str, Any]:
    """Return what was left out as a mapping, for machines."""
    return {
        "lines": unread.total,
        "files": dict(unread.counts),
        "first": list(unread.named),
        "not_read": list(unread.files),
        **({"dated_later": list(unread.ahead)} if unread.ahead else {}),
    }


def as_csv(answer: Answer) -> str:
    """Return the rows as CSV with a header; a cell that a spreadsheet would take for a formula starts with `'`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list | tuple):
        value = " ".join(str(item) for item in value)
    if isinstance(value, str):
        value = safe(value)
        return f"'{value}" if value.startswith(_FORMULA) else value
    return value
