"""The real Terraform, a client that nobody here wrote, holds the local AWS to AWS's ways.

One program, in files by what they are about, has every type that the local AWS makes. It is applied, planned again,
changed, planned again and destroyed: where the local AWS answers otherwise than AWS does, one of these fails.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from localaws.inventory import everything
from localaws.provider import registry
from policy.egress.sources.terraform.names import NAMES
from tests.localaws.accounts import other_account
from tests.policy.sources.terraform import Terraform, mirror
from tests.pulumi_cli import Account

PROGRAM = Path(__file__).with_name("program")
OTHER = "210987654321"
"""The account that the program shares with."""

NEWER = {"aws_networkfirewall_vpc_endpoint_association"}
"""Types that came with AWS provider 6, which is in no mirror here."""


def written() -> set[str]:
    """The types that the program has a resource of."""
    text = "\n".join(path.read_text() for path in sorted(PROGRAM.glob("*.tf")))
    return set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE))


def test_every_type_that_the_local_aws_makes_and_terraform_names_is_in_the_program() -> None:
    tokens = {token for token, resource in registry.resources().items() if token == resource.token}
    names: dict[str, list[Any]] = json.loads(NAMES.read_text())
    named = {kind for kind, (token, *_) in names.items() if token in tokens}
    assert len(named) == len(tokens)
    assert named - written() == NEWER


@pytest.mark.timeout(1200)  # the provider waits, in steps of its own, for each resource to be there and to be gone
@pytest.mark.skipif(mirror() is None, reason="there is no Terraform with the AWS provider here")
def test_it_is_built_changed_and_destroyed(local_aws: Account, tmp_path: Path) -> None:
    accounts = (local_aws, other_account(local_aws, OTHER))
    before = [everything(account.client) for account in accounts]
    folder = Path(shutil.copytree(PROGRAM, tmp_path / "program"))
    terraform = Terraform(tmp_path)
    reached = {name: value for name, value in local_aws.env.items() if name.startswith("AWS_")}

    def run(*arguments: str) -> str:
        return terraform.run(folder, *arguments, "-input=false", "-no-color", timeout=600, **reached)

    terraform.prepare(folder)
    for changed in ("false", "true"):
        variable = f"-var=changed={changed}"
        run("apply", "-auto-approve", variable)
        # Exit code 2, which fails here, is a plan that isn't empty.
        assert "No changes." in run("plan", "-detailed-exitcode", variable)
    state = json.loads((folder / "terraform.tfstate").read_text())
    assert {each["type"] for each in state["resources"] if each["mode"] == "managed"} == written()
    run("destroy", "-auto-approve")
    assert [everything(account.client) for account in accounts] == before
