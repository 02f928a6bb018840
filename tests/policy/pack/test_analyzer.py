"""The pack as the engine calls it: the fast server beside the SDK's own, on the same requests."""

from types import SimpleNamespace

import pytest
from pulumi.runtime import proto
from pulumi_policy.policy import EnforcementLevel, _PolicyAnalyzerServicer
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from policy.egress.pack.analyzer import Analyzer
from policy.egress.pack.policies import policies
from policy.egress.pack.wire import from_request
from policy.egress.policies import POLICIES
from policy.egress.program.snapshot import UNKNOWN, Registration
from tests.policy.build import Program, lab, made
from tests.scenarios.catalog import registrations

PACK = "inspected-egress"


def wire(value):
    if value is UNKNOWN:
        return UNKNOWN_STRING_VALUE
    if isinstance(value, dict):
        return {key: wire(inner) for key, inner in value.items()}
    return [wire(inner) for inner in value] if isinstance(value, list) else value


def request(program):
    asked = proto.AnalyzeStackRequest()
    for each in program.registrations:
        resource = asked.resources.add(type=each.type, urn=each.urn, name=each.name)
        properties = wire(dict(each.properties))
        if each.id:
            properties["id"] = each.id
        resource.properties.update(properties)
        for name, urns in each.dependencies.items():
            resource.propertyDependencies[name].urns.extend(sorted(urns))
    return asked


def official():
    return _PolicyAnalyzerServicer(PACK, "0.0.1", policies(), EnforcementLevel.ADVISORY)


def told(response):
    return sorted((d.policyName, d.enforcementLevel, d.urn, d.message) for d in response.diagnostics)


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
def test_both_servers_say_the_same(preview):
    asked = request(lab(preview=preview, back=False, s3=False))
    ours = told(Analyzer(PACK, policies()).AnalyzeStack(asked, None))
    assert ours == told(official().AnalyzeStack(asked, None))
    assert {name for name, level, _urn, _message in ours if level == proto.MANDATORY} == {
        "symmetric-return",
        "s3-gateway-endpoint",
    }


@pytest.mark.parametrize("preview", [False, True], ids=["up", "preview"])
@pytest.mark.parametrize(
    "name",
    ["every_subnet_named", "every_workload", "networks_out_of_sight", "no_subnet_named", "template_beside_nat"],
)
def test_the_fast_server_passes_over_nothing_that_a_type_says(name, preview):
    """It reads of each resource only what the schema and the lists say that there is to read."""
    asked = request(SimpleNamespace(registrations=registrations(name, preview=preview)))
    ours = told(Analyzer(PACK, policies()).AnalyzeStack(asked, None))
    assert ours == told(official().AnalyzeStack(asked, None))
    assert bool(ours) == (name != "every_subnet_named")


def test_secrets_come_over_the_wire_opened_and_marked():
    program = Program()
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
    program.vpc("vpc", {**mark, "value": "10.7.0.0/16"}, tags={"team": "net"})
    (read,) = from_request(request(program).resources)
    assert read.properties["cidrBlock"] == "10.7.0.0/16"
    assert read.secrets == {"10.7.0.0/16"}


def test_the_pack_is_described_as_the_sdk_would():
    ours = Analyzer(PACK, policies()).GetAnalyzerInfo(None, None)
    theirs = official().GetAnalyzerInfo(None, None)
    assert [policy.name for policy in ours.policies] == list(POLICIES)
    assert list(ours.policies) == list(theirs.policies)


def configure(analyzer, name, level=proto.MANDATORY, **properties):
    config = proto.ConfigureAnalyzerRequest()
    config.policyConfig[name].enforcementLevel = level
    config.policyConfig[name].properties.update(properties)
    analyzer.Configure(config, None)


def test_config_sets_levels_and_exemptions():
    analyzer = Analyzer(PACK, policies())
    configure(analyzer, "s3-gateway-endpoint", exemptions=[{"resource": "work", "reason": "none"}])
    found = analyzer.AnalyzeStack(request(lab(s3=False)), None).diagnostics
    assert "s3-gateway-endpoint" not in {d.policyName for d in found}


