"""A hunt on one screen, and its query as somebody pastes it into a console."""

import textwrap
from collections.abc import Mapping

from hunts.errors import HuntError
from hunts.model import Hunt
from hunts.parameters import question
from hunts.window import Window


def sheet(hunt: Hunt) -> str:
    """Return all that the catalogue says about the hunt."""
    parts = [f"{hunt.name}: {hunt.title}", ""]
    parts += _part("Question", hunt.question)
    parts += _part("Why", hunt.why)
    parts += _part("What a finding means", hunt.finding)
    parts += ["Not a finding", *(_wrapped(item, "  - ") for item in hunt.false_positives), ""]
    parts += _part("ATT&CK", f"{hunt.attack['id']} {hunt.attack['name']}")
    if hunt.parameters:
        width = max(len(item.name) + len(item.default) for item in hunt.parameters) + 1
        parts += ["Parameters (--set name=value)"]
        parts += [f"  {item.name + '=' + item.default:{width}}  {item.help}" for item in hunt.parameters]
        parts.append("")
    if hunt.insights_note:
        parts += _part("In Logs Insights", hunt.insights_note)
    if hunt.sql:
        parts += [f"Query over {', '.join(hunt.reads)} (show {hunt.name} --sql, --insights)"]
        parts.append(textwrap.indent(hunt.sql.strip(), "  "))
    return "\n".join(parts).rstrip()


def sql_form(hunt: Hunt, given: Mapping[str, str], window: Window, database: str) -> str:
    """Return the bound query for Athena, the views over the stack's tables included."""
    from hunts.athena_sql import statement

    if hunt.composed:
        raise HuntError(f"hunt {hunt.name} has no query of its own: it runs the other hunts")
    return statement(question(hunt, given, window), database)


def insights_form(hunt: Hunt, given: Mapping[str, str], window: Window) -> str:
    """Return the bound query for CloudWatch Logs Insights."""
    from hunts.insights import statement

    if not hunt.insights:
        raise HuntError(f"hunt {hunt.name}: {hunt.insights_note.strip()}")
    return statement(question(hunt, given, window))


def _part(title: str, text: str) -> list[str]:
    return [title, _wrapped(text, "  "), ""]


def _wrapped(text: str, lead: str) -> str:
    return textwrap.fill(" ".join(text.split()), width=100, initial_indent=lead, subsequent_indent=" " * len(lead))
