"""Tables as Markdown, so that what a bench prints can be read in a terminal and pasted into the README."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; columns after the first two are numbers and stand at the right."""
    lines = [list(header), *[list(row) for row in rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if index < 2 else cell.rjust(width)  # noqa: PLR2004
            for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = [("-" * width) if index < 2 else ("-" * (width - 1) + ":") for index, width in enumerate(widths)]  # noqa: PLR2004
    return "\n".join([line(lines[0]), line(rule), *[line(each) for each in lines[1:]]])
