"""Makes the wheel: the folders of this repository become one package, `inspected_egress`.

In the repository `hunts` imports `policy.egress`; installed, `inspected_egress.hunts` imports
`inspected_egress.policy.egress`. That prefix, put before every import of a folder, is all that this changes.
"""

from __future__ import annotations

import ast
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGE = "inspected_egress"
FOLDERS = ("components", "hunts", "traffic", "policy/egress")
DATA = ("examples/scenarios",)
# What writes this repository's own documents and recordings.
NOT_FOR_OTHERS = {"documents.py", "installed", "__pycache__"}
OURS_ALONE = "traffic/record.py"
NAMES = {folder.split("/")[0] for folder in FOLDERS}


class CustomBuildHook(BuildHookInterface[Any]):
    """Hands the renamed copies to hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the package; an editable one would have two names for each module, so there is none."""
        if version == "editable":
            raise NotImplementedError("in this repository everything runs in place: there is nothing to install")
        self._made = tempfile.TemporaryDirectory()
        package = Path(self._made.name) / PACKAGE
        build(Path(self.root), package, self.metadata.version)
        build_data["force_include"][str(package)] = PACKAGE

    def finalize(self, *_arguments: object) -> None:
        """Remove the copies."""
        self._made.cleanup()


def build(root: Path, package: Path, version: str) -> None:
    """Write the package from the repository at `root`."""
    for folder in (*FOLDERS, *DATA):
        shutil.copytree(
            root / folder,
            package / folder,
            ignore=lambda _folder, names: NOT_FOR_OTHERS.intersection(names),
        )
    (package / OURS_ALONE).unlink()
    for module in package.rglob("*.py"):
        module.write_text(prefixed(module.read_text(encoding="utf-8"), module.name), encoding="utf-8")
    (package / "__init__.py").write_text(
        '"""AWS networks whose internet traffic provably crosses the firewall: components, hunts, traffic."""\n\n'
        f'__version__ = "{version}"\n'
    )
    (package / "py.typed").touch()


def prefixed(source: str, where: str = "<source>") -> str:
    """Return a module's text with the package's name before each absolute import of one of the folders.

    Raises SyntaxError for `import hunts`, which would bind another name then.
    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and not node.level and _ours(node.module):
            before, keyword, after = lines[node.lineno - 1].partition("from ")
            lines[node.lineno - 1] = f"{before}{keyword}{PACKAGE}.{after}"
        elif isinstance(node, ast.Import) and any(_ours(alias.name) for alias in node.names):
            raise SyntaxError(f"{where}:{node.lineno}: say `from … import …` of what is in this repository")
    return "".join(lines)


def _ours(module: str | None) -> bool:
    return bool(module) and str(module).split(".")[0] in NAMES
