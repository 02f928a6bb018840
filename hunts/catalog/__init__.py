"""The catalogue: a folder a hunt, with its sheet, its query for Athena and its form for CloudWatch Logs Insights."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from hunts.errors import HuntError
from hunts.model import Hunt, Parameter

_FOLDER = Path(__file__).parent
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The quick one, where PyYAML has it: every hunt waits for all sheets."""


@cache
def catalog() -> Mapping[str, Hunt]:
    """Return all hunts by name, in the order of their names."""
    folders = sorted(path.parent for path in _FOLDER.glob("*/hunt.yaml"))
    return MappingProxyType({folder.name: _read(folder) for folder in folders})


def hunt(name: str) -> Hunt:
    """Return the hunt of that name."""
    hunts = catalog()
    if name not in hunts:
        raise HuntError(f"there is no hunt {name!r}: choose one of {', '.join(hunts)}")
    return hunts[name]


def _read(folder: Path) -> Hunt:
    sheet: dict[str, Any] = yaml.load((folder / "hunt.yaml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 (both are safe)
    insights = sheet.pop("insights", {})
    parameters = [
        Parameter(name, item["kind"], str(item["default"]), item["help"])
        for name, item in sheet.pop("parameters", {}).items()
    ]
    return Hunt(
        name=folder.name,
        parameters=parameters,
        sql=_text(_FOLDER / sheet.pop("query_of", folder.name) / "query.sql"),
        insights=_text(folder / "insights.txt"),
        insights_log=insights.get("log", ""),
        insights_note=insights.get("note", ""),
        **sheet,
    )


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
