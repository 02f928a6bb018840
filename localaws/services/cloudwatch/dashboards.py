"""What AWS checks in the body of a dashboard.

Source: CloudWatch API reference, "Dashboard body structure and syntax".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

MAX_WIDGETS: Final = 500
GRID_WIDTH: Final = 24
MAX_HEIGHT: Final = 1000
MEMBERS: Final = frozenset({"widgets", "start", "end", "periodOverride", "variables"})
TYPES: Final = frozenset({"metric", "text", "log", "alarm", "explorer", "custom"})
VIEWS: Final = frozenset({"timeSeries", "singleValue", "gauge", "bar", "pie", "table"})
LOG_VIEWS: Final = frozenset({"table", "timeSeries", "bar", "pie"})
REQUIRED: Final = {
    "metric": ("region",),
    "log": ("region", "query"),
    "text": ("markdown",),
    "alarm": ("alarms",),
    "custom": ("endpoint",),
    "explorer": ("metrics",),
}

Problem = tuple[str, str]
"""Path into the body, and what is wrong there."""


def problems(body: Any) -> Iterator[Problem]:
    """Yield what is wrong with a parsed dashboard body."""
    if not isinstance(body, dict) or not isinstance(body.get("widgets"), list):
        yield "/", 'The field "widgets" must be an array'
        return
    for member in body.keys() - MEMBERS:
        yield f"/{member}", "Should NOT have additional properties"
    if len(body["widgets"]) > MAX_WIDGETS:
        yield "/widgets", f"Should NOT have more than {MAX_WIDGETS} items"
    for index, widget in enumerate(body["widgets"]):
        yield from _widget(f"/widgets/{index}", widget)


def _widget(path: str, widget: Any) -> Iterator[Problem]:
    if not isinstance(widget, dict):
        yield path, "Should be object"
        return
    kind, properties = widget.get("type"), widget.get("properties")
    if kind not in TYPES:
        yield f"{path}/type", f"Should match exactly one of {sorted(TYPES)}"
        return
    if not isinstance(properties, dict):
        yield f"{path}/properties", "Should have required property"
        return
    x, width, height = widget.get("x", 0), widget.get("width", 6), widget.get("height", 6)
    whole = all(
        isinstance(value, int) and not isinstance(value, bool) for value in (x, width, height, widget.get("y", 0))
    )
    if not whole or not (
        0 <= x < GRID_WIDTH and 1 <= width <= GRID_WIDTH and x + width <= GRID_WIDTH and 1 <= height <= MAX_HEIGHT
    ):
        yield path, f"Widget does not fit: the grid is {GRID_WIDTH} wide"
    for member in REQUIRED[kind]:
        if kind == "metric" and "annotations" in properties and "metrics" not in properties:
            continue
        if not properties.get(member):
            yield f"{path}/properties", f"Should have required property '{member}'"
    if kind == "metric":
        yield from _metric(f"{path}/properties", properties)
    elif kind == "log" and properties.get("view", "table") not in LOG_VIEWS:
        yield f"{path}/properties/view", f"Should match exactly one of {sorted(LOG_VIEWS)}"


def _metric(path: str, properties: dict[str, Any]) -> Iterator[Problem]:
    if properties.get("view", "timeSeries") not in VIEWS:
        yield f"{path}/view", f"Should match exactly one of {sorted(VIEWS)}"
    if "metrics" not in properties and "annotations" not in properties and "insightRule" not in properties:
        yield path, "Should have required property 'metrics'"
    metrics = properties.get("metrics", [])
    if not isinstance(metrics, list):
        yield f"{path}/metrics", "Should be array"
        return
    for index, metric in enumerate(metrics):
        where = f"{path}/metrics/{index}"
        if not isinstance(metric, list) or not metric:
            yield where, "Should be a non-empty array"
            continue
        options = metric[-1] if isinstance(metric[-1], dict) else {}
        names = metric[:-1] if options else metric
        if not names:
            if "expression" not in options:
                yield where, "Should have an expression, or namespace and metric name"
        elif len(names) < 2 or len(names) % 2 or not all(isinstance(name, str) and name for name in names):  # noqa: PLR2004
            yield where, "Should be namespace, metric name, and pairs of dimension name and value"
