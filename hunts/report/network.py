"""The network as a drawing: the stack's VPCs from the top, the firewall below them, and where the rogue goes, in red.

It shows the way that the layout gives, which `hunts audit` proves; it is no proof itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from hunts.model import Answer, Question
from hunts.report.charts import WIDTH, clipped, svg
from hunts.stack import StackOutputs
from hunts.terminal import safe

_VPCS, _INSTANCES, _PEERS = 6, 5, 6
"""Drawn at most: VPCs, instances of each, and places a rogue goes to; those of rogues first, the rest counted."""
_COLUMNS, _GAP, _LINE, _BAR = 2, 10, 16, 24
_BOX = (WIDTH - 24 - _GAP) / _COLUMNS
"""Room is left at the right for the way of names, which go past the firewall."""

Answers = Sequence[tuple[Question, Answer]]
Case = Mapping[str, Any]
Drawn = tuple[str, Sequence[tuple[str, str]]]
"""A VPC by name, and its instances, each by name and address."""


def network(outputs: StackOutputs, cases: Sequence[Case], answers: Answers, isolated: Sequence[str]) -> Markup:
    """Return the drawing; `cases` are the verdict's rows, `isolated` names the instances that are off the network."""
    verdicts = {case["src_ip"]: str(case["verdict"]) for case in cases}
    rogues = [address for address, verdict in verdicts.items() if verdict == "rogue"]
    parts: list[Markup] = []
    y, ways = 0.0, list[tuple[float, float, bool]]()
    drawn, more = _chosen(outputs, verdicts)
    for start in range(0, len(drawn), _COLUMNS):
        row = drawn[start : start + _COLUMNS]
        height = max(_LINE * (min(len(members), _INSTANCES + 1) + 1) for _, members in row) + 10
        for column, (name, members) in enumerate(row):
            x = column * (_BOX + _GAP)
            parts.append(_vpc(x, y, height, (name, members), verdicts))
            if any(address in rogues for _, address in members):
                cut = all(who in isolated for who, address in members if address in rogues)
                ways.append((x + _BOX - 40, y + height, cut))
        y += height + _GAP
    if more:
        parts.append(_text(0, y + 10, more, "value"))
        y += _LINE
    bottom, passed = y + 10, list[tuple[float, str]]()
    for label in _bars(outputs):
        passed.append((bottom, label))
        bottom += _BAR + 14
    parts += [_way(x, top, y if cut else bottom, cut=cut) for x, top, cut in ways]
    parts += [_bar(top, label) for top, label in passed]
    peers = list(_peers(rogues, answers))
    parts += _places(bottom + 12, [name for name, by_name in peers if not by_name], "reached by packets")
    below = bottom + 12 + _LINE * (1 + min(len([1 for _, by_name in peers if not by_name]), _PEERS + 1))
    names = [name for name, by_name in peers if by_name]
    if names and ways:
        parts += [_past(x, top, below + 18) for x, top, _ in ways]
    parts += _places(below + 12, names, "asked of the resolver, past the firewall")
    end = below + 12 + _LINE * (1 + min(len(names), _PEERS + 1)) if names else below
    return svg("network", round(end), "the network, and where what was found goes", Markup().join(parts))


def _chosen(outputs: StackOutputs, verdicts: Mapping[str, str]) -> tuple[list[Drawn], str]:
    """Return the VPCs that are drawn, each with its instances (name, address), and what there is more of them."""
    rank = {"rogue": 0, "watch": 1}

    def weight(address: str) -> int:
        return rank.get(verdicts.get(address, ""), 2)

    found = list[Drawn]()
    for name, vpc in outputs.vpcs.items():
        members = [(who, item.private_ip) for who, item in outputs.instances.items() if item.vpc_id == vpc.id]
        if members:
            found.append((name, sorted(members, key=lambda member: weight(member[1]))))
    found.sort(key=lambda item: weight(item[1][0][1]))
    left = found[_VPCS:]
    instances = sum(len(members) for _, members in left)
    return found[:_VPCS], f"and {len(left)} more VPCs with {instances} instances" if left else ""


