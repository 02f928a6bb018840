"""The deployer's document: whole, limited where IAM can be told of limits, refused for what is unknown."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import cfnlint
import pytest

from components.deployer import document as deployer
from components.deployer.__main__ import main
from components.deployer.document import DeployerError, Registration, Stack, document, size, split, table
from tests.components.registrations import registered
from tests.components.stacks import DEV, ROOT, STATE

TAGS = {"project": "p", "stack": "dev"}
ROLE = Registration("aws:iam/role:Role", "p-dev-a-role", {"path": "/inspected-egress/", "tags": TAGS})
VPC = Registration("aws:ec2/vpc:Vpc", "p-dev-vpc", {"tags": TAGS})


def made(*registrations, **told):
    return document(Stack(registrations, "eu-west-1", **told))["Statement"]


def allowing(statements, action):
    return [each for each in statements if action in each["Action"]]


@cache
def iam():
    """What IAM knows: service -> actions in lower case, and which kinds of resources each can be limited to."""
    return json.loads((Path(cfnlint.__file__).parent / "data/AdditionalSpecs/Policies.json").read_text())


def test_every_type_that_a_stack_registers_is_in_the_table():
    held = json.loads(STATE.read_text())
    types = {key.split()[0] for stack in held.values() for resources in stack.values() for key in resources}
    assert {type_ for type_ in types if type_.startswith("aws:")} - set(table()["types"]) == set()


def test_every_action_exists_and_can_be_limited_as_it_is():
    parts = [*table()["always"], *(part for parts in table()["types"].values() for part in parts)]
    for part in parts:
        for action in (*part.get("do", ()), *part.get("everywhere", ())):
            service, _, name = action.partition(":")
            told = iam()[service]["Actions"].get(name.lower())
            assert told is not None, action
            assert not part.get("on") or told.get("Resources"), f"{action} can't be limited to a resource"


def test_what_is_limited_by_tags_is_one_kind_of_thing_that_has_them():
    for action in table()["own"]:
        service, _, name = action.partition(":")
        kinds = iam()[service]["Actions"][name.lower()]["Resources"]
        conditions = [iam()[service]["Resources"][kind].get("ConditionKeys", []) for kind in kinds]
        assert len(kinds) == 1, action
        assert all("aws:ResourceTag/${TagKey}" in keys for keys in conditions), action


def test_names_region_and_tags_limit_what_they_can():
    statements = made(ROLE, VPC)
    (roles,) = allowing(statements, "iam:CreateRole")
    assert roles["Resource"] == ["arn:aws:iam::*:role/inspected-egress/p-dev-*", "arn:aws:iam::*:role/p-dev-*"]
    (makes,) = allowing(statements, "ec2:CreateVpc")
    assert makes["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    (deletes,) = allowing(statements, "ec2:DeleteVpc")
    assert deletes["Condition"]["StringEquals"]["aws:ResourceTag/stack"] == "dev"


def test_without_tags_in_common_nothing_is_limited_by_them():
    (deletes,) = allowing(made(VPC, Registration(VPC.type, "p-dev-other", {"tags": {}})), "ec2:DeleteVpc")
    assert deletes["Condition"] == {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}


def test_profiles_take_no_more_of_dns_than_awss_own_policy_for_them():
    """Of AmazonRoute53ProfilesFullAccess, version 2, which lets one make, fill and share profiles."""
    theirs = {"GetFirewallConfig", "GetFirewallRuleGroup", "GetResolverConfig", "GetResolverDnssecConfig"}
    theirs |= {"GetResolverQueryLogConfig", "GetResolverRule"}
    kinds = [parts for type_, parts in table()["types"].items() if type_.startswith("aws:route53/profiles")]
    asked = {action for parts in kinds for part in parts for action in part["do"]}
    assert len(kinds) == 3
    assert {each for each in asked if each.startswith("route53resolver:")} <= {f"route53resolver:{n}" for n in theirs}
    assert {each for each in asked if each.startswith("ec2:")} == {"ec2:DescribeVpcs"}
    shared = table()["types"]["aws:ram/resourceAssociation:ResourceAssociation"][0]["do"]
    assert {"route53profiles:GetProfilePolicy", "route53profiles:PutProfilePolicy"} <= set(shared)


def test_roles_are_passed_to_the_services_that_take_them_alone():
    profile = Registration("aws:iam/instanceProfile:InstanceProfile", "p-dev-profile", {"tags": TAGS})
    (passing,) = allowing(made(ROLE, profile, account="111122223333"), "iam:PassRole")
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": ["ec2.amazonaws.com"]}}
    assert "arn:aws:iam::111122223333:role/p-dev-*" in passing["Resource"]


def test_documents_of_a_managed_policys_size_hold_the_same_rights():
    every = [Registration(type_, f"p-dev-{number}", {"tags": TAGS}) for number, type_ in enumerate(table()["types"])]
    whole = document(Stack(every, "eu-west-1"))
    pieces = split(whole)
    assert len(pieces) > 1
    assert max(map(size, pieces)) <= deployer.MANAGED_POLICY_CHARACTERS

    def rights(found):
        return {
            (action, json.dumps({key: value for key, value in each.items() if key != "Action"}, sort_keys=True))
            for each in found["Statement"]
            for action in each["Action"]
        }

    assert set.union(*map(rights, pieces)) == rights(whole)


def test_what_nobody_has_looked_up_is_refused_by_name():
    with pytest.raises(DeployerError, match="no entry for aws:sqs/queue:Queue"):
        made(VPC, Registration("aws:sqs/queue:Queue", "p-dev-q", {}))


def test_rights_by_name_are_never_rights_on_everything():
    with pytest.raises(DeployerError, match="no beginning in common"):
        made(ROLE, Registration(VPC.type, "other", {}))


@pytest.mark.parametrize(
    ("text", "arguments", "why"),
    [
        ("not json", [], "is no preview"),
        ("[]", [], "is no preview"),
        ('{"steps": [null, {"newState": null}, {"newState": 3}]}', [], "no resource of AWS in it"),
        ('{"steps": [{"op": "same"}], "changeSummary": {"same": 4}}', [], "leaves out 3 resources"),
        ('{"steps": [{"newState": {"type": "aws:ec2/vpc:Vpc", "urn": "a::p-dev-v"}}]}', [], "--region eu-west-1"),
        ('{"steps": [{"newState": {"type": "aws:ec2/vpc:Vpc", "urn": "a::p-dev-v"}}]}', ["--account", "7"], "twelve"),
    ],
)
def test_a_mistake_is_a_sentence(tmp_path, capsys, text, arguments, why):
    file = tmp_path / "preview.json"
    file.write_text(text)
    assert main([str(file), *arguments]) == 2
    assert why in capsys.readouterr().err


def test_a_state_will_do_as_well_as_a_preview(tmp_path, capsys):
    file = tmp_path / "state.json"
    resource = {"type": VPC.type, "urn": "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::p-dev-vpc", "inputs": {"tags": TAGS}}
    file.write_text(json.dumps({"deployment": {"resources": [resource]}}))
    assert main([str(file), "--region", "us-gov-west-1", "--out", str(tmp_path / "out")]) == 0
    (written,) = capsys.readouterr().out.split()
    assert "ec2:CreateVpc" in Path(written).read_text()


def test_the_docs_print_the_labs_document():
    asked, _ = registered(ROOT, "dev", {"aws:region": "eu-west-1", **DEV}, "inspected-egress")
    kept = [(urn.split("::")[2].split("$")[-1], urn.rpartition("::")[2], inputs) for urn, inputs in asked.items()]
    lab = [Registration(*each) for each in kept if each[0].startswith("aws:")]
    printed = (ROOT / "docs/deployer.md").read_text().partition("```json\n")[2].partition("```")[0]
    assert json.loads(printed) == document(Stack(lab, "eu-west-1")), "print it again as the page says"
