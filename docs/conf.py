"""How Sphinx makes the site: `make site`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from policy.egress import __version__  # noqa: E402  # needs the line above

project = "Inspected Egress"
copyright = "the authors of Inspected Egress, Apache License 2.0"  # noqa: A001  # Sphinx's name
version = release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinxcontrib.mermaid"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
# The pages are GitHub's first, where a fence named mermaid is a drawing.
myst_fence_as_directive = ["mermaid"]
# Links to files that are not pages (a workflow, a folder of logs) lead somewhere in the repository alone.
suppress_warnings = ["myst.xref_missing", "misc.highlighting_failure"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
html_theme = "furo"
html_title = f"Inspected Egress {__version__}"
exclude_patterns = ["__pycache__"]
