"""Charts as inline SVG: bars for how much, a timeline for when."""

from typing import Any

from markupsafe import Markup

from hunts.model import Answer, Hunt
from hunts.terminal import safe, shown
from hunts.window import Window, instant

WIDTH = 340
"""Of every drawing, in its own units."""
_ROW = 34
_MOST = 10


def bars(hunt: Hunt, answer: Answer) -> Markup:
    """Return horizontal bars for the ten largest values of the hunt's bar column; nothing if it has none."""
    if not hunt.bar or hunt.bar not in answer.columns or not answer.rows:
        return Markup()
    records = sorted(answer.records(), key=lambda record: -float(record[hunt.bar or ""] or 0))[:_MOST]
    largest = float(records[0][hunt.bar] or 0) or 1.0
    parts = []
    for number, record in enumerate(records):
        value = float(record[hunt.bar] or 0)
        y = number * _ROW
        parts.append(
            Markup(
                '<text x="0" y="{}" class="name">{}</text>'
                '<text x="{}" y="{}" class="value" text-anchor="end">{}</text>'
                '<rect x="0" y="{}" width="{:.1f}" height="9" rx="2"/>'
            ).format(
                y + 13,
                clipped(_label(hunt, record)),
                WIDTH,
                y + 13,
                shown(record[hunt.bar], hunt.units.get(hunt.bar)),
                y + 19,
                max(2.0, value / largest * WIDTH),
            )
        )
    return svg("bars", len(records) * _ROW, f"{hunt.title}: {hunt.bar.replace('_', ' ')}", Markup().join(parts))


def timeline(answer: Answer, window: Window) -> Markup:
    """Return one line a row from its first to its last sight within the window; nothing if rows have no times."""
    if "first_seen" not in answer.columns or not answer.rows:
        return Markup()
    length = window.end - window.start
    parts = []
    records = list(answer.records())[:_MOST]
    for number, record in enumerate(records):
        first, last = (_inside(record.get(name), window) for name in ("first_seen", "last_seen"))
        start = (first - window.start) / length * WIDTH
        stop = max(start + 4, (max(first, last) - window.start) / length * WIDTH)
        parts.append(
            Markup('<rect x="{:.1f}" y="{}" width="{:.1f}" height="5" rx="2"/>').format(
                min(start, WIDTH - 4), number * 9 + 2, stop - start
            )
        )
    base = len(records) * 9 + 6
    parts.append(
        Markup(
            '<line x1="0" x2="{w}" y1="{y}" y2="{y}"/><text x="0" y="{t}" class="value">{a}</text>'
            '<text x="{w}" y="{t}" class="value" text-anchor="end">{b}</text>'
        ).format(w=WIDTH, y=base, t=base + 14, a=instant(window.start), b=instant(window.end))
    )
    return svg("times", base + 20, "when the findings were seen", Markup().join(parts))


def svg(kind: str, height: int, title: str, content: Markup) -> Markup:
    """Return a drawing of the usual width; `title` is what it shows, for who can't see it."""
    return Markup('<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        kind, WIDTH, height, title, content
    )


def _label(hunt: Hunt, record: dict[str, Any]) -> str:
    """Return what stands beside a bar: the text columns of the row, without those that come after the bar."""
    before = list(record)[: list(record).index(hunt.bar or "")]
    texts = [str(record[name]) for name in before if isinstance(record[name], str) and record[name]]
    return safe(" → ".join(texts))


def clipped(text: str, most: int = 44) -> str:
    """Return the text, cut where it is too long for a line of a drawing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _inside(value: Any, window: Window) -> int:
    return min(max(int(value), window.start), window.end) if isinstance(value, int) else window.start