def test_a_wrong_config_is_a_mandatory_violation_with_the_message():
    analyzer = Analyzer(PACK, policies())
    configure(analyzer, "s3-gateway-endpoint", exemptions=[{"resource": "work"}])
    (found,) = analyzer.AnalyzeStack(request(lab()), None).diagnostics
    assert found.enforcementLevel == proto.MANDATORY
    assert "needs 'reason'" in found.message


def test_a_stack_that_breaks_the_reader_is_a_mandatory_violation(monkeypatch):
    def breaks(_resources, _limits):
        raise RuntimeError("out of luck")

    monkeypatch.setattr("policy.egress.pack.analyzer.build", breaks)
    (found,) = Analyzer(PACK, policies()).AnalyzeStack(request(lab()), None).diagnostics
    assert found.enforcementLevel == proto.MANDATORY
    assert "out of luck" in found.message


@pytest.mark.parametrize(
    ("token", "properties"),
    [
        ("aws-native:ec2:Route", {"routeTableId": "rtb-1", "destinationCidrBlock": "8.8.8.0/24"}),
        ("aws:cloudformation/stack:Stack", {"templateBody": '{"Resources": {"R": {"Type": "AWS::EC2::Route"}}}'}),
        ("aws:cloudcontrol/resource:Resource", {"typeName": "AWS::EC2::Route", "desiredState": "{}"}),
        ("aws:ec2/fleet:Fleet", {"type": "instant"}),
        ("aws:ec2/instance:Instance", {"ami": "ami-1"}),
    ],
)
def test_what_the_model_cannot_see_into_comes_over_the_wire_too(token, properties):
    program = lab()
    urn = f"urn:pulumi:dev::test::{token}::unseen"
    program.registrations.append(Registration(urn, token, "unseen", properties))
    asked = request(program)
    ours = told(Analyzer(PACK, policies()).AnalyzeStack(asked, None))
    assert ("egress-through-firewall", urn) in {(policy, blamed) for policy, _level, blamed, _message in ours}
    assert ours == told(official().AnalyzeStack(asked, None))


TRUSTING = [name for name, policy in POLICIES.items() if "trusted" in policy.schema]


def beside_the_firewall():
    """Send a part of the internet, and S3, to a gateway that the program knows by id alone."""
    program = lab(s3=False)
    table = made(program, "work", "RouteTable")
    for block in ("8.8.8.0/24", "3.5.0.0/16"):
        program.route(table, block, transitGatewayId="tgw-elsewhere")
    return program


def refused(analyzer, program):
    return {d.policyName for d in analyzer.AnalyzeStack(request(program), None).diagnostics}


@pytest.mark.parametrize("policy", TRUSTING)
@pytest.mark.parametrize("server", [lambda: Analyzer(PACK, policies()), official], ids=["ours", "official"])
def test_trust_holds_for_the_policy_that_names_it_alone(server, policy):
    program = beside_the_firewall()
    before = refused(server(), program)
    assert {"egress-through-firewall", "s3-gateway-endpoint"} <= before
    analyzer = server()
    configure(analyzer, policy, trusted=["tgw-elsewhere"])
    assert before - refused(analyzer, program) <= {policy}


@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_takes_its_config_by_both_doors(policy):
    program = lab(back=False, s3=False)
    properties = {key: schema["default"] for key, schema in POLICIES[policy].properties.items()}
    answers = []
    for analyzer in (Analyzer(PACK, policies()), official()):
        configure(analyzer, policy, **{**properties, "exemptions": [{"resource": "*", "reason": "all of them"}]})
        answers.append([each for each in told(analyzer.AnalyzeStack(request(program), None)) if each[0] == policy])
    ours, theirs = answers
    assert [each[3].splitlines()[-3:] for each in ours] == [each[3].splitlines()[-3:] for each in theirs]
    assert not any("cannot be proven" in message or "Addresses" in message for *_rest, message in ours)
