"""Writes a drawing as Mermaid, which GitHub, GitLab and most wikis show as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .graph import Graph, Node

SHAPES = {
    "workload": ("[", "]"),
    "infrastructure": ("[[", "]]"),
    "gateway": ("{{", "}}"),
    "transit": ("([", "])"),
    "cloud": ("((", "))"),
    "outside": (">", "]"),
}
STYLES = (
    "classDef workload fill:#e8f0fe,stroke:#1a56b0,color:#10243e",
    "classDef infrastructure fill:#f4f4f4,stroke:#777777,color:#222222",
    "classDef gateway fill:#fff6e0,stroke:#b07a1a,color:#3e2a10",
    "classDef transit fill:#ecebff,stroke:#5a4fcf,color:#221e4e",
    "classDef cloud fill:#ffffff,stroke:#444444,color:#222222",
    "classDef outside fill:#ffffff,stroke:#999999,color:#555555,stroke-dasharray:4 3",
)


def mermaid(graph: Graph) -> str:
    """Return the Mermaid text of a drawing, ending with a line break."""
    short = {node.key: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for number, (key, title) in enumerate(graph.groups.items()):
        lines.append(f'  subgraph g{number}["{_text(title)}"]')
        lines.extend(f"    {_node(node, short)}" for node in graph.nodes if node.group == key)
        lines.append("  end")
    lines.extend(f"  {_node(node, short)}" for node in graph.nodes if node.group not in graph.groups)
    red = []
    for number, edge in enumerate(graph.edges):
        label = f'|"{_text(edge.text)}"|' if edge.text else ""
        lines.append(f"  {short[edge.source]} -->{label} {short[edge.target]}")
        if edge.policies:
            red.append(str(number))
    lines.extend(f"  {style}" for style in STYLES)
    if red:
        lines.append(f"  linkStyle {','.join(red)} stroke:#d00000,stroke-width:3px,color:#d00000")
    return "\n".join(lines) + "\n"


def _node(node: Node, short: dict[str, str]) -> str:
    opening, closing = SHAPES[node.kind]
    return f'{short[node.key]}{opening}"{_text(node.label)}"{closing}:::{node.kind}'


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "#quot;").replace("<", "&lt;").replace("\n", "<br/>")
