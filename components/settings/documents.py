"""Writes the ``config:`` block of Pulumi.yaml and the tables of docs/configuration.md from the settings themselves.

``python -m components.settings.documents`` brings both up to date; a test fails when they are not.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from components.settings.load import LAYOUT_SETTINGS, settings_class
from components.settings.schema import Key, keys
from components.settings.shared import SharedSettings

ROOT = Path(__file__).resolve().parents[2]
PROJECT_FILE = ROOT / "Pulumi.yaml"
CONFIGURATION = ROOT / "docs" / "configuration.md"

CONFIG_LINE = "config:\n"
TABLES_BEGIN = "<!-- tables: python -m components.settings.documents -->\n"
TABLES_END = "<!-- end of tables -->\n"


def config_block() -> str:
    """Return the ``config:`` block: each key of every layout with type, default and description, as Pulumi types them.

    Every key has a default, since Pulumi refuses to run a stack that lacks a key without one.
    """
    lines = [CONFIG_LINE]
    for section in sections().values():
        for name, setting in section.items():
            lines.append(f"  {name}:\n    type: {setting.type}\n")
            if setting.items is not None:
                lines.append(f"    items:\n      type: {setting.items}\n")
            # JSON is YAML, and quotes what needs it.
            lines.append(f"    description: {json.dumps(setting.text, ensure_ascii=False)}\n")
            lines.append(f"    default: {json.dumps(setting.default, ensure_ascii=False)}\n")
    return "".join(lines)


def tables() -> str:
    """Return the tables of docs/configuration.md, one per layout after the one that all share."""
    parts = []
    for title, section in sections().items():
        parts.append(f"\n## {title}\n\n| key | type | default | allowed | what it does |\n|---|---|---|---|---|\n")
        parts += [_row(name, setting) for name, setting in section.items()]
    return "".join(parts) + "\n"


def sections() -> Mapping[str, Mapping[str, Key]]:
    """Return every key once, by the heading under which people find it."""
    shared = keys(SharedSettings)
    found: dict[str, Mapping[str, Key]] = {"Every layout": shared}
    listed = set(shared)
    for layout in LAYOUT_SETTINGS:
        own = {name: setting for name, setting in keys(settings_class(layout)).items() if name not in listed}
        listed |= set(own)
        if own:
            found[f"Layout `{layout}`"] = own
    return found


def project_file(text: str) -> str:
    """Return Pulumi.yaml with its ``config:`` block, which is its last part, brought up to date."""
    before, _, _ = text.partition(CONFIG_LINE)
    return before + config_block()


def configuration(text: str) -> str:
    """Return docs/configuration.md with its tables brought up to date."""
    before, _, rest = text.partition(TABLES_BEGIN)
    _, _, after = rest.partition(TABLES_END)
    return before + TABLES_BEGIN + tables() + TABLES_END + after


def _row(name: str, setting: Key) -> str:
    cells = (name, setting.type, json.dumps(setting.default, ensure_ascii=False), setting.allowed, setting.text)
    texts = [cell.replace("|", "\\|") for cell in cells]
    return f"| `{texts[0]}` | {texts[1]} | `{texts[2]}` | {texts[3]} | {texts[4]} |\n"


def stale() -> Iterator[tuple[Path, str]]:
    """Yield the files that are not up to date, with the text they should have."""
    for path, update in ((PROJECT_FILE, project_file), (CONFIGURATION, configuration)):
        text = path.read_text(encoding="utf-8")
        wanted = update(text)
        if wanted != text:
            yield path, wanted


if __name__ == "__main__":
    for path, text in stale():
        path.write_text(text, encoding="utf-8")
