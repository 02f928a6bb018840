"""What the pages tell to look at on AWS can be looked at: the commands exist, with the options that they are given."""

from __future__ import annotations

import re
import shlex

import botocore.session
import pytest
from botocore import xform_name

from tests.docs.pages import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
OF_THE_COMMAND_LINE = {"query", "region", "output"}
OF_ITS_OWN = {"aws cloudformation package", "aws logs tail"}
"""Commands that are more than one operation."""
FOUND = {span for page in PAGES for span in re.findall(r"`(aws [a-z0-9-]+ [a-z0-9-]+[^`]*)`", page.read_text())}
COMMANDS = sorted(FOUND - OF_ITS_OWN)


def lines(section):
    text = (ROOT / "docs/on-aws.md").read_text().partition(f"## {section}")[2].partition("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_aws_exists_with_its_options(command):
    _, service, operation, *rest = shlex.split(command)
    model = botocore.session.get_session().get_service_model({"s3api": "s3"}.get(service, service))
    known = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in known
    members = {xform_name(name, "-") for name in model.operation_model(known[operation]).input_shape.members}
    given = {word.removeprefix("--").removeprefix("no-") for word in rest if word.startswith("--")}
    assert given - members - OF_THE_COMMAND_LINE == set()
    required = {xform_name(name, "-") for name in model.operation_model(known[operation]).input_shape.required_members}
    assert required - given == set(), "it says all that AWS must know"


@pytest.mark.parametrize("section", ["Before `pulumi up`, in this order", "After `pulumi up`"])
def test_each_line_of_the_checklist_names_what_one_looks_with(section):
    assert len(lines(section)) > 5
    assert [line for line in lines(section) if "`" not in line.split("|")[-3]] == []


def test_each_statement_says_by_what_one_sees_it():
    rows = lines("What rests on documentation alone")
    assert len(rows) > 20
    assert [row for row in rows if len(row.split(" | ")) != 3 or not row.split(" | ")[2].strip(" |")] == []
