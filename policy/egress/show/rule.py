"""Explains a policy: what it asks and why, what its messages mean, what its config may say."""

from __future__ import annotations

import json
import re
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ..policies import Policy


WIDTH = 80
TOOLS = {"python": "Pulumi", "hcl": "Terraform, OpenTofu", "yaml": "CloudFormation"}
"""Language of an example -> whose it is."""
_EXAMPLE = re.compile(r"```(\w+)\n.*?```\n*", re.DOTALL)


def plain(policy: Policy, languages: Collection[str] = tuple(TOOLS)) -> str:
    """Return the explanation as text for a terminal: Markdown, with its marks of emphasis and links taken off."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", markdown(policy, languages)).replace("**", "")
    blocks = re.split(r"```\w*\n(.*?)```\n", text, flags=re.DOTALL)
    # Every other part is code, which is laid out already.
    shown = [textwrap.indent(part, "  ") if number % 2 else _filled(part) for number, part in enumerate(blocks)]
    return "\n".join(part.strip("\n") + "\n" for part in shown)


def _filled(text: str) -> str:
    """Fill paragraphs, and the items of lists, which begin with a dash."""
    return "\n\n".join(
        "\n".join(_fill(item) for item in re.split(r"\n(?=- )", paragraph))
        for paragraph in re.split(r"\n{2,}", text.strip("\n"))
    )


def _fill(item: str) -> str:
    indent = "  " if item.startswith("- ") else ""
    return textwrap.fill(
        " ".join(item.split()), WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def markdown(policy: Policy, languages: Collection[str] = tuple(TOOLS)) -> str:
    """Return the explanation as Markdown, with examples in those languages, ending with a line break."""
    parts = [
        f"{policy.name} ({policy.level}, severity {policy.severity})",
        policy.holds_when,
        body(policy, languages),
        f"**Do.** {policy.remediation}",
        config(policy),
    ]
    if policy.references:
        parts.append(f"**See also.** AWS Foundational Security Best Practices: {', '.join(policy.references)}.")
    return "\n\n".join(part for part in parts if part) + "\n"


def body(policy: Policy, languages: Collection[str] = tuple(TOOLS)) -> str:
    """Return what the policy's module says about it, without the module's first sentence.

    Of its examples, those in ``languages``; where that is more than one, each says whose it is.
    """
    text = (policy.explanation or "").partition("\n\n")[2].strip() + "\n"

    def shown(example: re.Match[str]) -> str:
        if example[1] not in languages:
            return ""
        return f"{TOOLS[example[1]]}:\n\n{example[0]}" if len(languages) > 1 else example[0]

    return _EXAMPLE.sub(shown, text).strip()


def config(policy: Policy) -> str:
    """Return the config keys of a policy, one a line."""
    lines = [f"- `{key}` ({_kind(schema)}): {schema['description']}" for key, schema in policy.properties.items()]
    return "**Config.**\n\n" + "\n".join(lines)


def _kind(schema: Mapping[str, Any]) -> str:
    values = schema.get("enum") or schema.get("items", {}).get("enum")
    kind = "list" if schema["type"] == "array" else schema["type"]
    listed = f" of {', '.join(values)}" if values and kind == "list" else f": {' or '.join(values)}" if values else ""
    return f"{kind}{listed}; default {json.dumps(schema['default'])}"


def table(policies: Iterable[Policy], link: str = "") -> str:
    """Return all policies as a Markdown table; ``link`` is what their names' anchors follow."""
    rows = ["| policy | level | holds when |", "|---|---|---|"]
    rows += [
        f"| [`{each.name}`]({link}#{each.name}) | {each.level} | {_sentence(each.holds_when)} |" for each in policies
    ]
    return "\n".join(rows) + "\n"


def _sentence(text: str) -> str:
    first = text[0].lower() if text[1:2].islower() else text[0]
    return first + text[1:].rstrip(".")


def sections(policies: Iterable[Policy]) -> str:
    """Return one Markdown section a policy."""
    return "\n".join(
        f"## {each.name}\n\n**Holds when.** {each.holds_when}\n\n{body(each)}\n\n{config(each)}\n" for each in policies
    )
