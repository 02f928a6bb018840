"""Writes a drawing for Graphviz, and has it made into SVG where `dot` is installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .graph import Graph, Node

LOOKS = {
    "workload": 'shape=box style="rounded,filled" fillcolor="#e8f0fe" color="#1a56b0"',
    "infrastructure": 'shape=box style="filled" fillcolor="#f4f4f4" color="#777777"',
    "gateway": 'shape=hexagon style="filled" fillcolor="#fff6e0" color="#b07a1a"',
    "transit": 'shape=box style="rounded,filled" fillcolor="#ecebff" color="#5a4fcf"',
    "cloud": 'shape=ellipse style="filled" fillcolor="#ffffff" color="#444444"',
    "outside": 'shape=box style="dashed" color="#999999" fontcolor="#555555"',
}


class DrawingError(Exception):
    """A drawing could not be made; the text says what to do."""


def dot(graph: Graph) -> str:
    """Return the drawing in Graphviz's language."""
    short = {node.key: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = [
        "digraph network {",
        '  graph [rankdir=LR fontname="Helvetica" fontsize=12 nodesep=0.3 ranksep=0.9]',
        '  node [fontname="Helvetica" fontsize=10 margin="0.15,0.08"]',
        '  edge [fontname="Helvetica" fontsize=9 color="#888888" fontcolor="#555555" arrowsize=0.7]',
    ]
    for number, (key, title) in enumerate(graph.groups.items()):
        lines.append(f"  subgraph cluster_{number} {{")
        lines.append(f'    label="{_text(title)}" labeljust=l style=rounded color="#bbbbbb"')
        lines.extend(f"    {_node(node, short)}" for node in graph.nodes if node.group == key)
        lines.append("  }")
    lines.extend(f"  {_node(node, short)}" for node in graph.nodes if node.group not in graph.groups)
    for edge in graph.edges:
        red = ' color="#d00000" fontcolor="#d00000" penwidth=2.5' if edge.policies else ""
        lines.append(f'  {short[edge.source]} -> {short[edge.target]} [label="{_text(edge.text)}"{red}]')
    lines.append("}")
    return "\n".join(lines) + "\n"


def svg(graph: Graph) -> str:
    """Return the drawing as SVG. Raises DrawingError where Graphviz isn't installed or fails."""
    if shutil.which("dot") is None:
        raise DrawingError("SVG needs Graphviz (`apt install graphviz`); `--format mermaid` needs nothing")
    made = subprocess.run(["dot", "-Tsvg"], input=dot(graph), capture_output=True, text=True, check=False)
    if made.returncode:
        raise DrawingError(f"Graphviz could not draw this network: {made.stderr.strip()}")
    return made.stdout


def _node(node: Node, short: dict[str, str]) -> str:
    return f'{short[node.key]} [label="{_text(node.label)}" {LOOKS[node.kind]}]'


def _text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
