"""Rules of security groups: one is the same whatever is written beside it, and all of them have descriptions."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule


def compare_as_aws_does() -> None:
    """Have rules with a group as their source found, and told, by more than what moto looks at.

    moto takes the description for a part of the source, so that no such rule's could be changed and one with another
    description was another rule; AWS refuses that one as a duplicate.
    """
    SecurityGroupRule.__eq__ = _same
    SecurityGroupRule.description = property(_description)


def _key(rule: Any) -> tuple[object, ...]:
    source = {name: value for name, value in rule.source_group.items() if name != "Description"}
    return (rule.ip_protocol, rule.cidr_ipv4, rule.cidr_ipv6, source, rule.prefix_list_id, rule.from_port, rule.to_port)


def _same(rule: Any, other: Any) -> bool:
    return isinstance(other, SecurityGroupRule) and _key(rule) == _key(other)


def _description(rule: Any) -> str | None:
    found: str | None = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return found