def _vpc(x: float, y: float, height: float, vpc: Drawn, verdicts: Mapping[str, str]) -> Markup:
    name, members = vpc
    parts = [
        Markup('<rect class="box" x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="4"/>').format(
            x + 0.5, y + 0.5, _BOX - 1, height
        ),
        _text(x + 8, y + 15, f"VPC {name}", "value"),
    ]
    for number, (who, address) in enumerate(members[:_INSTANCES], start=1):
        kind = "rogue" if verdicts.get(address) == "rogue" else "name"
        mark = "●" if kind == "rogue" else "○"
        parts.append(_text(x + 8, y + 15 + number * _LINE, clipped(f"{mark} {safe(who)}", 24), kind))
    if len(members) > _INSTANCES:
        more = f"and {len(members) - _INSTANCES} more"
        parts.append(_text(x + 8, y + 15 + (_INSTANCES + 1) * _LINE, more, "value"))
    return Markup().join(parts)


def _bars(outputs: StackOutputs) -> list[str]:
    hub = [] if outputs.layout == "single-vpc" else ["transit gateway"]
    return [*hub, f"firewall {outputs.firewall_name}".strip(), "NAT and internet gateway"]


def _bar(y: float, label: str) -> Markup:
    wide = _COLUMNS * _BOX + _GAP
    return Markup('<rect class="box" x="0.5" y="{:.0f}" width="{:.0f}" height="{}" rx="4"/>{}').format(
        y, wide - 1, _BAR, _text(8, y + 16, clipped(safe(label)), "name")
    )


def _way(x: float, top: float, bottom: float, *, cut: bool) -> Markup:
    if not cut:
        return Markup(
            '<path class="way" d="M{:.0f} {:.0f}V{:.0f}"/><path class="tip" d="M{:.0f} {:.0f}l-4 -7h8z"/>'
        ).format(x, top, bottom, x, bottom + 6)
    return Markup('<path class="way" d="M{x:.0f} {top:.0f}V{y:.0f}M{a:.0f} {y:.0f}H{b:.0f}"/>{text}').format(
        x=x, top=top, y=bottom + 4, a=x - 6, b=x + 6, text=_text(max(x - 60, 0), bottom + 5, "isolated", "rogue")
    )


def _past(x: float, top: float, bottom: float) -> Markup:
    """Return the way of names, from a VPC round the firewall."""
    return Markup(
        '<path class="past" d="M{:.0f} {:.0f}v5H{}V{:.0f}h-100"/><path class="tip" d="M{} {:.0f}l7 -4v8z"/>'
    ).format(x + 24, top, WIDTH - 8, bottom, WIDTH - 114, bottom)


def _peers(rogues: Sequence[str], answers: Answers) -> Iterator[tuple[str, bool]]:
    """Yield where the rogues go by the findings, the weightiest hunt's first, and whether by a query for a name."""
    told = set()
    for question, answer in sorted(answers, key=lambda pair: -pair[0].hunt.weight):
        hunt = question.hunt
        if not (hunt.weight and hunt.about and hunt.instance):
            continue
        for row in answer.records():
            place = str(row.get(hunt.about) or "")
            # What a hunt over signatures is about is no place.
            if place and " " not in place and row.get(hunt.instance) in rogues and place not in told:
                told.add(place)
                yield place, list(hunt.reads) == ["dns"]


def _places(y: float, names: Sequence[str], heading: str) -> list[Markup]:
    if not names:
        return []
    parts = [_text(0, y + 10, heading, "value")]
    lines = [*names[:_PEERS], *([f"and {len(names) - _PEERS} more"] if len(names) > _PEERS else [])]
    parts += [
        _text(8, y + 10 + _LINE * place, clipped(safe(name)), "rogue") for place, name in enumerate(lines, start=1)
    ]
    return parts


def _text(x: float, y: float, text: str, kind: str) -> Markup:
    return Markup('<text x="{:.0f}" y="{:.0f}" class="{}">{}</text>').format(x, y, kind, text)
