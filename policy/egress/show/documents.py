"""Writes what the policies say of themselves into the documentation, between marks.

``python -m policy.egress.show.documents`` renews README.md, docs/policies.md and docs/terraform.md in this repository.
"""

from __future__ import annotations

from pathlib import Path

from ..policies import POLICIES
from ..sources.documents import types_table
from .rule import sections, table

ROOT = Path(__file__).resolve().parents[3]


def documents() -> dict[Path, dict[str, str]]:
    """Return file -> name of a marked part -> its text."""
    listed = list(POLICIES.values())
    return {
        ROOT / "README.md": {"policies": table(listed, "docs/policies.md")},
        ROOT / "docs" / "policies.md": {"policies": table(listed), "sections": sections(listed)},
        ROOT / "docs" / "terraform.md": {"types": types_table()},
    }


def renewed(text: str, parts: dict[str, str]) -> str:
    """Return a document with its marked parts replaced. Raises ValueError for a part that has no marks."""
    for name, inner in parts.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        if begin not in text or end not in text:
            raise ValueError(f"no marks {begin.strip()} … {end.strip()}")
        before, _begin, rest = text.partition(begin)
        _old, _end, after = rest.partition(end)
        text = f"{before}{begin}{inner}{end}{after}"
    return text


def main() -> None:
    """Renew all documents."""
    for path, parts in documents().items():
        path.write_text(renewed(path.read_text(encoding="utf-8"), parts), encoding="utf-8")


if __name__ == "__main__":
    main()
